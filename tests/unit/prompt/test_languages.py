# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""German, French, Spanish, Portuguese, Italian, Japanese: words, forms of words, numbers, bans."""

from __future__ import annotations

from typing import Any

import pytest

from musicgen_desktop.prompt.lexicon import Lexicon
from musicgen_desktop.prompt.planner import Planner
from musicgen_desktop.prompt.reader import read
from musicgen_desktop.prompt.text import elided

PLANS: list[tuple[str, dict[str, Any]]] = [
    (
        "samba animado com cavaquinho e pandeiro, sem voz, 100 bpm",
        {"language": "pt", "bpm": 100.0, "excluded": ("vocals",), "genres": ("samba",)},
    ),
    (
        "bossa nova romântica com violão e flauta, em lá menor, noite no Rio",
        {"language": "pt", "key": "A", "mode": "minor", "instruments": ("nylon_guitar", "flute")},
    ),
    (
        "rock pesado em mi menor, 140 batidas por minuto, sem teclado",
        {"language": "pt", "bpm": 140.0, "key": "E", "excluded": ("keys",), "genre": "rock"},
    ),
    (
        "una canzone triste con pianoforte e archi, senza batteria, la minore, tempo di valzer",
        {"language": "it", "key": "A", "metre": "3/4", "excluded": ("drums", "percussion")},
    ),
    (
        "musica rilassante per yoga con flauto e arpa, due minuti, senza percussioni",
        {"language": "it", "duration_s": 120.0, "excluded": ("percussion", "drums")},
    ),
    (
        "reggae joyeux pour l'été, orgue et basse, sans cuivres, une minute trente",
        {"language": "fr", "duration_s": 90.0, "excluded": ("brass",), "genre": "reggae"},
    ),
    (
        "harter Rock mit verzerrten Gitarren, 150 bpm, kein Gesang, e-Moll",
        {"language": "de", "bpm": 150.0, "key": "E", "instruments": ("distorted_guitar",)},
    ),
    (
        "雨の夜のローファイヒップホップ、ピアノとエレピ、75BPM、ボーカルなし",
        {"language": "ja", "genre": "lofi_hiphop", "bpm": 75.0, "excluded": ("vocals",)},
    ),
    (
        "壮大なオーケストラ、ブラスとストリングス、ニ短調、2分30秒",
        {"language": "ja", "key": "D", "mode": "minor", "duration_s": 150.0, "moods": ("epic",)},
    ),
    (
        "静かなピアノソロ、三拍子、ドラムとベースなし",
        {"language": "ja", "metre": "3/4", "genre": "solo_piano", "moods": ("calm",)},
    ),
    (
        "激しいメタル、歪んだギター、160BPM、イ短調",
        {"language": "ja", "genre": "metal", "key": "A", "instruments": ("distorted_guitar",)},
    ),
]


@pytest.mark.parametrize(("prompt", "wanted"), PLANS)
def test_plans(planner: Planner, prompt: str, wanted: dict[str, Any]) -> None:
    plan = planner.plan(prompt, seed=8).plan
    assert {name: getattr(plan, name) for name in wanted} == wanted


def test_japanese_bans_what_stands_before(lexicon: Lexicon) -> None:
    reading = read("ピアノ、ドラムとベースなし", lexicon)
    assert [s.id for s in reading.negated("instrument")] == ["drums", "bass"]
    assert [s.id for s in reading.of("instrument")] == ["piano"]
    assert read("ピアノだけ", lexicon).only
    assert read("リバーブたっぷり", lexicon).first("production").degree > 1  # type: ignore[union-attr]
    assert read("８ビット風の曲", lexicon).language == "ja"


def test_particles_are_no_unknown_words(lexicon: Lexicon) -> None:
    assert read("明るくて楽しいポップな感じの曲", lexicon).ignored == ()
    assert read("uma música calma para dormir, com piano", lexicon).ignored == ()


@pytest.mark.parametrize(
    ("prompt", "kind", "key"),
    [
        ("Klaviermusik mit Chor", "instrument", "piano"),
        ("ein ruhiges Harfenlied", "instrument", "harp"),
        ("something jazzish", "genre", "jazz"),
        ("a housey groove", "genre", "house"),
        ("trap with synthpads", "instrument", "pad"),
        ("eine schöne Trompetenmelodie", "instrument", "trumpet"),
        ("canciones tristes con guitarra", "mood", "sad"),
        ("un brano malinconicissimo e lento", "mood", "melancholic"),
    ],
)
def test_words_made_of_known_ones(lexicon: Lexicon, prompt: str, kind: str, key: str) -> None:
    assert key in read(prompt, lexicon).ids(kind)


def test_a_word_of_another_language_is_none_of_english(lexicon: Lexicon) -> None:
    assert read("I see the sea from the hall", lexicon).ids("scene") == ("ocean",)
    assert "ad" not in read("music for an Irish pub", lexicon).ids("use_case")
    assert read("mare calmo, musica per la sera", lexicon).ids("scene") == ("ocean", "sunset")


def test_elided_articles() -> None:
    assert elided("l'accordéon") == ("l'", "accordéon")
    assert elided("dell'alba") == ("dell'", "alba")
    assert elided("don't") == ("don't",)
    assert elided("it's") == ("it's",)
