# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which genre gives the groove, which only colour, and who plays for it."""

from __future__ import annotations

import pytest

from musicgen_desktop.prompt.planner import Planner


@pytest.mark.parametrize(
    ("prompt", "groove", "colour"),
    [
        ("celtic techno", "techno", "celtic"),
        ("orchestral drum and bass, heroic", "drum_and_bass", "orchestral"),
        ("techno latino, 125 bpm, con percusión", "techno", "latin"),
        ("flamenco melody over a trap beat", "trap", "flamenco"),
        ("opera over trip hop beats", "trip_hop", "opera"),
        ("jazzy, laid-back hip hop", "hiphop", "jazz"),
        ("ambient music with subtle techno elements", "ambient", "techno"),
        ("reggae with a touch of country", "reggae", "country"),
        ("disco-infused rock", "rock", "disco"),
        ("funk meets chiptune", "funk", "chiptune"),
        ("a funky house with 80s hip hop vibes", "house", "funk"),
    ],
)
def test_the_groove_comes_first(planner: Planner, prompt: str, groove: str, colour: str) -> None:
    plan = planner.plan(prompt, seed=8).plan
    assert plan.genres[0] == groove
    assert colour in plan.genres[1:]
    assert plan.genre == planner.lexicon.nearest(groove)


def test_the_colour_brings_its_instruments(planner: Planner) -> None:
    result = planner.plan("medieval lofi", seed=8)
    assert {"harp", "whistle"} <= set(result.plan.instruments)
    assert any(c.kind == "instrument" and "medieval" in c.why for c in result.assumed)


def test_no_colour_where_it_is_banned_or_the_line_up_is_complete(planner: Planner) -> None:
    assert "harp" not in planner.plan("medieval lofi, no harp", seed=8).plan.instruments
    assert set(planner.plan("medieval lofi, only piano", seed=8).plan.instruments) == {"piano"}


def test_a_genre_is_no_building_and_no_landscape(planner: Planner) -> None:
    assert planner.plan("dust on the piano in an empty house", seed=8).plan.genre != "house"
    assert planner.plan("the house beat, 124 bpm", seed=8).plan.genre == "house"
    assert planner.plan("lost in the jungle at night", seed=8).plan.genres[0] != "jungle"
    assert planner.plan("jungle, 165 bpm", seed=8).plan.genres[0] == "jungle"


def test_a_lead_of_another_instrument_is_no_synth(planner: Planner) -> None:
    for prompt in ("rock with an electric guitar lead", "pop with lead flute"):
        assert "synth_lead" not in planner.plan(prompt, seed=8).plan.instruments
    assert "synth_lead" in planner.plan("synthwave with a soaring lead", seed=8).plan.instruments
