# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A screen reader on a test desktop: reads the real accessibility tree and acts through it.

Not for: widgets inside the test's own process (see accessible).
"""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.desktop_rig import Desktop
from tests.helpers.processes import end_process_group, wait_until

_PYTHON = Path("/usr/bin/python3")
_LAUNCHERS = (
    Path("/usr/libexec/at-spi-bus-launcher"),
    Path("/usr/lib/at-spi2-core/at-spi-bus-launcher"),
)
_READER = Path(__file__).with_name("atspi_reader.py")
_PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Node:
    """One thing in the tree, as it was when it was looked at.

    Attributes:
        number: For acting on it, until the tree is read again.
        depth: How deep in the tree.
        value: Least, present and greatest value, for sliders and the like.
    """

    number: int
    depth: int
    role: str
    name: str
    description: str
    states: tuple[str, ...]
    actions: tuple[str, ...]
    text: str
    value: tuple[float, float, float] | None
    value_text: str

    @property
    def is_focusable(self) -> bool:
        """Whether the keyboard can go there."""
        return "FOCUSABLE" in self.states

    def __str__(self) -> str:
        return f"{'  ' * self.depth}{self.role} {self.name!r}"


class ScreenReader:
    """A running reader.

    Args:
        process: Of tests/helpers/atspi_reader.
        app: Name of the program that is read.
    """

    def __init__(self, process: subprocess.Popen[str], app: str) -> None:
        self._process = process
        self._app = app

    def tree(self) -> list[Node]:
        """Everything showing, parents before children."""
        return [_node(each) for each in self._ask("tree", app=self._app)]

    def find(self, role: str, name: str, *, exact: bool = True) -> Node | None:
        """The first showing thing of that role and name (or name's beginning)."""
        for node in self.tree():
            is_it = node.name == name if exact else node.name.startswith(name)
            if node.role == role and is_it:
                return node
        return None

    def wait_for(
        self, role: str, name: str, *, exact: bool = True, timeout_s: float = _PATIENCE_S
    ) -> Node:
        """Waits for a thing."""
        return wait_until(lambda: self.find(role, name, exact=exact), f"{role} {name!r}", timeout_s)

    def focused(self) -> Node | None:
        """What has the keyboard's focus, the innermost."""
        return next((n for n in reversed(self.tree()) if "FOCUSED" in n.states), None)

    def press(self, node: Node, action: str = "") -> None:
        """Does an action of a thing, its first unless named."""
        assert self._ask("press", node=node.number, action=action), f"{node} did not react"

    def write(self, node: Node, text: str) -> None:
        """Puts a text into a field."""
        assert self._ask("write", node=node.number, text=text), f"{node} took no text"

    def focus(self, node: Node) -> None:
        """Moves the keyboard's focus."""
        assert self._ask("focus", node=node.number), f"{node} took no focus"

    def move(self, node: Node, value: float) -> None:
        """Moves a slider."""
        self._ask("move", node=node.number, value=value)

    def heard(self) -> list[str]:
        """Every announcement so far."""
        return [str(each) for each in self._ask("heard")]

    def visited(self) -> list[str]:
        """Role and name of everything that got the focus, in order; menus are only seen here."""
        return [str(each) for each in self._ask("visited")]

    def wait_to_hear(self, part: str, timeout_s: float = _PATIENCE_S) -> str:
        """Waits for an announcement with these words in it."""

        def hear() -> str | None:
            return next((each for each in self.heard() if part in each), None)

        return wait_until(hear, f"announcement of {part!r}", timeout_s)

    def _ask(self, what: str, **arguments: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": what, **arguments}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert "error" not in answer, f"{what} {arguments}: {answer['error']}"
        return answer["answer"]


def prepare(desktop: Desktop) -> None:
    """Starts the accessibility bus; to be done before the program. Skips where there is none."""
    launcher = next((each for each in _LAUNCHERS if each.exists()), None)
    if launcher is None:
        pytest.skip("not installed here: at-spi2-core")
    if (
        not _PYTHON.exists()
        or subprocess.run(
            [_PYTHON, "-c", "import pyatspi"], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("not installed here: python3-pyatspi")
    desktop.environment["QT_LINUX_ACCESSIBILITY_ALWAYS_ON"] = "1"
    desktop.environment.pop("NO_AT_BRIDGE", None)
    desktop.start([launcher, "--launch-immediately", "--a11y=1", "--screen-reader=1"])
    wait_until(lambda: _has_bus(desktop), "accessibility bus", _PATIENCE_S)


@contextlib.contextmanager
def reading(desktop: Desktop, app: str) -> Iterator[ScreenReader]:
    """A screen reader for the time of a with block; waits until it sees the program."""
    process = subprocess.Popen(
        [_PYTHON, _READER],
        env=desktop.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        reader = ScreenReader(process, app)
        wait_until(lambda: reader.tree() or None, f"{app} in the tree", _PATIENCE_S)
        yield reader
    finally:
        end_process_group(process)  # type: ignore[arg-type]  # text pipes close like others


def nameless(nodes: Sequence[Node]) -> list[str]:
    """Focusable things that say neither who they are nor what they hold."""
    return [str(n).strip() for n in nodes if n.is_focusable and not n.name.strip()]


def _has_bus(desktop: Desktop) -> bool:
    asked = subprocess.run(
        ["dbus-send", "--session", "--print-reply", "--dest=org.a11y.Bus", "/org/a11y/bus",
         "org.a11y.Bus.GetAddress"],
        env=desktop.environment, capture_output=True, check=False,
    )  # fmt: skip
    return asked.returncode == 0


def _node(raw: dict[str, Any]) -> Node:
    value = raw["value"]
    return Node(
        number=raw["node"],
        depth=raw["depth"],
        role=raw["role"],
        name=raw["name"],
        description=raw["description"],
        states=tuple(raw["states"]),
        actions=tuple(raw["actions"]),
        text=raw["text"],
        value=None if value is None else (value[0], value[1], value[2]),
        value_text=raw.get("value_text", ""),
    )
