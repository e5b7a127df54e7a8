# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The library view on a real library: finding, keys, mouse, titles, deleting with Undo."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from musicgen_desktop.gui import drag_out
from musicgen_desktop.gui.library_view import LibraryView
from musicgen_desktop.gui.row_layout import STAR_PX
from musicgen_desktop.gui.theme import Theme
from musicgen_desktop.library.track import Presence
from musicgen_desktop.services import Services
from tests.helpers.accessible import nameless
from tests.helpers.track_bench import TITLES, TrackBench

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def bench(real_services: Services, theme: Theme, qtbot: QtBot) -> Iterator[TrackBench]:
    made = TrackBench(real_services, qtbot)
    made.fill()
    yield made
    made.close()


@pytest.fixture
def view(bench: TrackBench, qtbot: QtBot) -> Iterator[LibraryView]:
    made = LibraryView(bench.services, bench.player, bench.commands)
    qtbot.addWidget(made)
    made.resize(1000, 500)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.table.setFocus()
    qtbot.waitUntil(made.table.hasFocus)
    yield made
    made.close_work()


def titles(view: LibraryView) -> list[str]:
    return [str(view.model.index(row, 0).data()) for row in range(view.model.rowCount())]


def key(view: LibraryView, qtbot: QtBot, sequence: str) -> None:
    qtbot.keySequence(view.table, sequence)


# -- finding ---------------------------------------------------------------------------------


def test_search_as_you_type_and_the_way_back(view: LibraryView, qtbot: QtBot) -> None:
    qtbot.keyClicks(view.bar.search, "sl ti")
    qtbot.waitUntil(lambda: titles(view) == ["Slow Tide"])
    qtbot.keyClicks(view.bar.search, "xx")
    qtbot.waitUntil(lambda: titles(view) == [])
    page = view._nothing
    assert page.isVisible()
    assert "sl tixx" in page._title.text()
    qtbot.mouseClick(page.button, LEFT)
    assert titles(view) == list(TITLES)
    assert view.table.isVisible()


def test_escape_empties_the_search_and_then_goes_to_the_list(
    view: LibraryView, qtbot: QtBot
) -> None:
    view.focus_search()
    qtbot.keyClicks(view.bar.search, "late")
    qtbot.keyClick(view.bar.search, Qt.Key.Key_Escape)
    assert view.bar.search.text() == ""
    qtbot.keyClick(view.bar.search, Qt.Key.Key_Escape)
    assert view.table.hasFocus()
    assert [t.id for t in view.table.selected_tracks()] == ["t0"]


def test_order_and_stars(view: LibraryView, bench: TrackBench) -> None:
    bench.library.set_star(["t2"], 3)
    view.bar.stars.setCurrentIndex(3)
    assert titles(view) == ["Slow Tide"]
    view.bar.stars.setCurrentIndex(4)
    assert "stars" in view._nothing._title.text()
    view.bar.show_all()
    view.bar.order.setCurrentIndex(view.bar.order.findText("By title"))
    assert titles(view) == ["Late Club", "Rainy Night", "Slow Tide", "雨の夜"]


def test_selection_survives_another_order(view: LibraryView) -> None:
    view.table.select_track("t2")
    view.bar.order.setCurrentIndex(view.bar.order.findText("By title"))
    assert [t.id for t in view.table.selected_tracks()] == ["t2"]


def test_an_empty_library_says_what_belongs_here(real_services: Services, qtbot: QtBot) -> None:
    bench = TrackBench(real_services, qtbot)
    view = LibraryView(real_services, bench.player, bench.commands)
    qtbot.addWidget(view)
    assert not view.has_tracks
    assert "Ctrl+Enter" in view._nothing._hint.text()
    bench.add("t1")
    view.on_track_made("t1")
    assert view.has_tracks
    assert view._pages.currentWidget() is view.table
    view.close_work()
    bench.close()


# -- marks and titles ------------------------------------------------------------------------


def test_number_keys_give_stars_to_all_selected(
    view: LibraryView, bench: TrackBench, qtbot: QtBot
) -> None:
    view.table.selectAll()
    key(view, qtbot, "4")
    bench.settle()
    assert [bench.track(i).star for i in ("t0", "t1", "t2", "t3")] == [4] * 4
    key(view, qtbot, "0")
    bench.settle()
    assert bench.track("t1").star == 0


def test_a_click_on_a_star_gives_it_and_takes_it_back(
    view: LibraryView, bench: TrackBench, qtbot: QtBot
) -> None:
    stars = view.table.parts_of(1).stars
    at = QPoint(stars.left() + 2 * STAR_PX + 4, stars.center().y())
    qtbot.mouseClick(view.table.viewport(), LEFT, pos=at)
    bench.settle()
    assert bench.track("t1").star == 3
    qtbot.mouseClick(view.table.viewport(), LEFT, pos=at)
    bench.settle()
    assert bench.track("t1").star == 0


