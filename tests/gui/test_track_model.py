# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The library's item model: obeys Qt's rules, tells small changes row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from musicgen_desktop.gui.track_model import PAGE_ROWS, TRACK_ROLE, Query, TrackModel
from musicgen_desktop.library.track import Track
from musicgen_desktop.services import Services
from tests.helpers.track_bench import TITLES, TrackBench

ROLE = Qt.ItemDataRole


@pytest.fixture
def bench(real_services: Services, qtbot: QtBot) -> Iterator[TrackBench]:
    made = TrackBench(real_services, qtbot)
    made.fill()
    yield made
    made.close()


@pytest.fixture
def model(bench: TrackBench) -> TrackModel:
    made = TrackModel(bench.library, bench.window)
    tester = QAbstractItemModelTester(
        made, QAbstractItemModelTester.FailureReportingMode.Fatal, made
    )
    assert tester.model() is made
    return made


class Witness:
    """Writes down what a model tells."""

    def __init__(self, model: QAbstractItemModel) -> None:
        self.seen: list[tuple[str, int, int]] = []
        model.rowsInserted.connect(self.inserted)
        model.rowsRemoved.connect(self.removed)
        model.modelReset.connect(self.reset)

    def inserted(self, _parent: QModelIndex, first: int, last: int) -> None:
        self.seen.append(("inserted", first, last))

    def removed(self, _parent: QModelIndex, first: int, last: int) -> None:
        self.seen.append(("removed", first, last))

    def reset(self) -> None:
        self.seen.append(("reset", -1, -1))


def titles(model: TrackModel) -> list[str]:
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def test_newest_first_with_sentence_for_screen_readers(model: TrackModel) -> None:
    assert titles(model) == list(TITLES)
    first = model.index(0, 0)
    assert first.data(TRACK_ROLE).id == "t0"
    assert first.data(ROLE.AccessibleTextRole) == "Rainy Night, lo-fi hip hop, 0 seconds, new"
    assert model.supportedDragActions() == Qt.DropAction.CopyAction


def test_a_new_track_is_one_inserted_row(bench: TrackBench, model: TrackModel) -> None:
    witness = Witness(model)
    bench.add("t9", "Newest", created=2.1e9)
    model.refresh()
    assert witness.seen == [("inserted", 0, 0)]
    assert titles(model) == ["Newest", *TITLES]


def test_scattered_deletions_are_removed_rows(bench: TrackBench, model: TrackModel) -> None:
    witness = Witness(model)
    bench.library.delete(["t0", "t2"])
    model.refresh()
    assert witness.seen == [("removed", 2, 2), ("removed", 0, 0)]
    assert titles(model) == [TITLES[1], TITLES[3]]


def test_search_is_told_row_by_row_and_another_order_as_a_reset(model: TrackModel) -> None:
    witness = Witness(model)
    model.set_query(Query("late"))
    assert titles(model) == ["Late Club"]
    model.set_query(Query())
    assert "reset" not in [kind for kind, _, _ in witness.seen]
    model.set_query(Query(order="title", descending=False))
    assert witness.seen[-1][0] == "reset"
    assert titles(model) == ["Late Club", "Rainy Night", "Slow Tide", "雨の夜"]


def test_stars_filter(bench: TrackBench, model: TrackModel) -> None:
    bench.library.set_star(["t1"], 4)
    model.set_query(Query(min_star=4))
    assert titles(model) == ["Late Club"]
    bench.library.set_star(["t1"], 2)
    model.update_tracks(["t1"])
    assert titles(model) == []


def test_an_edited_title_is_passed_on_and_an_empty_one_is_not(
    model: TrackModel, qtbot: QtBot
) -> None:
    index = model.index(1, 0)
    with qtbot.waitSignal(model.title_edited) as edited:
        assert model.setData(index, "  Later Club ")
    assert edited.args == ["t1", "Later Club"]
    with qtbot.assertNotEmitted(model.title_edited):
        assert not model.setData(index, "   ")
        assert model.setData(index, "Late Club")


def test_only_the_rows_that_are_looked_at_are_fetched(
    bench: TrackBench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(PAGE_ROWS):
        bench.add(f"many{number}", "Many", created=1e9 - number)
    model = TrackModel(bench.library, bench.window)
    fetched: list[int] = []
    real = bench.library.tracks

    def counted(ids: Sequence[str]) -> list[Track]:
        fetched.append(len(ids))
        return real(ids)

    monkeypatch.setattr(bench.library, "tracks", counted)
    assert model.index(0, 0).data() == "Rainy Night"
    assert model.index(5, 0).data() == "Many"
    assert fetched == [PAGE_ROWS]
    assert model.index(PAGE_ROWS + 1, 0).data() == "Many"
    assert fetched == [PAGE_ROWS, len(model.ids) - PAGE_ROWS]
    created = [model.index(row, 0).data(TRACK_ROLE).created for row in range(model.rowCount())]
    assert all(a >= b for a, b in pairwise(created))
