# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A screen reader that can be told what to do, as a process of its own.

Runs with the system's Python, the one that has pyatspi. One JSON request a line comes in, one JSON
answer a line goes out: `{"do": "press", "node": 12, "action": "Press"}` and the like; the names of
the requests are the methods of `Reader` that have no underscore. Not for: asserting (see the tests)
or for being imported.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import sys
from typing import Any

pyatspi: Any = importlib.import_module("pyatspi")
GLib: Any = importlib.import_module("gi.repository.GLib")

_STATES = ("FOCUSABLE", "FOCUSED", "SHOWING", "ENABLED", "CHECKED", "SELECTED", "EDITABLE")
_LOST = (RuntimeError, LookupError, NotImplementedError, GLib.GError)
"""What pyatspi raises where a thing has gone, or can't do what is asked."""


class Reader:
    """Answers requests and collects what is announced."""

    def __init__(self) -> None:
        self._nodes: dict[int, Any] = {}
        self._heard: list[str] = []
        self._focused: list[str] = []
        listen = pyatspi.Registry.registerEventListener
        listen(self._on_announced, "object:announcement")
        listen(self._on_focused, "object:state-changed:focused")

    def apps(self) -> list[str]:
        """Names of the programs on the desktop."""
        desktop = pyatspi.Registry.getDesktop(0)
        return [app.name for app in desktop if app is not None]

    def tree(self, app: str) -> list[dict[str, Any]]:
        """Everything showing in a program, parents before children."""
        self._nodes.clear()
        found: list[dict[str, Any]] = []
        for root in pyatspi.Registry.getDesktop(0):
            if root is not None and root.name == app:
                self._walk(root, [], found)
        return found

    def press(self, node: int, action: str = "") -> bool:
        """Does an action of a thing; its first one where none is named."""
        actions = self._nodes[node].queryAction()
        names = [actions.getName(number) for number in range(actions.nActions)]
        return bool(actions.doAction(names.index(action) if action else 0))

    def write(self, node: int, text: str) -> bool:
        """Puts a text into a field."""
        return bool(self._nodes[node].queryEditableText().setTextContents(text))

    def focus(self, node: int) -> bool:
        """Moves the keyboard's focus."""
        return bool(self._nodes[node].queryComponent().grabFocus())

    def move(self, node: int, value: float) -> bool:
        """Moves a slider."""
        self._nodes[node].queryValue().currentValue = value
        return True

    def heard(self) -> list[str]:
        """Every announcement so far."""
        return list(self._heard)

    def visited(self) -> list[str]:
        """Role and name of everything that got the focus, in order; menus are only seen here."""
        return list(self._focused)

    def _on_focused(self, event: Any) -> None:
        if event.detail1:
            with contextlib.suppress(*_LOST):
                self._focused.append(f"{event.source.getRoleName()} {event.source.name}")

    def _on_announced(self, event: Any) -> None:
        self._heard.append(str(event.any_data))

    def _walk(self, node: Any, path: list[int], found: list[dict[str, Any]]) -> None:
        with contextlib.suppress(*_LOST):
            number = len(self._nodes)
            self._nodes[number] = node
            states = node.getState()
            shown = [s for s in _STATES if states.contains(getattr(pyatspi, f"STATE_{s}"))]
            if path and "SHOWING" not in shown:
                return
            found.append({"node": number, "depth": len(path), **_facts(node), "states": shown})
            for index in range(min(node.childCount, 200)):
                child = node.getChildAtIndex(index)
                if child is not None:
                    self._walk(child, [*path, index], found)


def _facts(node: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "role": node.getRoleName(),
        "name": node.name,
        "description": node.description,
        "actions": [],
        "text": "",
        "value": None,
    }
    with contextlib.suppress(*_LOST):
        actions = node.queryAction()
        facts["actions"] = [actions.getName(number) for number in range(actions.nActions)]
    with contextlib.suppress(*_LOST):
        text = node.queryText()
        facts["text"] = text.getText(0, text.characterCount)
    with contextlib.suppress(*_LOST):
        value = node.queryValue()
        facts["value"] = [value.minimumValue, value.currentValue, value.maximumValue]
        facts["value_text"] = value.get_text() if hasattr(value, "get_text") else ""
    return facts


def main() -> None:
    reader = Reader()
    loop = GLib.MainLoop()

    def on_line(_stream: Any, _condition: Any) -> bool:
        line = sys.stdin.readline()
        if not line:
            loop.quit()
            return False
        request = json.loads(line)
        try:
            answer = {"answer": getattr(reader, request.pop("do"))(**request)}
        except (*_LOST, KeyError, ValueError) as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)
        return True

    GLib.io_add_watch(sys.stdin, GLib.IO_IN | GLib.IO_HUP, on_line)
    loop.run()


if __name__ == "__main__":
    main()
