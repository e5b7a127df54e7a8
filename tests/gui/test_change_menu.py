# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Change one thing: from the menu of a track in the real window to the changed jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu, QSpinBox
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from musicgen_desktop.generation.order import Order
from musicgen_desktop.generation.produce import Producer
from musicgen_desktop.gui.change_menu import ChangeMenu, LikeMenu
from musicgen_desktop.gui.main_window import MainWindow
from musicgen_desktop.gui.tempo_dialog import TempoDialog
from musicgen_desktop.gui.terms import Terms
from musicgen_desktop.gui.theme import Theme
from musicgen_desktop.gui.wish import LiveWish
from musicgen_desktop.jobs.job import Job
from musicgen_desktop.jobs.job_queue import JobQueue
from musicgen_desktop.jobs.journal import Journal
from musicgen_desktop.library.track import Track
from musicgen_desktop.music.edit import WORDS
from musicgen_desktop.music.recipe import Recipe
from musicgen_desktop.playback.player import Player
from musicgen_desktop.services import Services, recipe_for
from tests.helpers import library_files
from tests.helpers.quick_producer import QuickProducer

PROMPT = "rainy night lo-fi, rhodes, 20 seconds"
COMPOSED_MS = 20_000
M = TypeVar("M", bound=QMenu)


class Bench:
    """A window with one track of the Composer, selected."""

    def __init__(self, services: Services, theme: Theme, wish: LiveWish, qtbot: QtBot) -> None:
        services.settings = replace(services.settings, backend="silent")
        self.services = services
        self.qtbot = qtbot
        self.player = Player("silent")
        self.queue = JobQueue(
            cast(Producer, QuickProducer(services.library)),
            Journal(services.paths.queue_db),
            lambda job: Order(job.recipe, job.id, job.title, job.group, job.take, job.takes),
        )
        self.track = self.add("a" * 32, recipe_for(PROMPT, seed=8))
        self.window = MainWindow(services, self.queue, self.player, wish, theme)
        self.added: list[Job] = []
        self.queue.job_added.connect(self._on_added)
        self.menus: list[QMenu] = []

    def add(self, track_id: str, recipe: Recipe) -> Track:
        data = replace(
            library_files.tag_data(track_id, "Rainy Night"),
            recipe=recipe.dumps(),
            engine=recipe.engine,
            engine_version=recipe.engine_version,
        )
        return self.services.library.add(library_files.finished(self.services.library, data))

    def menu(self, *track_ids: str) -> QMenu:
        """The menu of tracks; of the track of the bench unless said."""
        view = self.window.library_view
        for number, track_id in enumerate(track_ids or (self.track.id,)):
            if number == 0:
                view.table.select_track(track_id)
            else:
                view.table.selectAll()
        menu = view.track_actions.menu(view.table)
        self.menus.append(menu)
        return menu

    def opened(self) -> ChangeMenu:
        """The menu of changes, when it knows what is in the track."""
        change = of_kind(self.menu(), ChangeMenu)
        with self.qtbot.waitSignal(self.window.changing.offers_found, timeout=COMPOSED_MS):
            change.popup(self.window.pos())
        change.close()
        return change

    def choose(self, pick: Callable[[], None], jobs: int = 1) -> list[Job]:
        """What is queued when something is chosen."""
        self.added.clear()
        pick()
        self.qtbot.waitUntil(lambda: len(self.added) == jobs, timeout=COMPOSED_MS)
        return list(self.added)

    def close(self) -> None:
        for menu in filter(isValid, self.menus):  # those that were shown are gone
            menu.deleteLater()
        self.player.shut_down()
        self.window.close()
        self.window.close_work()
        self.queue.close()

    def _on_added(self, job_id: str) -> None:
        job = self.queue.job(job_id)
        assert job is not None
        self.added.append(job)


@pytest.fixture
def bench(
    real_services: Services, theme: Theme, wish: LiveWish, terms: Terms, qtbot: QtBot
) -> Iterator[Bench]:
    made = Bench(real_services, theme, wish, qtbot)
    qtbot.addWidget(made.window)
    made.window.set_terms(terms)
    made.window.show()
    yield made
    made.close()