def test_k_keeps(view: LibraryView, bench: TrackBench, qtbot: QtBot) -> None:
    view.table.select_track("t1")
    key(view, qtbot, "K")
    bench.settle()
    assert bench.track("t1").kept
    key(view, qtbot, "K")
    bench.settle()
    assert not bench.track("t1").kept


def test_f2_renames_in_place(view: LibraryView, bench: TrackBench, qtbot: QtBot) -> None:
    view.table.select_track("t1")
    key(view, qtbot, "F2")
    editor = view.table.findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    assert editor.selectedText() == "Late Club"
    # keys that mean something in the list belong to the editor now
    qtbot.keyClicks(editor, "Track 4 k")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: titles(view)[1] == "Track 4 k")
    track = bench.track("t1")
    assert (track.title, track.star, track.kept) == ("Track 4 k", 0, False)
    assert track.path.name.startswith("Track 4 k - 75bpm")
    assert bench.player.track_id == ""


def test_a_file_in_use_elsewhere_keeps_its_name(
    view: LibraryView, bench: TrackBench, qtbot: QtBot
) -> None:
    before = bench.track("t1").path
    bench.commands.deeds.mark_in_use(["t1"])
    bench.settle()
    view.model.title_edited.emit("t1", "Other")
    bench.settle()
    assert bench.track("t1").path == before
    assert "stays as it was" in bench.messages[-1].hint


# -- deleting --------------------------------------------------------------------------------


def test_delete_and_undo(view: LibraryView, bench: TrackBench, qtbot: QtBot) -> None:
    view.table.select_track("t1")
    file = bench.track("t1").path
    key(view, qtbot, "Del")
    bench.settle()
    assert titles(view) == [TITLES[0], TITLES[2], TITLES[3]]
    assert not file.exists()
    assert [t.id for t in view.table.selected_tracks()] == ["t2"]
    assert bench.messages[-1].text == "“Late Club” is deleted."
    assert bench.messages[-1].kind == "info"
    bench.press()
    bench.settle()
    assert titles(view) == list(TITLES)
    assert file.exists()
    assert [t.id for t in view.table.selected_tracks()] == ["t1"]


def test_deleting_what_another_program_uses_warns(view: LibraryView, bench: TrackBench) -> None:
    bench.commands.deeds.mark_in_use(["t0"])
    bench.settle()
    bench.commands.deeds.delete(["t0", "t1"])
    bench.settle()
    assert bench.messages[-1].kind == "warning"
    assert bench.messages[-1].text == "2 tracks are deleted."
    assert "Another program" in bench.messages[-1].hint


def test_deleting_the_playing_track_stops_it(
    view: LibraryView, bench: TrackBench, qtbot: QtBot
) -> None:
    bench.commands.listening.play("t0")
    assert bench.player.state == "playing"
    bench.commands.deeds.delete(["t0"])
    bench.settle()
    assert (bench.player.state, bench.player.track_id) == ("stopped", "")


# -- playing ---------------------------------------------------------------------------------


def test_play_button_plays_and_the_track_is_no_longer_new(
    view: LibraryView, bench: TrackBench, qtbot: QtBot
) -> None:
    assert bench.track("t1").unread
    at = view.table.parts_of(1).play.center()
    qtbot.mouseClick(view.table.viewport(), LEFT, pos=at)
    assert (bench.player.state, bench.player.track_id) == ("playing", "t1")
    bench.settle()
    assert not bench.track("t1").unread
    qtbot.mouseClick(view.table.viewport(), LEFT, pos=at)
    assert bench.player.state == "paused"


