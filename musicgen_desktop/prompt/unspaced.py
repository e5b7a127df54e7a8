# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads Japanese: words without blanks, numbers, keys, and what comes after a word.

The longest known word counts; “no” (なし), “only” (だけ) and “much” (たっぷり) follow it,
“very” and “a little” come before it. Not for: scripts with blanks (see reader).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from musicgen_desktop.music.theory import METRES
from musicgen_desktop.prompt.degrees import LESS, MORE
from musicgen_desktop.prompt.lexicon import Entry, Lexicon
from musicgen_desktop.prompt.spans import Scratch, Span

_SCRIPT = re.compile(r"[\u3040-\u30ff\u3400-\u9fff々ー]+")
_DIGITS = {digit: number for number, digit in enumerate("一二三四五六七八九十", start=1)}
_COUNT = r"(?P<n>\d+(?:\.\d+)?|[一二三四五六七八九十])"
_NOTES = {"ハ": "C", "ニ": "D", "ホ": "E", "ヘ": "F", "ト": "G", "イ": "A", "ロ": "B"}
_ALTERED = {"嬰": "#", "変": "b", None: ""}
_MINUTES = re.compile(rf"{_COUNT}\s*分(?P<half>半)?(?:間)?(?:\s*(?P<s>\d+)\s*秒(?:間)?)?")
_SECONDS = re.compile(rf"{_COUNT}\s*秒(?:間)?")
_TEMPO = re.compile(r"(?:テンポ|bpm)\s*[:：は]?\s*(?P<a>\d{2,3})|(?P<b>\d{2,3})\s*bpm")
_BEATS = re.compile(rf"(?:(?P<unit>[48])分の)?{_COUNT}拍子")
_BARS = re.compile(rf"{_COUNT}\s*小節")
_DECADE = re.compile(r"(?:19|20)?(?P<d>\d0)年代")
_KEY = re.compile(r"(?P<alter>[嬰変])?(?P<note>[ハニホヘトイロ])(?P<mode>長調|短調)")
_LETTER_KEY = re.compile(
    r"(?<![a-z])(?P<note>[a-g])(?P<alter>[#♯b♭])?\s*(?P<mode>メジャー|マイナー|長調|短調)"
)
_NONE = re.compile(
    r"(?:は|が|も|の|を|に|で)?(?:一切)?(?:なし|無し|抜き|ぬき|ない|なく|無く|無い|いらない|要らない|"
    r"不要|使わな|入れな|くない|くなく|じゃな|ではな|以外|禁止)"
)
_ONLY = re.compile(r"(?:だけ|のみ|ソロ|独奏)")
_MUCH = re.compile(r"(?:を|が|は)?(?:たっぷり|多め|強め|いっぱい)")
_FEW = re.compile(r"(?:を|が|は)?(?:控えめ|少なめ|弱め|薄め|少しだけ|ちょっとだけ)")
_VERY = re.compile(r"(?:とても|すごく|超|めっちゃ|かなり|非常に|もっと)$")
_SLIGHTLY = re.compile(r"(?:少し|ちょっと|やや|ほんのり|わずかに)$")
_JOINED = re.compile(r"(?:と|や|・|も|および)")
_FILLER = re.compile(
    r"(?:とても|すごく|めっちゃ|かなり|非常に|もっと|少し|ちょっと|やや|ほんのり|わずかに|っぽい|みたいな|"
    r"ような|らしい|のある|感じ|雰囲気|風の|向け|用の|音楽|楽曲|ビージーエム|サウンド|トラック|ミュージック|"
    r"ください|下さい|お願い|作って|つくって|欲しい|ほしい|して|する|した|です|ます|という|による|による|"
    r"メイン|入り|調子|流れる|聴く|聞く|聴き|ための|ために|時間|最初|最後|曲|音|調|系|風|用|的|超|な|の|で|を|"
    r"に|と|が|は|も|や|へ|か|い|く|め|さ|み|から|まで|より|よ|ね)+"
)

_GRAMMAR = re.compile("|".join(f"(?:{p.pattern})" for p in (_NONE, _ONLY, _MUCH, _FEW, _FILLER)))
_PARTICLES = re.compile(r"(?:の|な|で|を|に|と|が|は|も|や|風|的|な感じ|の曲|の音楽)*$")


def take(scratch: Scratch, lexicon: Lexicon) -> None:
    """Takes everything that is understood out of a prompt; what is left is unknown."""
    if not _SCRIPT.search(scratch.left):
        return
    for word, entries in lexicon.unspaced.items():
        if word[0].isdigit() and word in scratch.left:
            at = scratch.left.index(word)
            for entry in entries:
                scratch.take(at, at + len(word), entry.kind, entry.id)
    _take_numbers(scratch)
    for match in list(_SCRIPT.finditer(scratch.left)):
        _take_run(scratch, match.start(), match.end(), lexicon)


# --- numbers ------------------------------------------------------------------------------------


def _number(text: str) -> float:
    return float(_DIGITS[text]) if text in _DIGITS else float(text)


