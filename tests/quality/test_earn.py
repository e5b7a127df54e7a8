# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""How gates are earned, the genre classifier, and listening, each on small examples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.quality import earn, genre_classifier, listen, report, spoil
from tests.quality.rows import Row, row
from tests.quality.scorecard import PROMPTS
from tests.quality.sound_measures import Array


def tracks(
    pairs: list[tuple[float, float]], way: str, name: str
) -> list[dict[str, dict[str, Row]]]:
    return [
        {
            "original": {name: row(20, name, original, None, 12.0)},
            way: {name: row(20, name, twin, None, 12.0)},
        }
        for original, twin in pairs
    ]


def test_a_measure_that_always_prefers_the_original_becomes_a_gate() -> None:
    name = "timing spread (ms)"
    table = earn.preferences(tracks([(3.0, 30.0)] * 20, "jitter", name))
    assert earn.earned(table) == {name: ["jitter"]}
    assert earn.verdicts(table)[name].caught == 20


def test_one_miss_in_ten_is_too_many_and_a_tie_is_a_miss() -> None:
    name = "timing spread (ms)"
    for miss in ((3.0, 2.0), (3.0, 3.0)):
        pairs = [(3.0, 30.0)] * 18 + [miss] * 2
        assert earn.earned(earn.preferences(tracks(pairs, "jitter", name))) == {}


def test_inside_its_range_a_two_sided_measure_has_no_preference() -> None:
    inside, also, outside = (Row(4, "x", v, 3.0, 8.0) for v in (4.0, 7.0, 9.5))
    assert earn.badness(inside) == earn.badness(also) == 0.0
    assert earn.badness(outside) == pytest.approx(1.5)
    assert earn.badness(Row(4, "x", None, 3.0, 8.0)) is None


def test_claims_name_known_spoilings_and_gates_are_claims() -> None:
    claims = earn.claims()
    assert {way for ways in claims.values() for way in ways} == set(spoil.SPOILINGS)
    for name, found in earn.gates().items():
        assert set(found["about"]) <= set(claims[name])
        assert found["preferred"] >= earn.EARNED
        assert found["pairs"] >= earn.FEWEST_PAIRS


def test_tables_replace_what_stood_between_their_marks(tmp_path: Path) -> None:
    document = tmp_path / "d.md"
    document.write_text("a\n<!-- begin t -->\nold\n<!-- end t -->\nb\n", encoding="utf-8")
    report.put("t", report.markdown(["x"], [["1"]]), document)
    expected = "a\n<!-- begin t -->\n| x |\n| --- |\n| 1 |\n<!-- end t -->\nb\n"
    assert document.read_text(encoding="utf-8") == expected
    with pytest.raises(ValueError, match="no place"):
        report.put("u", "", document)


def test_the_classifier_tells_different_clouds_and_not_equal_ones() -> None:
    random = np.random.default_rng(1)
    middles = {"a": 0.0, "b": 3.0, "c": -3.0}
    labels = [name for name in middles for _ in range(12)]
    x: Array = np.stack([random.standard_normal(30) + middles[name] for name in labels])
    assert genre_classifier.judge(x, labels, 12).right == 1.0
    noise: Array = random.standard_normal((36, 30))
    assert genre_classifier.judge(noise, labels, 12).right < 0.7


def test_neighbouring_genres_can_be_named() -> None:
    genres, seeds = ("house", "trap", "solo_piano", "pop"), (400, 408, 416, 424)
    x, labels = genre_classifier.table_of(genres, seeds, 30.0)
    assert genre_classifier.judge(x, labels, len(seeds)).right >= 0.85


@pytest.mark.long
def test_every_genre_can_be_named_by_plain_features() -> None:
    seeds = [800 + 8 * number for number in range(12)]
    x, labels = genre_classifier.table_of(list(PROMPTS), seeds, 60.0)
    result = genre_classifier.judge(x, labels, len(seeds))
    print(genre_classifier.as_markdown(result))
    assert result.right >= genre_classifier.LEAST_RIGHT


class Silence:
    """A booth that notes what was played."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def play(self, file: Path) -> None:
        self.heard.append(file.name)

    def stop(self) -> None:
        self.heard.append("-")


def takes_of(number: int, pair: listen.Pair) -> dict[str, Path]:
    assert pair.original in "ab"
    return {name: Path(f"{number}{name}") for name in "ab"}


def typed(text: str) -> Iterator[str]:
    return iter(text.split())


def test_every_way_of_spoiling_is_heard_twice_and_the_order_follows_the_seed() -> None:
    pairs = listen.pairs_of(1)
    assert len(pairs) == 24
    ways = [pair.way.replace("_3k", "_250") for pair in pairs]
    assert all(ways.count(way) == 2 for way in listen.WAYS)
    assert {pair.original for pair in pairs} == {"a", "b"}
    assert pairs == listen.pairs_of(1) != listen.pairs_of(2)


def test_listening_goes_on_where_it_stopped(tmp_path: Path) -> None:
    file, pairs, booth = tmp_path / "data" / "listening.json", listen.pairs_of(1)[:3], Silence()
    first = listen.Notebook(file, 1)
    assert not listen.listening(first, pairs, takes_of, typed("a b 1 b q"), booth)
    assert booth.heard == ["0a", "0b", "-", "1b", "-"]
    second = listen.Notebook(file, 1)
    assert [answer.preferred for answer in second.answers] == ["a"]
    assert listen.listening(second, pairs, takes_of, typed("2 0"), booth)
    assert [a.preferred for a in listen.Notebook(file, 1).answers] == ["a", "b", ""]
    assert listen.Notebook(file, 2).answers == []
    second.forget()
    assert listen.Notebook(file, 1).answers == []


def test_the_result_counts_originals() -> None:
    pairs = listen.pairs_of(3)
    answers = [listen.Answer(pair, pair.original) for pair in pairs[:20]]
    answers += [listen.Answer(pair, "") for pair in pairs[20:]]
    assert "in 20 of 24 pairs" in listen.result(answers)
    assert listen.by_chance(20, 20) == pytest.approx(2**-20)
    assert listen.by_chance(0, 20) == pytest.approx(1.0)
