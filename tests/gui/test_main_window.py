# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole window on real services; only the music is a tone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from musicgen_desktop.errors import MusicGenError
from musicgen_desktop.generation.order import Order
from musicgen_desktop.generation.produce import Producer
from musicgen_desktop.gui.main_window import MainWindow
from musicgen_desktop.gui.purpose_cards import PurposeCards
from musicgen_desktop.gui.settings_keeper import SettingsKeeper
from musicgen_desktop.gui.terms import Terms
from musicgen_desktop.gui.theme import Theme
from musicgen_desktop.gui.window_actions import WindowActions
from musicgen_desktop.gui.wish import LiveWish, Wish
from musicgen_desktop.jobs.job import Job, JobState
from musicgen_desktop.jobs.job_queue import JobQueue
from musicgen_desktop.jobs.journal import Journal
from musicgen_desktop.playback.player import Player
from musicgen_desktop.services import Services, recipe_for
from tests.helpers import library_files
from tests.helpers.accessible import nameless
from tests.helpers.quick_producer import QuickProducer
from tests.helpers.recipes import small_recipe


def order_of(job: Job) -> Order:
    return Order(job.recipe, job.id, job.title, job.group, job.take, job.takes)


class Bench:
    """A window and what is around it."""

    def __init__(self, services: Services, theme: Theme, wish: LiveWish) -> None:
        services.settings = replace(services.settings, backend="silent")
        self.services = services
        self.producer = QuickProducer(services.library)
        self.player = Player("silent")
        self.queue = JobQueue(
            cast(Producer, self.producer), Journal(services.paths.queue_db), order_of
        )
        self.window = MainWindow(services, self.queue, self.player, wish, theme)
        self.keeper = SettingsKeeper(services, self.window)
        self.actions = WindowActions(self.window, self.keeper)
        self.window.news.settings_changed.connect(self.keeper.apply)

    def trigger(self, name: str) -> None:
        self.window.actions_by_name[name].trigger()

    def message(self) -> str:
        message = self.window.messages.message
        return "" if message is None else message.text

    def close(self) -> None:
        self.player.shut_down()
        self.window.close()
        self.window.close_work()
        self.queue.close()


@pytest.fixture
def bench(
    real_services: Services, theme: Theme, wish: LiveWish, terms: Terms, qtbot: QtBot
) -> Iterator[Bench]:
    made = Bench(real_services, theme, wish)
    qtbot.addWidget(made.window)
    made.window.set_terms(terms)
    made.window.show()
    yield made
    made.close()


def test_the_first_start_shows_the_cards_and_the_cursor_is_in_the_words(
    bench: Bench, qtbot: QtBot
) -> None:
    assert bench.window.pages.currentWidget() is bench.window.cards
    assert bench.window.focusWidget() is bench.window.form.edit


def test_enter_on_a_card_makes_a_track_and_plays_it(bench: Bench, qtbot: QtBot) -> None:
    card = bench.window.cards.cards[2]
    card.setFocus()
    with qtbot.waitSignal(bench.queue.job_finished, timeout=5000):
        qtbot.keyClick(card, Qt.Key.Key_Return)
    assert len(bench.services.library.search()) == 1
    assert bench.window.pages.currentWidget() is bench.window.library_view
    assert bench.player.track_id == bench.services.library.search()[0]
    assert bench.player.state == "playing"
    assert bench.window.form.edit.text() == card.purpose.prompt


def test_autoplay_is_asked_once(bench: Bench, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bench.queue.job_finished, timeout=5000):
        bench.window.cards.cards[0].click()
    question = bench.window.messages.message
    assert question is not None
    assert question.kind == "question"
    bench.window.messages.buttons[1].click()
    assert bench.services.settings.autoplay is False
    bench.player.stop()
    with qtbot.waitSignal(bench.queue.job_finished, timeout=5000):
        bench.window.form.submit()
    assert bench.player.state == "stopped"
    assert bench.message() == ""


def test_four_takes_are_four_jobs_of_one_group(bench: Bench, qtbot: QtBot) -> None:
    bench.window.wish.set_takes(4)
    bench.window.wish.replace_prompt("rainy lo-fi")
    with qtbot.waitSignals([bench.queue.job_finished] * 4, timeout=8000):
        bench.trigger("generate")
    library = bench.services.library
    tracks = library.tracks(library.search())
    assert sorted(track.take for track in tracks) == [1, 2, 3, 4]
    assert len({track.group for track in tracks}) == 1
    assert len({track.seed for track in tracks}) == 4
    assert {track.title for track in tracks} == {tracks[0].title}