def of_kind(menu: QMenu, kind: type[M]) -> M:
    return next(m for a in menu.actions() if isinstance(m := a.menu(), kind))


def item(menu: QMenu, *path: str) -> QAction:
    """An item by the words on the way to it."""
    action = next(a for a in menu.actions() if a.text() == path[0])
    if len(path) == 1:
        return action
    submenu = action.menu()
    assert isinstance(submenu, QMenu)
    return item(submenu, *path[1:])


def texts(menu: QMenu, name: str) -> list[str]:
    submenu = item(menu, name).menu()
    assert isinstance(submenu, QMenu)
    return [action.text() for action in submenu.actions() if action.text()]


def test_words_work_before_anything_is_known_of_the_track(bench: Bench) -> None:
    change = of_kind(bench.menu(), ChangeMenu)
    assert [a.text() for a in change.actions() if a.text() and a.isEnabled()] == list(
        WORDS.values()
    )
    (job,) = bench.choose(item(change, "Darker").trigger)
    assert job.title == "Rainy Night (darker)"
    assert job.recipe.parent == bench.track.id
    assert job.recipe.seed == 8
    assert [edit["op"] for edit in job.recipe.parameters["edits"]] == ["mood"]


def test_an_opened_menu_offers_what_is_in_the_track(bench: Bench) -> None:
    change = bench.opened()
    assert item(change, "Without").isEnabled()
    for player in texts(change, "Without"):
        assert texts(change, "Another instrument").count(player) <= 1
    assert {"Drums", "Electric piano"} <= set(texts(change, "Without"))
    assert len(texts(change, "Another key")) == 12
    assert item(change, "New section").isEnabled()
    plan = bench.services.library.recipe(bench.track.id).plan
    assert all(text != f"{plan.bpm:g} bpm" for text in texts(change, "Another tempo"))


def test_who_is_left_out_and_who_plays_something_else(bench: Bench) -> None:
    change = bench.opened()
    without = texts(change, "Without")[0]
    (job,) = bench.choose(item(change, "Without", without).trigger)
    assert job.recipe.parameters["edits"][0]["op"] == "without"
    assert job.title == f"Rainy Night (no {without.lower()})"
    player = texts(change, "Another instrument")[0]
    players = item(change, "Another instrument").menu()
    assert isinstance(players, QMenu)
    other = texts(players, player)[0]
    (job,) = bench.choose(item(change, "Another instrument", player, other).trigger)
    assert job.recipe.parameters["edits"][0]["op"] == "instrument"
    assert job.title == f"Rainy Night ({other.lower()})"


def test_tempo_and_key(bench: Bench) -> None:
    change = bench.opened()
    tempo = texts(change, "Another tempo")[0]
    (job,) = bench.choose(item(change, "Another tempo", tempo).trigger)
    assert f"{job.recipe.plan.bpm:g} bpm" == tempo
    before = bench.services.library.recipe(bench.track.id).plan
    other = texts(change, "Another key")
    (job,) = bench.choose(item(change, "Another key", other[-1]).trigger)
    assert job.recipe.plan.key == before.key
    assert job.recipe.plan.mode != before.mode
    (job,) = bench.choose(item(change, "Another key", other[0]).trigger)
    assert job.recipe.plan.key != before.key
    assert job.recipe.plan.mode == before.mode


def test_any_other_tempo_is_asked_for(bench: Bench) -> None:
    change = bench.opened()
    item(change, "Another tempo", "Other…").trigger()
    dialog = bench.window.findChild(TempoDialog)
    assert isinstance(dialog, TempoDialog)
    field = dialog.findChild(QSpinBox)
    assert isinstance(field, QSpinBox)
    assert field.accessibleName() == "Tempo"
    bench.qtbot.waitUntil(lambda: QApplication.focusWidget() in (field, field.lineEdit()))
    field.lineEdit().selectAll()
    bench.qtbot.keyClicks(field, "97")
    (job,) = bench.choose(lambda: bench.qtbot.keyClick(field, Qt.Key.Key_Return))
    assert job.recipe.plan.bpm == 97.0
    assert job.title == "Rainy Night (97 bpm)"


