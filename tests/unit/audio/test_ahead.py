# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Making items on a thread changes neither their order nor what goes wrong."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from musicgen_desktop.audio.ahead import ahead
from musicgen_desktop.errors import Cancelled


def test_everything_comes_in_order() -> None:
    assert list(ahead(range(100))) == list(range(100))
    assert list(ahead([])) == []


def test_items_are_made_on_another_thread_and_not_too_early() -> None:
    made: list[int] = []
    threads: set[int] = set()

    def source() -> Iterator[int]:
        for k in range(50):
            made.append(k)
            threads.add(threading.get_ident())
            yield k

    most_early = max(len(made) - (k + 1) for k in ahead(source()))
    assert most_early <= 4
    assert threading.get_ident() not in threads


def test_what_goes_wrong_is_raised_in_its_place() -> None:
    def source() -> Iterator[int]:
        yield 1
        raise Cancelled

    stream = ahead(source())
    assert next(stream) == 1
    with pytest.raises(Cancelled):
        next(stream)


def test_closing_ends_the_thread_and_the_items() -> None:
    closed: list[bool] = []

    def source() -> Iterator[int]:
        try:
            while True:
                yield 0
        finally:
            closed.append(True)

    before = threading.active_count()
    stream = ahead(source())
    assert next(stream) == 0
    stream.close()
    assert closed == [True]
    assert threading.active_count() == before