def test_an_empty_prompt_explains_in_the_window(bench: Bench) -> None:
    bench.trigger("generate")
    assert "sound like" in bench.message()
    assert bench.queue.jobs() == ()


def test_a_failure_is_told_with_a_way_on(bench: Bench, qtbot: QtBot) -> None:
    bench.producer.error = MusicGenError("The disk is full.", "Make room and try again.")
    bench.window.wish.replace_prompt("calm piano")
    with qtbot.waitSignal(bench.queue.job_failed, timeout=5000):
        bench.window.form.submit()
    message = bench.window.messages.message
    assert message is not None
    assert message.text == "“Calm Piano” could not be made."
    assert message.hint == "Make room and try again."
    bench.producer.error = None
    with qtbot.waitSignal(bench.queue.job_finished, timeout=5000):
        bench.window.messages.buttons[0].click()


def test_start_and_end_are_announced(bench: Bench, qtbot: QtBot) -> None:
    said: list[str] = []
    bench.window.messages.announcer.announced.connect(said.append)
    bench.window.wish.replace_prompt("calm piano")
    with qtbot.waitSignal(bench.queue.job_finished, timeout=5000):
        bench.window.form.submit()
    assert any("calm piano" in sentence for sentence in said)
    assert any(sentence.endswith("is ready.") for sentence in said)


def test_interrupted_jobs_are_offered(
    real_services: Services, theme: Theme, wish: LiveWish, qtbot: QtBot
) -> None:
    journal = Journal(real_services.paths.queue_db)
    jobs = [
        Job(f"{n:032x}", "Night", small_recipe(seed=8 + n), "g", n, 2, 1.0, n, state)
        for n, state in ((1, JobState.RUNNING), (2, JobState.QUEUED))
    ]
    journal.save(jobs)
    journal.close()
    bench = Bench(real_services, theme, wish)
    qtbot.addWidget(bench.window)
    bench.window.show()
    bench.window.news.offer_interrupted()
    assert bench.message().startswith("2 track")
    with qtbot.waitSignals([bench.queue.job_finished] * 2, timeout=5000):
        bench.window.messages.buttons[0].click()
    bench.close()


def test_discarding_interrupted_jobs_removes_them(
    real_services: Services, theme: Theme, wish: LiveWish, qtbot: QtBot
) -> None:
    journal = Journal(real_services.paths.queue_db)
    journal.save([Job("1" * 32, "Night", small_recipe(), "g", 1, 1, 1.0, 1, JobState.RUNNING)])
    journal.close()
    bench = Bench(real_services, theme, wish)
    qtbot.addWidget(bench.window)
    bench.window.show()
    bench.window.news.offer_interrupted()
    bench.window.messages.buttons[1].click()
    assert bench.queue.jobs() == ()
    bench.close()


def test_settings_of_a_track_come_back(bench: Bench, qtbot: QtBot) -> None:
    library_files.add(bench.services.library, "a" * 32, prompt="house with piano")
    bench.window.submission.use_settings_of("a" * 32)
    assert bench.window.form.edit.text() == "house with piano"


def test_a_recipe_comes_back_as_it_was_wished(bench: Bench) -> None:
    recipe = recipe_for("calm piano", seed=9, duration_s=45.0, overrides={"bpm": 70.0})
    bench.window.submission.use_settings(recipe)
    wish = bench.window.wish.wish
    assert (wish.prompt, wish.overrides, wish.duration_s) == ("calm piano", {"bpm": 70.0}, 45.0)
    assert wish.seed != 9
    assert "calm piano" in bench.message()


def test_a_missing_track_is_made_again_from_its_recipe(bench: Bench, qtbot: QtBot) -> None:
    track = library_files.add(bench.services.library, "a" * 32, seed=77)
    track.path.unlink()
    with qtbot.waitSignal(bench.queue.job_added) as added:
        bench.window.submission.make_again(track.id)
    assert added.args is not None
    job = bench.queue.job(str(added.args[0]))
    assert job is not None
    assert job.recipe.seed == 77
    assert (job.id, job.title) == (track.id, track.title)


