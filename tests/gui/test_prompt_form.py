# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The form: typing, chips, keys, Generate."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QLabel, QMenu
from pytestqt.qtbot import QtBot

from musicgen_desktop.gui.chip import ChipWidget
from musicgen_desktop.gui.duration_edit import DurationEdit, clock_text, parse_clock
from musicgen_desktop.gui.prompt_form import PromptForm
from musicgen_desktop.gui.terms import Terms
from musicgen_desktop.gui.theme import Theme
from musicgen_desktop.gui.wish import LiveWish, Wish
from tests.helpers.accessible import nameless

PROMPT = "lo-fi, rhodes, 75 bpm, no vocals, sitar"


@pytest.fixture
def form(wish: LiveWish, terms: Terms, theme: Theme, qtbot: QtBot) -> PromptForm:
    made = PromptForm(wish)
    made.chips.set_terms(terms)
    qtbot.addWidget(made)
    made.resize(1000, 240)
    made.show()
    return made


def type_in(form: PromptForm, wish: LiveWish, qtbot: QtBot, text: str) -> None:
    with qtbot.waitSignal(wish.planned, timeout=3000):
        form.edit.set_text(text)


def chip(form: PromptForm, kind: str) -> ChipWidget:
    return next(each for each in form.chips.widgets if each.chip.kind == kind)


def entry(widget: ChipWidget, text: str) -> QAction:
    menu = widget.menu()
    return next(action for action in menu.actions() if action.text() == text)


def test_typing_shows_chips(form: PromptForm, wish: LiveWish, qtbot: QtBot) -> None:
    type_in(form, wish, qtbot, PROMPT)
    states = {each.chip.kind: each.chip.state for each in form.chips.widgets}
    assert states["bpm"] == "heard"
    assert states["exclude"] == "heard"
    refused = [each.chip.text for each in form.chips.widgets if each.chip.state == "refused"]
    assert refused == ["sitar"]


def test_every_state_has_a_shape_and_words_of_its_own(
    form: PromptForm, wish: LiveWish, qtbot: QtBot
) -> None:
    type_in(form, wish, qtbot, PROMPT)
    wish.choose(chip(form, "bpm").chip, 80.0)
    form.show_all_chips(True)
    shapes, words = {}, {}
    for each in form.chips.widgets:
        fill, outline, radius = each._ground()
        shapes[each.chip.state] = (fill.alpha() > 0, outline.style(), outline.widthF(), radius)
        words[each.chip.state] = each._body.accessibleName().split(", ", 1)[1]
    assert set(shapes) == {"heard", "set", "assumed", "refused"}
    assert len(set(shapes.values())) == 4
    assert len(set(words.values())) == 4


def test_musicians_chips_wait_for_the_details(
    form: PromptForm, wish: LiveWish, qtbot: QtBot
) -> None:
    type_in(form, wish, qtbot, "sunny pop")
    assert "key" not in {each.chip.kind for each in form.chips.widgets}
    form.show_all_chips(True)
    assert "key" in {each.chip.kind for each in form.chips.widgets}
    form.show_all_chips(False)
    type_in(form, wish, qtbot, "sunny pop in D minor")
    assert chip(form, "key").chip.state == "heard"


def test_a_menu_choice_sets_the_chip(form: PromptForm, wish: LiveWish, qtbot: QtBot) -> None:
    type_in(form, wish, qtbot, PROMPT)
    entry(chip(form, "genre"), "house").trigger()
    assert wish.wish.overrides["genre"] == "house"
    assert chip(form, "genre").chip.state == "set"
    assert form.edit.text() == PROMPT


def test_delete_on_a_chip_leaves_it_out(form: PromptForm, wish: LiveWish, qtbot: QtBot) -> None:
    type_in(form, wish, qtbot, "house, 131 bpm")
    qtbot.keyClick(chip(form, "bpm")._body, Qt.Key.Key_Delete)
    assert all(each.chip.state != "heard" for each in form.chips.widgets if each.chip.kind == "bpm")


