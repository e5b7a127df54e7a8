# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wishes for a part of the piece: what is read, what is said, and what is no such wish."""

from __future__ import annotations

import pytest

from musicgen_desktop.music.scope import Scope, parse
from musicgen_desktop.prompt.planner import Planner

WISHES: list[tuple[str, set[str]]] = [
    ("no drums until the chorus, pop", {"enter:drums@chorus"}),
    ("pop without drums in the intro", {"out:drums@intro"}),
    ("drums only in the chorus, pop", {"only:drums@chorus"}),
    ("strings enter in the second half, cinematic", {"enter:strings@50%"}),
    ("bass comes in after 20 seconds, lofi", {"enter:bass@20.0"}),
    ("guitar comes in after 10s, then strings", {"enter:guitar@10.0"}),
    ("the beat drops out in the bridge, pop", {"out:drums@bridge"}),
    ("the drums drop out halfway through", {"leave:drums@50%"}),
    ("piano alone at the start, then strings", {"alone:piano@start"}),
    ("starts with just piano, then drums come in", {"alone:piano@start", "enter:drums@later"}),
    ("solo piano intro, then drums", {"alone:piano@intro"}),
    ("intro with only piano", {"alone:piano@intro"}),
    ("pop, ends with strings alone", {"alone:strings@end"}),
    ("only piano and strings in the intro", {"alone:piano+strings@intro"}),
    ("in the intro, no drums", {"out:drums@intro"}),
    ("no drums in the intro and outro", {"out:drums@intro", "out:drums@outro"}),
    ("until the drop there are no drums, house", {"enter:drums@drop"}),
    ("drumless until the drop, techno", {"enter:drums@drop"}),
    ("percussion-free intro", {"out:drums@intro"}),
    ("no melody in the verses, pop", {"out:melody@verse"}),
    ("melody only in the chorus", {"only:melody@chorus"}),
    ("drums stop at 0:40, 1 minute pop", {"leave:drums@40.0"}),
    ("no drums in the last 10 seconds", {"out:drums@-10.0..100%"}),
    ("no drums for the first 8 bars", {"out:drums@0%..bar:9"}),
    ("drums come in 8 bars in, house", {"enter:drums@bar:9"}),
    ("drums join at bar 9, bass at bar 17", {"enter:drums@bar:9", "enter:bass@bar:17"}),
    ("drums don't come in until the chorus", {"enter:drums@chorus"}),
    ("remove the drums from the intro", {"out:drums@intro"}),
    ("no drums from the bridge on", {"leave:drums@bridge"}),
    ("drums drop out after the chorus", {"leave:drums@after_chorus"}),
    ("no drums until after the intro", {"enter:drums@after_intro"}),
    ("hold back the strings until the last chorus", {"enter:strings@chorus#-1"}),
    ("no bass in verse 2, 2 minutes", {"out:bass@verse#2"}),
    (
        "no drums, bass or strings until the second verse, pop with piano, 2 minutes",
        {"enter:drums@verse#2", "enter:bass@verse#2", "enter:strings@verse#2"},
    ),
    ("ambient, flute alone until the chorus", {"alone:flute@0%..chorus"}),
    ("cinematic, strings alone after the chorus", {"alone:strings@after_chorus..100%"}),
    ("pop, guitar drops out until the chorus", {"enter:guitar@chorus"}),
    ("pop, flute comes in at the end", {"only:flute@end"}),
    ("sax enters in the bridge, pop", {"enter:saxophone@bridge"}),
    ("kein Schlagzeug bis zum Refrain, pop", {"enter:drums@chorus"}),
    ("Schlagzeug erst im Refrain", {"enter:drums@chorus"}),
    ("sans batterie dans l'intro, pop", {"out:drums@intro"}),
    ("la batterie entre au refrain", {"enter:drums@chorus"}),
    ("sin batería hasta el estribillo", {"enter:drums@chorus"}),
    ("el bajo entra después de 20 segundos", {"enter:bass@20.0"}),
]


@pytest.mark.parametrize(("prompt", "wishes"), WISHES)
def test_wishes_for_a_part(planner: Planner, prompt: str, wishes: set[str]) -> None:
    result = planner.plan(prompt, seed=8)
    assert {text for text in result.plan.structure if parse(text)} == wishes
    assert not {"drums", "bass", "strings", "melody", "percussion"} & set(result.plan.excluded)
    labels = {section.label for section in result.plan.sections}
    for wish in map(parse, wishes):
        assert wish is not None
        assert wish.section is None or wish.section[0] in labels
    chips = [c for c in result.heard if c.kind == "structure" and parse(str(c.value))]
    assert chips
    assert all(chip.label and chip.text in prompt and "@" not in chip.label for chip in chips)
    assert "structure" in result.plan.explicit


@pytest.mark.parametrize(
    "prompt",
    [
        "pop with drums in the chorus",
        "strings build until the climax",
        "guitar solo in the bridge",
        "not too fast piano in the intro",
        "piano in 3/4 from the 80s",
        "no vocals until the chorus",
        "guitar riff in the first 10 seconds",
        "vocals come in at 0:30",
    ],
)
def test_what_is_no_such_wish(planner: Planner, prompt: str) -> None:
    result = planner.plan(prompt, seed=8)
    assert not any(parse(text) for text in result.plan.structure)
    assert "piano" not in result.plan.excluded
    assert result.plan.duration_s >= 60


def test_what_the_form_has_no_place_for_is_said(planner: Planner) -> None:
    result = planner.plan("pop, no drums until the bridge, 8 seconds", seed=8)
    labels = {section.label for section in result.plan.sections}
    assert "bridge" in labels or any("no room for a bridge" in c.why for c in result.refused)
    result = planner.plan("pop, bass comes in after 40 seconds, 30 seconds long", seed=8)
    assert result.plan.duration_s == 30
    assert any("after its end" in chip.why for chip in result.refused)


def test_a_passage_of_another_player_keeps_the_piano(planner: Planner) -> None:
    plan = planner.plan("sad solo piano, percussion only at the end", seed=8).plan
    assert "piano" in plan.instruments


def test_ids_and_values_go_both_ways() -> None:
    for text in ("enter:drums@chorus#2", "alone:piano+strings@start", "out:808@0%..bar:9"):
        wish = parse(text)
        assert wish is not None
        assert wish.id == text
    assert parse("drop@45.0") is None
    assert Scope("enter", ("drums",), "after_pre_chorus").section == ("pre_chorus", 0)
    assert Scope("out", ("drums",), "start").section is None
