# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits as JSON: there and back, and what is no edit is refused in a sentence."""

from __future__ import annotations

import json
from typing import Any

import pytest

from musicgen_desktop.errors import MusicGenError, UsageError
from musicgen_desktop.music import edit
from musicgen_desktop.music.edit import (
    Edit,
    Instrument,
    KeyChange,
    Length,
    Mood,
    Regenerate,
    Tempo,
    Without,
)

EDITS: tuple[Edit, ...] = (
    Tempo(90.0),
    KeyChange("Eb", "dorian"),
    KeyChange("F#"),
    Instrument("lead", "flute", "flute"),
    Instrument("bass", "808"),
    Without(who="drums"),
    Without(part="keys_2"),
    Length(30.0),
    Mood("minor", ("sad",), -0.3, -0.2, -0.4, -0.1, 0.2, -1),
    Mood(brightness=0.5),
    Regenerate(2**53 - 1, "lead", "chorus#-1"),
    Regenerate(0),
)


@pytest.mark.parametrize("one", EDITS, ids=repr)
def test_an_edit_comes_back_from_its_json(one: Edit) -> None:
    assert edit.parse(json.loads(json.dumps(edit.to_json(one)))) == one


def test_a_list_of_edits_comes_back() -> None:
    assert edit.parse_all(json.loads(json.dumps(edit.all_to_json(EDITS)))) == EDITS
    assert edit.parse_all(None) == ()


@pytest.mark.parametrize(
    "bad",
    [
        None,
        "tempo",
        {},
        {"op": "explode"},
        {"op": "tempo"},
        {"op": "tempo", "bpm": "90"},
        {"op": "tempo", "bpm": True},
        {"op": "tempo", "bpm": float("nan")},
        {"op": "tempo", "bpm": 29.9},
        {"op": "tempo", "bpm": 301},
        {"op": "tempo", "bpm": 90, "key": "F"},
        {"op": "key", "key": "H"},
        {"op": "key", "key": 5},
        {"op": "key", "key": "F", "mode": "sad"},
        {"op": "instrument", "part": "lead", "instrument": ""},
        {"op": "instrument", "part": "../lead", "instrument": "flute"},
        {"op": "without", "who": "x" * 65},
        {"op": "length", "duration_s": 4.9},
        {"op": "length", "duration_s": 1e9},
        {"op": "mood", "brightness": 1.1},
        {"op": "mood", "register": 2},
        {"op": "mood", "register": 0.5},
        {"op": "mood", "words": "sad"},
        {"op": "regenerate", "seed": -1},
        {"op": "regenerate", "seed": 2**53},
        {"op": "regenerate", "seed": 1, "section": "chorus#0"},
        {"op": "regenerate", "seed": 1, "section": "50%"},
    ],
    ids=repr,
)
def test_what_is_no_edit_is_refused_in_a_sentence(bad: Any) -> None:
    with pytest.raises(MusicGenError) as refused:
        edit.parse(bad)
    assert refused.value.message.endswith(".")
    assert refused.value.hint.endswith(".")


@pytest.mark.parametrize("bad", [{}, "edits", [{"op": "tempo", "bpm": 90}] * 65], ids=type)
def test_what_is_no_list_of_edits_is_refused(bad: Any) -> None:
    with pytest.raises(UsageError, match="list of changes"):
        edit.parse_all(bad)