def test_enter_on_a_chip_opens_its_menu(form: PromptForm, wish: LiveWish, qtbot: QtBot) -> None:
    type_in(form, wish, qtbot, "house, 131 bpm")
    qtbot.keyClick(chip(form, "bpm")._body, Qt.Key.Key_Return)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert any(action.text() == "111 bpm" for action in menu.actions())
    menu.close()


def test_words_heard_twice_make_one_chip(form: PromptForm, wish: LiveWish, qtbot: QtBot) -> None:
    type_in(form, wish, qtbot, "rainy lo-fi")
    places = [each.chip.start for each in form.chips.widgets if each.chip.start >= 0]
    assert len(places) == len(set(places))


def test_the_cross_leaves_out(form: PromptForm, wish: LiveWish, qtbot: QtBot) -> None:
    type_in(form, wish, qtbot, "pop with piano and strings")
    qtbot.mouseClick(chip(form, "instrument")._cross, Qt.MouseButton.LeftButton)
    assert wish.result is not None
    assert wish.result.plan.instruments == ("strings",)


def test_the_pin_keeps_and_says_so(form: PromptForm, wish: LiveWish, qtbot: QtBot) -> None:
    type_in(form, wish, qtbot, "house, 131 bpm")
    entry(chip(form, "bpm"), "Keep for the next prompt").trigger()
    assert chip(form, "bpm").pinned
    assert "kept for the next prompt" in chip(form, "bpm")._body.accessibleName()


def test_ctrl_enter_generates_what_was_typed_at_once(
    form: PromptForm, wish: LiveWish, qtbot: QtBot
) -> None:
    wishes: list[Wish] = []
    form.generate_wanted.connect(wishes.append)
    form.edit.set_text("calm piano, 40 seconds")
    qtbot.keyClick(form.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert [each.prompt for each in wishes] == ["calm piano, 40 seconds"]


def test_an_empty_prompt_explains(form: PromptForm, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(form.generate_wanted), qtbot.waitSignal(form.nothing_wished):
        form.submit()


def test_enter_alone_makes_a_line_and_the_field_grows_to_four(
    form: PromptForm, qtbot: QtBot
) -> None:
    heights = [form.edit.height()]
    for _ in range(6):
        qtbot.keyClick(form.edit, Qt.Key.Key_Return)
        heights.append(form.edit.height())
    assert heights[0] < heights[1] < heights[2] < heights[3]
    assert heights[3] == heights[6]


def test_escape_leaves_and_tab_goes_on(form: PromptForm, qtbot: QtBot) -> None:
    with qtbot.waitSignal(form.left):
        qtbot.keyClick(form.edit, Qt.Key.Key_Escape)
    form.edit.set_text("house")
    qtbot.keyClick(form.edit, Qt.Key.Key_Tab)
    assert form.edit.text() == "house"


def test_up_asks_for_earlier_prompts_only_at_the_start(form: PromptForm, qtbot: QtBot) -> None:
    form.edit.set_text("one line")
    with qtbot.assertNotEmitted(form.earlier_wanted):
        qtbot.keyClick(form.edit, Qt.Key.Key_Up)
    form.edit.recall("an earlier one")
    with qtbot.waitSignal(form.earlier_wanted):
        qtbot.keyClick(form.edit, Qt.Key.Key_Up)


def test_everything_has_a_name(form: PromptForm, wish: LiveWish, qtbot: QtBot) -> None:
    type_in(form, wish, qtbot, PROMPT)
    form.show_all_chips(True)
    assert nameless(form) == []


def test_many_chips_scroll_instead_of_filling_the_window(
    form: PromptForm, wish: LiveWish, qtbot: QtBot
) -> None:
    form.resize(640, 240)
    type_in(
        form, wish, qtbot,
        "piano, strings, harp, flute, clarinet, marimba, celesta, choir, theremin, banjo, sitar, "
        "75 bpm, in F# minor, 3/4, no drums, no vocals, dark, sad, slow, warm, 2 minutes",
    )  # fmt: skip
    qtbot.waitUntil(lambda: form.height() <= 320)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1:30", 90), ("90", 90), ("90s", 90), ("2 min", 120), ("0:02", 5), ("59:00", 600),
        (" 3:05 ", 185),
    ],
)  # fmt: skip
def test_lengths_are_read(text: str, seconds: float) -> None:
    assert parse_clock(text) == seconds