def test_new_notes_come_in_as_many_takes_as_the_form_says(bench: Bench) -> None:
    bench.window.wish.set_takes(2)
    change = bench.opened()
    jobs = bench.choose(item(change, "New melody").trigger, 2)
    seeds = {edit["seed"] for job in jobs for edit in job.recipe.parameters["edits"]}
    assert len(seeds) == 2
    assert {job.recipe.seed for job in jobs} == {8}
    assert jobs[0].title == "Rainy Night (new melody)"
    section = texts(change, "New section")[0]
    jobs = bench.choose(item(change, "New section", section).trigger, 2)
    assert jobs[0].recipe.parameters["edits"][0]["op"] == "regenerate"


def test_a_changed_track_is_changed_again_by_keys_alone(bench: Bench, qtbot: QtBot) -> None:
    menu = bench.menu()
    menu.popup(bench.window.pos())
    change = of_kind(menu, ChangeMenu)
    menu.setActiveAction(change.menuAction())
    with qtbot.waitSignal(bench.window.changing.offers_found, timeout=COMPOSED_MS):
        qtbot.keyClick(menu, Qt.Key.Key_Right)
    assert change.isVisible()
    qtbot.keyClick(change, Qt.Key.Key_Down)
    assert change.activeAction().text() == "Livelier"
    (job,) = bench.choose(lambda: qtbot.keyClick(change, Qt.Key.Key_Return))
    assert job.title == "Rainy Night (livelier)"


def test_closer_keeps_more_than_further(bench: Bench) -> None:
    like = of_kind(bench.menu(), LikeMenu)
    (close,) = bench.choose(item(like, "Closer").trigger)
    (far,) = bench.choose(item(like, "Further").trigger)
    assert set(far.recipe.parameters["keep"]) < set(close.recipe.parameters["keep"])
    assert close.recipe.parent == far.recipe.parent == bench.track.id


def test_only_one_track_of_the_composer_can_be_changed(bench: Bench) -> None:
    other = replace(recipe_for(PROMPT, seed=9), engine="choir")
    track = bench.add("b" * 32, other)
    bench.window.library_view.refresh()
    for ids in ((track.id,), (bench.track.id, track.id)):
        kinds = [type(action.menu()) for action in bench.menu(*ids).actions()]
        assert ChangeMenu not in kinds
        assert LikeMenu not in kinds


def test_a_track_of_another_version_says_that_it_will_sound_different(bench: Bench) -> None:
    old = replace(recipe_for(PROMPT, seed=9), engine_version="0.0")
    track = bench.add("c" * 32, old)
    bench.window.library_view.refresh()
    change = of_kind(bench.menu(track.id), ChangeMenu)
    (job,) = bench.choose(item(change, "Calmer").trigger)
    assert job.recipe.engine_version != "0.0"
    message = bench.window.messages.message
    assert message is not None
    assert "Rainy Night (calmer)" in message.text
    assert "will sound different" in message.hint


def test_what_cant_be_changed_says_why(bench: Bench) -> None:
    damaged = replace(recipe_for(PROMPT, seed=9), parameters={"edits": [{"op": "tempo"}]})
    track = bench.add("d" * 32, damaged)
    bench.window.library_view.refresh()
    change = of_kind(bench.menu(track.id), ChangeMenu)
    with bench.qtbot.waitSignal(bench.window.changing.offers_found, timeout=COMPOSED_MS):
        change.aboutToShow.emit()
    assert not any(action.isEnabled() for action in change.actions() if action.text())
    message = bench.window.messages.message
    assert message is not None
    assert message.kind == "error"


def test_a_menu_that_is_gone_is_not_told(bench: Bench, qtbot: QtBot) -> None:
    menu = bench.menu()
    change = of_kind(menu, ChangeMenu)
    with qtbot.waitSignal(bench.window.changing.offers_found, timeout=COMPOSED_MS):
        change.aboutToShow.emit()
        bench.menus.remove(menu)
        menu.deleteLater()
        with qtbot.waitSignal(menu.destroyed):
            pass
    assert bench.window.changing.is_idle