def test_a_click_on_the_waveform_plays_from_there(
    view: LibraryView, bench: TrackBench, qtbot: QtBot
) -> None:
    wave = view.table.parts_of(2).wave
    at = QPoint(wave.left() + wave.width() // 2, wave.center().y())
    qtbot.mouseClick(view.table.viewport(), LEFT, pos=at)
    assert bench.player.track_id == "t2"
    assert bench.player.position_s == pytest.approx(0.25, abs=0.02)


def test_enter_and_space_play_and_arrows_are_left_to_the_window(
    view: LibraryView, bench: TrackBench, qtbot: QtBot
) -> None:
    view.table.select_track("t1")
    qtbot.keyClick(view.table, Qt.Key.Key_Space)
    assert bench.player.track_id == "t1"
    view.table.select_track("t2")
    qtbot.keyClick(view.table, Qt.Key.Key_Return)
    assert bench.player.track_id == "t2"
    qtbot.keyClick(view.table, Qt.Key.Key_Down)
    assert [t.id for t in view.table.selected_tracks()] == ["t3"]


def test_next_and_previous_follow_the_list(view: LibraryView, bench: TrackBench) -> None:
    view.play_next()
    assert bench.player.track_id == "t0"
    view.play_next()
    assert bench.player.track_id == "t1"
    view.play_previous()
    assert bench.player.track_id == "t0"
    view.play_previous()
    assert bench.player.track_id == "t0"


def test_tracks_play_equally_loud(bench: TrackBench, view: LibraryView) -> None:
    listening = bench.commands.listening
    assert listening._gain_db(bench.track("t0")) == pytest.approx(-1.98)
    quiet = replace(bench.track("t0"), loudness_lufs=-30.0)
    assert listening._gain_db(quiet) == 1.0
    assert listening._gain_db(replace(quiet, loudness_lufs=0.0)) == 0.0
    bench.services.settings = replace(bench.services.settings, level_match=False)
    assert listening._gain_db(bench.track("t0")) == 0.0


def test_a_missing_file_is_told_and_can_be_made_again(
    view: LibraryView, bench: TrackBench, qtbot: QtBot
) -> None:
    bench.track("t1").path.unlink()
    bench.library.rescan()
    view.refresh()
    assert bench.track("t1").presence is Presence.MISSING
    view.table.select_track("t1")
    qtbot.keyClick(view.table, Qt.Key.Key_Return)
    assert "is missing" in bench.messages[-1].text
    with qtbot.waitSignal(bench.commands.make_again_requested) as wanted:
        bench.press()
    assert wanted.args == ["t1"]
    menu = view.track_actions.menu(view.table)
    shown = {a.text(): a.isEnabled() for a in menu.actions() if a.text()}
    assert shown["Make it again"]
    assert not shown["Copy file"]
    assert not shown["Save as…"]
    with qtbot.waitSignal(bench.commands.make_again_requested) as wanted:
        view.track_actions["make_again"].trigger()
    assert wanted.args == ["t1"]
    menu.deleteLater()


# -- menu, clipboard, switch -----------------------------------------------------------------


def test_the_menu_fits_the_selection(view: LibraryView, qtbot: QtBot) -> None:
    view.table.select_track("t0")
    one = view.track_actions.menu(view.table)
    texts = [action.text() for action in one.actions() if action.text()]
    assert "Make it again" not in texts
    assert {"Play\tEnter", "More like this", "Rename", "Copy prompt", "Show in folder"} <= set(
        texts
    )
    view.table.selectAll()
    many = view.track_actions.menu(view.table)
    enabled = {action.text(): action.isEnabled() for action in many.actions()}
    assert enabled["Copy files"]
    assert not enabled["Rename"]
    submenus = [a.menu() for a in many.actions() if isinstance(a.menu(), QMenu)]
    formats = next(m for m in submenus if isinstance(m, QMenu) and "4 tracks" in m.title())
    assert [a.text().split(" ")[0] for a in formats.actions()] == [
        "MP3", "WAV", "FLAC", "OGG", "MIDI", "Stems", "Recipe",
    ]  # fmt: skip
    one.deleteLater()
    many.deleteLater()


def test_the_menu_key_opens_the_menu(view: LibraryView, qtbot: QtBot) -> None:
    view.table.select_track("t0")
    with qtbot.waitSignal(view.table.menu_wanted):
        qtbot.mouseClick(view.table.viewport(), LEFT, pos=view.table.parts_of(0).more.center())
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, QMenu)
    popup.close()


def test_wishes_reach_the_window(view: LibraryView, bench: TrackBench, qtbot: QtBot) -> None:
    view.table.select_track("t2")
    with qtbot.waitSignal(bench.commands.more_like_requested) as more:
        key(view, qtbot, "Ctrl+M")
    with qtbot.waitSignal(bench.commands.settings_requested) as settings:
        key(view, qtbot, "Ctrl+U")
    assert more.args == settings.args == ["t2"]


def test_copy_puts_real_files_on_the_clipboard_for_every_desktop(
    view: LibraryView, bench: TrackBench, qtbot: QtBot
) -> None:
    view.table.selectAll()
    key(view, qtbot, "Ctrl+C")
    bench.settle()
    mime = QGuiApplication.clipboard().mimeData()
    files = [url.toLocalFile() for url in mime.urls()]
    assert files == [str(bench.track(i).path) for i in ("t0", "t1", "t2", "t3")]
    gnome = bytes(mime.data("x-special/gnome-copied-files").data()).decode()
    assert gnome.split("\n")[0] == "copy"
    assert all(line.startswith("file:///") for line in gnome.split("\n")[1:])
    assert bytes(mime.data("application/x-kde-cutselection").data()) == b"0"
    assert bench.track("t3").in_use_elsewhere
    assert bench.messages[-1].text == "Copied 4 files."