@pytest.mark.parametrize("text", ["", "abc", "1:2:3", "-5", "1.5.2"])
def test_nonsense_is_no_length(text: str) -> None:
    assert parse_clock(text) is None


def test_a_length_is_shown_as_a_clock() -> None:
    assert [clock_text(s) for s in (5, 59.6, 90, 600)] == ["0:05", "1:00", "1:30", "10:00"]


def test_the_length_field_takes_what_is_typed(qtbot: QtBot) -> None:
    field = DurationEdit()
    qtbot.addWidget(field)
    field.show_duration(None, 60.0)
    assert field.currentText() == "1:00"
    line = field.lineEdit()
    assert line is not None
    line.setText("1:45")
    with qtbot.waitSignal(field.duration_chosen) as chosen:
        qtbot.keyClick(line, Qt.Key.Key_Return)
    assert chosen.args == [105.0]
    line.setText("nonsense")
    with qtbot.assertNotEmitted(field.duration_chosen):
        qtbot.keyClick(line, Qt.Key.Key_Return)
    assert field.currentText() == "1:45"


def test_words_that_change_nothing_are_named(
    form: PromptForm, wish: LiveWish, qtbot: QtBot
) -> None:
    type_in(form, wish, qtbot, "lo-fi zorblax, sitar")
    shown = [label.text() for label in form.chips.findChildren(QLabel) if label.isVisible()]
    assert "not used: zorblax" in shown
    type_in(form, wish, qtbot, "lo-fi")
    shown = [label.text() for label in form.chips.findChildren(QLabel) if label.isVisible()]
    assert not any(text.startswith("not used") for text in shown)


def test_the_word_assumed_stands_before_what_is(
    form: PromptForm, wish: LiveWish, qtbot: QtBot
) -> None:
    type_in(form, wish, qtbot, "lo-fi zorblax, sitar")
    label = next(x for x in form.chips.findChildren(QLabel) if x.text() == "assumed")
    places = {each.chip.state: (each.y() - each.y() % 36, each.x()) for each in form.chips.widgets}
    assert places["refused"] < (label.y() - label.y() % 36, label.x())


def test_a_very_wide_window_keeps_lines_readable(form: PromptForm) -> None:
    form.resize(2560, 240)
    assert form.edit.width() < 1400
    form.resize(1000, 240)
    assert form.edit.width() > 700


def test_the_example_stays_on_one_line(form: PromptForm) -> None:
    whole = form.edit.placeholderText()
    form.resize(620, 240)
    assert form.edit.placeholderText().endswith("…")
    form.resize(1000, 240)
    assert form.edit.placeholderText() == whole


def test_why_something_cannot_be_done_stands_under_the_form(
    form: PromptForm, wish: LiveWish, qtbot: QtBot
) -> None:
    type_in(form, wish, qtbot, "like Somebody Famous, techno")
    (chip,) = [w for w in form.chips.widgets if w.chip.text == "like Somebody Famous"]
    assert chip.chip.state == "refused"
    assert "imitated" in chip.stop.toolTip()
    assert form.refusals.isVisible()
    assert "“like Somebody Famous”: " in form.refusals.text()
    assert "imitated" in form.refusals.text()
    type_in(form, wish, qtbot, "calm piano")
    assert not form.refusals.isVisible()
