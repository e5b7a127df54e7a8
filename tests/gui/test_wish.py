# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The wish while it is being made up, read by the real planner."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from musicgen_desktop.gui.wish import LiveWish
from musicgen_desktop.prompt import planner
from musicgen_desktop.prompt.explain import Chip


def chip_of(wish: LiveWish, kind: str) -> Chip:
    assert wish.result is not None
    return next(chip for chip in wish.result.chips if chip.kind == kind)


def test_typing_is_read_once_it_pauses(wish: LiveWish, qtbot: QtBot) -> None:
    readings: list[object] = []
    wish.planned.connect(readings.append)
    with qtbot.waitSignal(wish.planned, timeout=2000):
        for end in range(1, len("house, 124 bpm") + 1):
            wish.set_prompt("house, 124 bpm"[:end])
    assert len(readings) == 1
    assert chip_of(wish, "bpm").value == 124


def test_nothing_is_read_before_the_lexicon_is_there(qtbot: QtBot) -> None:
    wish = LiveWish(planner.plan)
    wish.set_prompt("house")
    wish.read_now()
    assert wish.result is None
    with qtbot.waitSignal(wish.planned, timeout=2000):
        wish.set_ready()


def test_an_alternative_beats_the_words_and_leaves_them(wish: LiveWish) -> None:
    wish.replace_prompt("house, 124 bpm")
    wish.choose(chip_of(wish, "bpm"), 130.0)
    assert wish.wish.prompt == "house, 124 bpm"
    assert wish.wish.overrides == {"bpm": 130.0}
    assert chip_of(wish, "bpm").state == "set"
    assert wish.result is not None
    assert wish.result.plan.bpm == 130.0


def test_leaving_out_what_was_heard_makes_it_unheard(wish: LiveWish) -> None:
    wish.replace_prompt("house, 131 bpm")
    wish.leave_out(chip_of(wish, "bpm"))
    assert chip_of(wish, "bpm").state == "assumed"
    assert wish.wish.prompt == "house, 131 bpm"


def test_leaving_out_what_was_set_gives_it_back_to_the_words(wish: LiveWish) -> None:
    wish.replace_prompt("house, 124 bpm")
    wish.choose(chip_of(wish, "bpm"), 130.0)
    wish.leave_out(chip_of(wish, "bpm"))
    assert chip_of(wish, "bpm").state == "heard"
    assert wish.wish.overrides == {}


def test_leaving_out_an_instrument_removes_only_it(wish: LiveWish) -> None:
    wish.replace_prompt("pop with piano and strings")
    wish.leave_out(chip_of(wish, "instrument"))
    assert wish.result is not None
    assert wish.result.plan.instruments == ("strings",)


def test_a_pinned_chip_stays_for_the_next_prompt(wish: LiveWish) -> None:
    wish.replace_prompt("house, 124 bpm, 30 seconds")
    wish.set_pinned(chip_of(wish, "bpm"), True)
    wish.choose(chip_of(wish, "genre"), "pop")
    wish.replace_prompt("synthwave")
    assert wish.wish.overrides == {"bpm": 124.0}
    assert chip_of(wish, "bpm").state == "set"


def test_emptying_the_words_drops_what_is_not_pinned(wish: LiveWish) -> None:
    wish.replace_prompt("house, 124 bpm")
    wish.choose(chip_of(wish, "bpm"), 130.0)
    wish.set_duration(30.0)
    wish.set_prompt("")
    assert wish.wish.overrides == {}
    assert wish.wish.duration_s is None


def test_the_length_can_be_set_kept_and_left_out(wish: LiveWish) -> None:
    wish.replace_prompt("house")
    wish.choose(chip_of(wish, "duration"), 90.0)
    assert wish.wish.duration_s == 90.0
    wish.set_pinned(chip_of(wish, "duration"), True)
    wish.replace_prompt("pop")
    assert wish.wish.duration_s == 90.0
    wish.leave_out(chip_of(wish, "duration"))
    assert wish.wish.duration_s is None


def test_each_click_draws_a_new_seed_unless_it_is_locked(wish: LiveWish) -> None:
    first = wish.wish.seed
    wish.seed.on_submitted()
    assert wish.wish.seed != first
    wish.seed.choose(42)
    wish.seed.on_submitted()
    assert wish.wish.seed == 42
    wish.set_takes(3)
    assert wish.wish.seeds == (42, 43, 44)


def test_an_impossible_setting_is_told(wish: LiveWish, qtbot: QtBot) -> None:
    with qtbot.waitSignal(wish.plan_failed) as told:
        wish.set_override("bpm", 9999)
    assert "9999" in str(told.args[0])


def test_what_a_preset_holds_is_applied(wish: LiveWish) -> None:
    wish.apply("", {"genre": "house"}, 20.0)
    assert wish.wish.prompt == ""
    assert wish.result is not None
    assert wish.result.plan.genre == "house"
    assert wish.result.plan.duration_s == 20.0
