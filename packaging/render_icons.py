# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Renders the program's icon into the files that desktops and packagers want.

    python packaging/render_icons.py FOLDER

writes `hicolor/<side>x<side>/apps/<application id>.png`, the scalable drawing beside them, and
`app.ico` and `app.icns` for Windows and macOS. Not for: the icons of buttons
(the program tints those itself).
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_SIDES_PX = (16, 22, 24, 32, 48, 64, 128, 256, 512)
_LARGEST_IN_ICO_PX = 256


def render(folder: Path) -> list[Path]:
    """Writes all files.

    Args:
        folder: Where to; made if needed.

    Returns:
        What was written.
    """
    sys.path.insert(0, str(_ROOT))
    from musicgen_desktop import APPLICATION_ID, resources
    from musicgen_desktop.gui import icons

    written = []
    drawing = resources.path("icons", "app.svg")
    scalable = folder / "hicolor" / "scalable" / "apps" / f"{APPLICATION_ID}.svg"
    scalable.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(drawing, scalable)
    written.append(scalable)
    for side in _SIDES_PX:
        target = folder / "hicolor" / f"{side}x{side}" / "apps" / f"{APPLICATION_ID}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        if icons.app_pixmap(side).save(str(target)):
            written.append(target)
    for suffix, side in ((".ico", _LARGEST_IN_ICO_PX), (".icns", _SIDES_PX[-1])):
        target = folder / f"app{suffix}"
        if icons.app_pixmap(side).save(str(target)):
            written.append(target)
    return written


def main(arguments: list[str]) -> int:
    """See the module; returns the exit code."""
    if len(arguments) != 1:
        print(__doc__)
        return 2
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    application = QGuiApplication([])
    for path in render(Path(arguments[0])):
        print(path)
    application.quit()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
