# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sizes that keep the code readable, and the head that every file has."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_CODE = sorted((_ROOT / "musicgen_desktop").rglob("*.py"))
_TOOLS = [_ROOT / "dev.py", *sorted((_ROOT / "packaging").rglob("*.py"))]
_TESTS = sorted((_ROOT / "tests").rglob("*.py"))
_MODULE_LINES = 400
_FUNCTION_LINES = 60
_CLASS_METHODS = 25
_SPDX = "# SPDX-License-Identifier: GPL-3.0-or-later"


def _name(path: Path) -> str:
    return path.relative_to(_ROOT).as_posix()


def _lines(node: ast.AST) -> int:
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


def _counts(part: ast.stmt) -> bool:
    """Whether it is a method of ours: properties and Qt's overrides (camelCase) don't count."""
    if not isinstance(part, ast.FunctionDef):
        return False
    is_property = any(isinstance(d, ast.Name) and d.id == "property" for d in part.decorator_list)
    return not is_property and part.name == part.name.lower()


@pytest.mark.parametrize("path", _CODE + _TOOLS, ids=_name)
def test_module_is_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= _MODULE_LINES


@pytest.mark.parametrize("path", _CODE + _TOOLS, ids=_name)
def test_functions_are_short(path: Path) -> None:
    sizes = {node.name: _lines(node) for node in _functions(path)}
    assert {name: size for name, size in sizes.items() if size > _FUNCTION_LINES} == {}


@pytest.mark.parametrize("path", _CODE + _TOOLS, ids=_name)
def test_classes_have_few_methods(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    methods = {
        node.name: sum(_counts(part) for part in node.body)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    assert {name: count for name, count in methods.items() if count > _CLASS_METHODS} == {}


@pytest.mark.parametrize("path", _CODE + _TOOLS + _TESTS, ids=_name)
def test_file_says_whose_it_is_and_what_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert _SPDX in "\n".join(text.splitlines()[:4])
    assert ast.get_docstring(ast.parse(text))


def test_median_function_is_under_ten_lines() -> None:
    sizes = [_lines(node) for path in _CODE for node in _functions(path)]
    # the line of `def` and the docstring count here, so the budget is a little wider than ten
    assert statistics.median(sizes) <= 14