def _take_numbers(scratch: Scratch) -> None:
    for match in list(_TEMPO.finditer(scratch.left)):
        scratch.take(match.start(), match.end(), "bpm", float(match["a"] or match["b"]))
    for match in list(_BEATS.finditer(scratch.left)):
        count = int(_number(match["n"]))
        name = f"{count}/{match['unit'] or (8 if count in {6, 7, 9, 12} else 4)}"
        kind = "metre" if name in METRES else "unknown_metre"
        scratch.take(match.start(), match.end(), kind, name)
    for match in list(_MINUTES.finditer(scratch.left)):
        seconds = (_number(match["n"]) + 0.5 * bool(match["half"])) * 60.0
        scratch.take(match.start(), match.end(), "duration", seconds + float(match["s"] or 0))
    for match in list(_SECONDS.finditer(scratch.left)):
        scratch.take(match.start(), match.end(), "duration", _number(match["n"]))
    for match in list(_BARS.finditer(scratch.left)):
        scratch.take(match.start(), match.end(), "bars", ("", _number(match["n"])))
    for match in list(_DECADE.finditer(scratch.left)):
        scratch.take(match.start(), match.end(), "era", f"{match['d']}s")
    _take_keys(scratch)


def _take_keys(scratch: Scratch) -> None:
    for match in list(_KEY.finditer(scratch.left)):
        tonic = _NOTES[match["note"]] + _ALTERED[match["alter"]]
        mode = "major" if match["mode"] == "長調" else "minor"
        scratch.take(match.start(), match.end(), "key", (tonic, mode))
    for match in list(_LETTER_KEY.finditer(scratch.left)):
        sign = {"#": "#", "♯": "#", "b": "b", "♭": "b"}.get(match["alter"] or "", "")
        mode = "major" if match["mode"] in {"長調", "メジャー"} else "minor"
        scratch.take(match.start(), match.end(), "key", (match["note"].upper() + sign, mode))


# --- words --------------------------------------------------------------------------------------


def _take_run(scratch: Scratch, start: int, end: int, lexicon: Lexicon) -> None:
    """Takes the words of one run of the script, then blanks its grammar."""
    text = scratch.left
    found = list(_words(text, start, end, lexicon))
    joined: list[tuple[int, int, tuple[Entry, ...]]] = []
    for i, (at, stop, entries) in enumerate(found):
        following = found[i + 1][0] if i + 1 < len(found) else end
        joined.append((at, stop, entries))
        if _JOINED.fullmatch(text, stop, following) and i + 1 < len(found):
            continue
        after = _is_banned(text, stop, end)
        for one_at, one_stop, one_entries in joined:
            _note(scratch, text, (one_at, one_stop), start, end, one_entries, banned=after)
        joined = []
    for match in list(_SCRIPT.finditer(scratch.left, start, end)):
        _blank_grammar(scratch, match.start(), match.end())


def _is_banned(text: str, stop: int, end: int) -> bool:
    return _NONE.match(text, stop, end) is not None


def _words(
    text: str, start: int, end: int, lexicon: Lexicon
) -> Iterator[tuple[int, int, tuple[Entry, ...]]]:
    longest = max(map(len, lexicon.unspaced), default=0)
    at = start
    while at < end:
        for stop in range(min(end, at + longest), at, -1):
            entries = lexicon.unspaced.get(text[at:stop])
            if entries and not _is_suffix(text, at, stop):
                yield at, stop, entries
                at = stop
                break
        else:
            at += 1


def _is_suffix(text: str, at: int, stop: int) -> bool:
    """Whether 風 means “in the style of” and no wind: right after a word."""
    before = text[at - 1 : at]
    return text[at:stop] == "風" and before not in {"", " ", "、", "の", "と", "や", "に"}


def _note(
    scratch: Scratch,
    text: str,
    place: tuple[int, int],
    start: int,
    end: int,
    entries: tuple[Entry, ...],
    *,
    banned: bool,
) -> None:
    at, stop = place
    degree = 1.0
    if _MUCH.match(text, stop, end) or _VERY.search(text[start:at]):
        degree = MORE
    elif _FEW.match(text, stop, end) or _SLIGHTLY.search(text[start:at]):
        degree = LESS
    for entry in entries:
        scratch.take(at, stop, entry.kind, entry.id, negated=banned, degree=degree)
    only = _ONLY.match(text, stop, end)
    if only and not banned and any(e.kind == "instrument" for e in entries):
        scratch.spans.append(Span(at, only.end(), scratch.text[at : only.end()], "only", "only"))


def _blank_grammar(scratch: Scratch, start: int, end: int) -> None:
    """Takes out particles and words that say nothing about the music."""
    rest = start
    for match in list(_GRAMMAR.finditer(scratch.left, start, end)):
        if match.start() == rest:
            scratch.blank(match.start(), match.end())
            rest = match.end()
    tail = _PARTICLES.search(scratch.left[rest:end])
    if tail and tail.group():
        scratch.blank(rest + tail.start(), rest + tail.end())
    if len(scratch.left[rest:end].strip("\x00")) == 1:
        scratch.blank(rest, end)