def test_a_wish_before_the_words_were_read_has_its_title(bench: Bench, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bench.queue.job_added) as added:
        bench.window.submission.submit(Wish("calm piano, 10 seconds", seed=8))
    assert added.args is not None
    job = bench.queue.job(str(added.args[0]))
    assert job is not None
    assert job.title == "Calm Piano"


def test_more_like_this_keeps_the_manner(bench: Bench, qtbot: QtBot) -> None:
    track = library_files.add(bench.services.library, "a" * 32, seed=77)
    with qtbot.waitSignal(bench.queue.job_added) as added:
        bench.window.submission.more_like(track.id)
    assert added.args is not None
    job = bench.queue.job(str(added.args[0]))
    assert job is not None
    assert job.recipe.parent == track.id
    assert job.recipe.parameters["keep"]["groove"] == 77
    assert job.recipe.seed != 77


def test_earlier_prompts_come_back_with_up(bench: Bench, qtbot: QtBot) -> None:
    for prompt in ("first words", "second words"):
        bench.window.wish.replace_prompt(prompt)
        with qtbot.waitSignal(bench.queue.job_finished, timeout=5000):
            bench.window.form.submit()
    edit = bench.window.form.edit
    edit.set_text("")
    qtbot.keyClick(edit, Qt.Key.Key_Up)
    assert edit.text() == "second words"
    qtbot.keyClick(edit, Qt.Key.Key_Up)
    assert edit.text() == "first words"
    qtbot.keyClick(edit, Qt.Key.Key_Down)
    qtbot.keyClick(edit, Qt.Key.Key_Down)
    assert edit.text() == ""


def test_takes_of_the_settings_work_at_once(bench: Bench) -> None:
    bench.keeper.apply(replace(bench.services.settings, takes=4))
    assert bench.window.wish.wish.takes == 4


def test_the_dice_writes_a_prompt(bench: Bench) -> None:
    bench.trigger("roll_dice")
    assert bench.window.form.edit.text()
    assert bench.window.wish.result is not None


def test_escape_goes_from_the_words_to_the_list(bench: Bench, qtbot: QtBot) -> None:
    qtbot.keyClick(bench.window.form.edit, Qt.Key.Key_Escape)
    assert bench.window.focusWidget() is bench.window.cards.cards[0]


def test_details_open_by_key_and_button(bench: Bench) -> None:
    assert not bench.window.details.isVisible()
    bench.trigger("show_details")
    assert bench.window.details.isVisible()
    bench.window.details.close_wanted.emit()
    assert not bench.window.details.isVisible()
    bench.window.tools["show_details"].click()
    assert bench.window.details.isVisible()


def test_space_and_arrows_are_transport_outside_text(bench: Bench, qtbot: QtBot) -> None:
    track = library_files.add(bench.services.library, "a" * 32)
    bench.player.load(track.id, track.path)
    qtbot.keyClick(bench.window, Qt.Key.Key_Space)
    assert bench.player.state == "paused"
    with qtbot.waitActive(bench.window):
        bench.window.activateWindow()
    bench.window.form.edit.setFocus()
    qtbot.keyClick(bench.window.form.edit, Qt.Key.Key_Space)
    assert bench.player.state == "paused"
    assert bench.window.form.edit.text() == " "
    qtbot.keyClick(bench.window.form.edit, Qt.Key.Key_F8)
    assert bench.player.state == "playing"


def test_geometry_and_panels_are_remembered(
    bench: Bench, theme: Theme, wish: LiveWish, qtbot: QtBot
) -> None:
    bench.window.resize(1000, 640)
    bench.trigger("show_details")
    bench.window.close()
    again = MainWindow(bench.services, bench.queue, bench.player, wish, theme)
    qtbot.addWidget(again)
    again.show()
    assert (again.width(), again.height()) == (1000, 640)
    assert again.details.isVisible()


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("size", [(900, 600), (2560, 1440)], ids=["small", "large"])
def test_everything_has_a_name_at_every_size(
    bench: Bench, theme: Theme, look: str, size: tuple[int, int]
) -> None:
    theme.choose(look)
    bench.window.resize(*size)
    bench.trigger("show_details")
    bench.window.wish.replace_prompt("lo-fi, rhodes, 75 bpm, in A minor, no vocals, sitar")
    bench.window.messages.say("A message.", "With a hint.")
    library_files.add(bench.services.library, "a" * 32)
    bench.window.update_page()
    assert nameless(bench.window) == []
    assert bench.window.width() <= max(size[0], bench.window.minimumSizeHint().width())