def test_copy_prompt(view: LibraryView, bench: TrackBench, qtbot: QtBot) -> None:
    view.table.select_track("t0")
    key(view, qtbot, "Ctrl+Shift+C")
    assert QGuiApplication.clipboard().text() == "rainy night lo-fi"


def test_the_switch_makes_wav_files_ahead_and_hands_them_over(
    view: LibraryView, bench: TrackBench, qtbot: QtBot
) -> None:
    view.settings_changed.connect(lambda new: setattr(bench.services, "settings", new))
    bench.add_master("t1")
    view.table.select_track("t1")
    wav = next(b for b in view.bar.formats.buttons() if b.text() == "WAV")
    qtbot.mouseClick(wav, LEFT)
    assert bench.services.settings.drag_format == "wav"
    bench.settle()
    (file,) = bench.commands.handoff.files([bench.track("t1")]) or []
    assert file.read_bytes()[:4] == b"RIFF"
    assert file.name == "Late Club - 75bpm Am.wav"


def test_the_row_under_the_mouse_is_made_ready_too(
    view: LibraryView, bench: TrackBench, qtbot: QtBot
) -> None:
    bench.services.settings = replace(bench.services.settings, drag_format="wav")
    bench.add_master("t2")
    qtbot.mouseMove(view.table.viewport(), view.table.parts_of(2).words.center())
    qtbot.waitUntil(lambda: bench.commands.handoff.files([bench.track("t2")]) is not None)
    bench.settle()


def test_a_drag_before_its_file_is_ready_makes_it_and_says_so(
    view: LibraryView, bench: TrackBench
) -> None:
    bench.services.settings = replace(bench.services.settings, drag_format="wav")
    bench.add_master("t0")
    bench.commands.drag(view.table, [bench.track("t0")])
    assert bench.messages[-1].text == drag_out.hint_while_preparing("WAV")
    bench.settle()
    assert bench.commands.handoff.files([bench.track("t0")])


# -- for everybody ---------------------------------------------------------------------------


def test_every_control_has_a_name(view: LibraryView) -> None:
    assert nameless(view) == []


@pytest.mark.parametrize("width", [360, 520, 700, 900, 2400])
def test_parts_of_a_row_never_overlap(view: LibraryView, width: int) -> None:
    view.resize(width, 400)
    layout = view.table.parts_of(0)
    boxes = [
        box
        for box in (
            layout.play, layout.words, layout.wave, layout.duration, layout.tempo, layout.key,
            layout.stars, layout.more,
        )
        if not box.isEmpty()
    ]  # fmt: skip
    assert all(not a.intersects(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])
    assert all(a.left() < b.left() for a, b in pairwise(boxes))
    assert layout.words.width() >= 100


@pytest.mark.parametrize("look", ["light", "dark"])
def test_rows_are_painted_in_both_looks(
    view: LibraryView, theme: Theme, qtbot: QtBot, look: str
) -> None:
    theme.choose(look)
    view.table.select_track("t1")
    qtbot.waitUntil(lambda: view.shapes.shape("t0") is not None)
    image = view.table.viewport().grab().toImage()
    colours = {image.pixel(x, 30) for x in range(image.width())}
    assert len(colours) > 5


def test_a_held_ctrl_key_doesnt_toggle_what_is_selected(view: LibraryView, qtbot: QtBot) -> None:
    view.table.select_track("t1")
    qtbot.keyPress(view.table, Qt.Key.Key_Control, Qt.KeyboardModifier.ControlModifier)
    view.table.select_track("t1")
    qtbot.keyRelease(view.table, Qt.Key.Key_Control)
    assert [t.id for t in view.table.selected_tracks()] == ["t1"]


def test_a_long_tempo_has_room(view: LibraryView) -> None:
    metrics = view.table.fontMetrics()
    box = view.table.parts_of(0).tempo
    elide = Qt.TextElideMode.ElideRight
    assert metrics.elidedText("122.7", elide, box.width()) == "122.7"


@pytest.mark.parametrize("width", [400, 480, 560, 640, 760, 1000])
def test_the_line_above_the_list_never_overlaps(view: LibraryView, width: int) -> None:
    bar = view.bar
    bar.setMinimumWidth(1)
    view.setMinimumWidth(1)
    view.resize(width, 500)
    QApplication.processEvents()
    shown = [bar.search, bar.stars, bar.order, *bar.formats.buttons()]
    boxes = [each.geometry() for each in shown if each.isVisible()]
    assert all(left.right() < right.left() for left, right in pairwise(boxes))
    assert boxes[-1].right() <= bar.width()


def test_lists_and_buttons_of_the_line_say_what_they_are_for(view: LibraryView) -> None:
    assert view.bar.stars.accessibleDescription() == "Stars at least"
    assert view.bar.order.accessibleDescription() == "Order of the list"
    names = {button.accessibleName() for button in view.bar.search.findChildren(QToolButton)}
    assert "Empty the search" in names
