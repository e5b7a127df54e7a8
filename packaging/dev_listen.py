# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `dev.py listen` runs: blind pairs for a person (see tests/quality/listen.py).

Not for: setting up what it needs (see dev_setup).
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


def listen(root: Path, python: Path, arguments: Sequence[str], variables: Mapping[str, str]) -> int:
    """Starts the listening in this terminal; returns its exit code.

    Args:
        root: The root of the checkout.
        python: The Python of the environment.
        arguments: For the listening.
        variables: Of the environment, beside those that are set.
    """
    command = [str(python), "-m", "tests.quality.listen", *arguments]
    return subprocess.call(command, cwd=root, env={**os.environ, **variables})