def test_every_action_has_words_and_no_two_share_keys(bench: Bench) -> None:
    actions = bench.window.actions_by_name
    keys: list[str] = []
    for name in actions.names():
        action = actions[name]
        assert action.text()
        keys += [key.toString() for key in action.shortcuts()]
    assert len(keys) == len(set(keys))


def test_dialogs_open_and_have_names(bench: Bench, qtbot: QtBot) -> None:
    for name in ("show_settings", "show_shortcuts", "show_about", "show_presets"):
        bench.trigger(name)
    shown = [
        widget
        for widget in QApplication.topLevelWidgets()
        if widget.isVisible() and widget is not bench.window
    ]
    assert len(shown) == 4
    for widget in shown:
        assert nameless(widget) == []
        widget.close()


def test_the_history_menu_applies(bench: Bench, qtbot: QtBot) -> None:
    bench.actions.history.add("calm & quiet piano")
    bench.trigger("show_history")
    menu = next(w for w in QApplication.topLevelWidgets() if isinstance(w, QMenu) and w.isVisible())
    entries: list[QAction] = menu.actions()
    entries[0].trigger()
    menu.close()
    assert bench.window.form.edit.text() == "calm & quiet piano"


def test_cards_speak_of_what_they_do(bench: Bench) -> None:
    cards: PurposeCards = bench.window.cards
    assert len(cards.cards) == 6
    assert all(card.accessibleName() and card.accessibleDescription() for card in cards.cards)


def test_escape_while_the_first_track_is_made_ends_in_the_list(bench: Bench, qtbot: QtBot) -> None:
    bench.window.wish.replace_prompt("calm piano")
    with qtbot.waitSignal(bench.queue.job_finished, timeout=5000):
        bench.window.form.submit()
        bench.window.focus_list()
        assert bench.window.focusWidget() is bench.window.cards.cards[0]
    assert bench.window.focusWidget() is bench.window.library_view.table


def test_four_takes_leave_three_tracks_in_a_small_window(bench: Bench, qtbot: QtBot) -> None:
    bench.window.resize(900, 600)
    bench.window.wish.set_takes(4)
    bench.window.wish.replace_prompt("calm piano")
    with qtbot.waitSignals([bench.queue.job_finished] * 4, timeout=10_000):
        bench.window.form.submit()
    bench.window.messages.close_message()
    table = bench.window.library_view.table
    air_px = 8  # of the third row's foot
    qtbot.waitUntil(lambda: table.viewport().height() >= 3 * table.rowHeight(0) - air_px)


def test_a_recipe_of_another_engine_version_is_told_to_sound_different(bench: Bench) -> None:
    recipe = recipe_for("calm piano, 40 seconds", seed=8)
    bench.window.submission.use_settings(recipe)
    message = bench.window.messages.message
    assert message is not None
    assert "new seed" in message.hint
    bench.window.submission.use_settings(replace(recipe, engine_version="0"))
    message = bench.window.messages.message
    assert message is not None
    assert "by version 0 of" in message.hint
    assert "it will sound different" in message.hint
    assert bench.window.form.edit.text() == "calm piano, 40 seconds"


def test_a_recipe_of_an_engine_that_is_not_here_goes_to_the_default_one(bench: Bench) -> None:
    recipe = replace(recipe_for("calm piano", seed=8), engine="elsewhere")
    bench.window.submission.use_settings(recipe)
    message = bench.window.messages.message
    assert message is not None
    assert "“elsewhere”, which isn’t here" in message.hint
    assert bench.window.wish.wish.engine == recipe_for("x", seed=8).engine


def test_the_window_stays_until_a_track_is_saved(
    bench: Bench, tmp_path: Path, qtbot: QtBot
) -> None:
    track = library_files.add(bench.services.library, "a" * 32, "Night")
    folder = bench.services.paths.masters_dir
    folder.mkdir(parents=True, exist_ok=True)
    library_files.write_sound(folder / f"{track.id}.flac", "flac")
    target = tmp_path / "night.wav"
    with qtbot.waitSignal(bench.window.closed):
        bench.window.commands.exporting.save([track], [target], "wav")
        bench.window.close()
        assert bench.window.isVisible()
        assert "night.wav" in bench.message()
    assert target.read_bytes().startswith(b"RIFF")
    assert not bench.window.isVisible()
