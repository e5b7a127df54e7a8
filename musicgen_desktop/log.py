# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Topic loggers and the log file.

Topics: app, jobs, engine, library, playback, gui. Not for: telling the user anything.
"""

from __future__ import annotations

import logging
import logging.handlers
from pathlib import Path

_ROOT = "musicgen"


def topic(name: str) -> logging.Logger:
    """The logger of one topic, for example `topic("library")`."""
    return logging.getLogger(f"{_ROOT}.{name}")


def start(log_dir: Path, file_name: str = "musicgen-desktop.log") -> Path:
    """Starts logging into a rotating file.

    Args:
        log_dir: The folder; made if needed.
        file_name: One name per kind of process, since two processes can't rotate one file.

    Returns:
        The path of the file.
    """
    log_dir.mkdir(parents=True, exist_ok=True)
    target = log_dir / file_name
    handler = logging.handlers.RotatingFileHandler(
        target, maxBytes=1_000_000, backupCount=3, encoding="utf-8", delay=True
    )
    handler.setFormatter(
        logging.Formatter("%(asctime)s %(levelname)s %(name)s [%(process)d] %(message)s")
    )
    logger = logging.getLogger(_ROOT)
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    return target
