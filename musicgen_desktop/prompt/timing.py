# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tempo, key, metre and length: as stated, else as mood and genre have them, varied by the seed.

Not for: the form (see forms).
"""

from __future__ import annotations

from dataclasses import dataclass

from musicgen_desktop.music import theory
from musicgen_desktop.music.recipe import TAKES_PER_GROUP
from musicgen_desktop.music.theory import MINOR_LIKE, Key, Metre
from musicgen_desktop.prompt import clash
from musicgen_desktop.prompt.chance import fraction, weighted
from musicgen_desktop.prompt.explain import Notes
from musicgen_desktop.prompt.lexicon import Lexicon
from musicgen_desktop.prompt.metres import metre
from musicgen_desktop.prompt.overrides import (
    MAX_BPM,
    MAX_DURATION_S,
    MIN_BPM,
    MIN_DURATION_S,
    Overrides,
)
from musicgen_desktop.prompt.spans import Reading, Span
from musicgen_desktop.prompt.styles import Style

COMPOUND_PACE = 0.62
"""Dotted quarters per minute of a compound metre, relative to the quarters of the genre in 4/4."""
_SLOW_BELOW, _FAST_ABOVE = 86.0, 112.0
_DRAWS = 6
_ASKED_SWING = 0.7


@dataclass(frozen=True, slots=True)
class Tempo:
    """How fast.

    Attributes:
        bpms: Tempi to try, best first; one where it was stated.
        stated: Whether a number was given. in_range: the stated range, or None.
        word: tempo word heard, or "".
    """

    bpms: tuple[float, ...]
    stated: bool
    in_range: tuple[float, float] | None
    word: str


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything about time and key, before the form.

    Attributes:
        tempo: How fast. metre: the bars.
        key: Tonic and mode. tonic: its name as written.
        duration_s: Length asked for, or a usual one.
        metre_stated: Whether words or flags said so.
        key_stated: Which of `key` and `mode` they said.
        duration_stated: Whether they said the length.
    """

    tempo: Tempo
    metre: Metre
    key: Key
    tonic: str
    duration_s: float
    metre_stated: bool
    key_stated: frozenset[str]
    duration_stated: bool


def frame(
    reading: Reading,
    overrides: Overrides,
    style: Style,
    lexicon: Lexicon,
    notes: Notes,
    seed: int,
) -> Frame:
    """Decides metre, tempo, key and length, and says so."""
    signature, metre_stated = metre(reading, overrides, style, lexicon, notes, seed)
    pace = tempo(reading, overrides, style, signature, lexicon, notes, seed)
    found, tonic, key_stated = key(reading, overrides, style, lexicon, notes, seed)
    length_s, stated = duration(reading, overrides, style, lexicon, notes)
    return Frame(pace, signature, found, tonic, length_s, metre_stated, key_stated, stated)


# --- tempo --------------------------------------------------------------------------------------


def tempo(
    reading: Reading,
    overrides: Overrides,
    style: Style,
    signature: Metre,
    lexicon: Lexicon,
    notes: Notes,
    seed: int,
) -> Tempo:
    """The tempi that would do."""
    first = reading.first("bpm")
    number = overrides.bpm or (first.number if first is not None else 0.0)
    pace = number / (COMPOUND_PACE if signature.is_compound else 1.0)
    wrong = clash.tempo_word(reading, pace, lexicon.row("genre", style.main), lexicon)
    if wrong is not None:
        text = wrong.text.lower()
        notes.refused(text, f"{number:g} bpm isn’t {text}; the number counts", wrong, "tempo_word")
    word = _tempo_word(reading, notes) if wrong is None else ""
    if overrides.bpm is not None:
        notes.was_set("bpm", overrides.bpm, f"{overrides.bpm:g} bpm")
        return Tempo((overrides.bpm,), True, None, word)
    stated = _stated_bpm(reading, notes)
    if stated is not None:
        return Tempo((stated,), True, None, word)
    band = _band(reading, style, signature, word, lexicon)
    asked = reading.first("bpm_range")
    if asked is not None and isinstance(asked.value, tuple):
        low, high = (min(MAX_BPM, max(MIN_BPM, float(b))) for b in asked.value)
        notes.heard(asked, f"{low:g}–{high:g} bpm")
        return Tempo(_draw(low, high, seed), False, (low, high), word)
    return Tempo(_draw(*band, seed), False, None, word)


def _draw(low: float, high: float, seed: int) -> tuple[float, ...]:
    """Whole numbers of a band in an order that the group of takes decides."""
    group = seed // TAKES_PER_GROUP
    drawn = [
        min(high, max(low, float(round(low + (high - low) * fraction(f"{group}:bpm/{i}")))))
        for i in range(_DRAWS)
    ]
    return tuple(dict.fromkeys((*drawn, float(round(low)), float(round(high)))))


def _tempo_word(reading: Reading, notes: Notes) -> str:
    words = list(reading.of("tempo_word"))
    hedged = list(reading.negated("tempo_word"))
    if not words:
        for span in hedged:
            notes.heard(span, f"not too {span.id}", f"not {span.id}", "tempo_word")
        return "medium" if hedged else ""
    notes.heard(words[0], words[0].id)
    for other in words[1:]:
        apart = other.start != words[0].start and "medium" not in {other.id, words[0].id}
        if other.id != words[0].id and apart:
            notes.refused(
                other.text,
                f"two tempi at once; {words[0].text.lower()} came first",
                other,
                "tempo_word",
            )
    return words[0].id


def _stated_bpm(reading: Reading, notes: Notes) -> float | None:
    value: float | None = None
    for span in reading.of("bpm"):
        if value is None:
            value = min(MAX_BPM, max(MIN_BPM, span.number))
            if value != span.number:
                notes.refused(
                    span.text, f"tempo goes from {MIN_BPM:g} to {MAX_BPM:g} bpm", span, "bpm"
                )
            else:
                notes.heard(span, f"{value:g} bpm", value)
        elif span.number != value:
            notes.refused(span.text, f"one tempo per track; {value:g} bpm came first", span, "bpm")
    return value


def _band(
    reading: Reading, style: Style, signature: Metre, word: str, lexicon: Lexicon
) -> tuple[float, float]:
    """The range of tempi that genre, words and mood leave."""
    row = lexicon.row("genre", style.main)
    low, high = (float(b) for b in row["bpm"])
    use = reading.first("use_case")
    if use is not None and not style.heard and "bpm" in lexicon.row("use_case", use.id):
        low, high = (float(b) for b in lexicon.row("use_case", use.id)["bpm"])
    if signature.is_compound:
        pace = float(row.get("compound_pace", COMPOUND_PACE))
        low, high = low * pace, high * pace
    tempo_row = lexicon.row("tempo_word", word)
    if "bpm" in tempo_row:
        return _italian(tempo_row["bpm"], low, high)
    span = high - low
    if word in {"slow", "fast"}:
        asked = reading.first("tempo_word")
        return _worded(word, low, high, asked.degree if asked is not None else 1.0)
    arousal = style.stated_feel.get("arousal", 0.0)
    if not arousal:
        return low, high
    middle = low + span * (0.5 + 0.35 * max(-1.0, min(1.0, arousal)))
    half = span * 0.3
    return max(low, middle - half), min(high, middle + half)


def _worded(word: str, low: float, high: float, degree: float) -> tuple[float, float]:
    """The slow or the fast end of a range, further out for “very”, further in for “a bit”."""
    span = high - low
    if word == "slow":
        if degree > 1.0:
            return max(MIN_BPM, low * 0.8), max(MIN_BPM, low * 0.95)
        return max(MIN_BPM, low * 0.95), low + (0.12 if degree == 1.0 else 0.3) * span
    if degree > 1.0:
        return min(MAX_BPM, high * 1.08), min(MAX_BPM, high * 1.25)
    return high - (0.05 if degree == 1.0 else 0.3) * span, high * (1.12 if degree == 1.0 else 1.02)


def _italian(band: list[float], low: float, high: float) -> tuple[float, float]:
    """The part of an Italian term's range that the genre knows, or the whole range."""
    inner = (max(band[0], low), min(band[1], high))
    return inner if inner[1] - inner[0] >= 4 else (float(band[0]), float(band[1]))


def tempo_label(bpm: float, word: str, *, half_time: bool) -> tuple[str, str]:
    """The tempo word for a number (as felt) and the label `slow · 75`."""
    felt = bpm / 2 if half_time else bpm
    if not word:
        word = "slow" if felt < _SLOW_BELOW else "fast" if felt > _FAST_ABOVE else "medium"
    return word, f"{word} · {round(bpm, 1):g}"


def tempo_why(style: Style, chosen: Tempo) -> str:
    """Why a tempo that wasn't stated was taken."""
    if chosen.in_range is not None:
        return "inside your range"
    if chosen.word:
        return f"“{chosen.word}” in this genre"
    return "suits the mood" if style.stated_feel.get("arousal") else "usual for this genre"


def swing(
    overrides: Overrides, reading: Reading, style: Style, lexicon: Lexicon, seed: int
) -> float:
    """How much the genre's subdivision swings, 0 to 1."""
    if overrides.swing is not None:
        return overrides.swing
    asked = reading.ids("production")
    if "swing" in asked or "straight" in asked:
        return _ASKED_SWING if "swing" in asked else 0.0
    row = lexicon.row("genre", style.main)
    low, high = row.get("swing") or lexicon.row("genre", style.genre)["swing"]
    drawn = fraction(f"{seed // TAKES_PER_GROUP}:swing")
    return round(float(low + (high - low) * drawn), 2)


# --- key ----------------------------------------------------------------------------------------


def key(
    reading: Reading,
    overrides: Overrides,
    style: Style,
    lexicon: Lexicon,
    notes: Notes,
    seed: int,
) -> tuple[Key, str, frozenset[str]]:
    """The key, the name of its tonic as written, and which of `key` and `mode` were stated."""
    if overrides.key is not None:
        notes.was_set("key", overrides.key.name, overrides.key.name)
        return overrides.key, overrides.key.tonic_name, frozenset({"key", "mode"})
    span = reading.first("key")
    mode_span = reading.first("mode")
    tonic, mode = span.value if span is not None and isinstance(span.value, tuple) else ("", "")
    stated = set()
    if tonic:
        stated.add("key")
    if not mode and mode_span is not None:
        mode = mode_span.id
        notes.heard(mode_span, mode.replace("_", " "))
    elif mode_span is not None and mode_span.id != mode:
        notes.refused(mode_span.text, f"the key is stated in {mode} already", mode_span, "mode")
    if mode:
        stated.add("mode")
    group = seed // TAKES_PER_GROUP
    row = lexicon.row("genre", style.genre)
    chosen = str(mode) or _mode(row["modes"], style, group)
    if tonic and span is not None:
        name = f"{tonic} {chosen.replace('_', ' ')}"
        notes.heard(span, name, name)
        _other_keys(reading, span, notes)
        return Key(theory.pitch_class(str(tonic)), chosen), str(tonic), frozenset(stated)
    names = row.get("keys", ["C", "D", "E", "F", "G", "A", "Bb"])
    drawn = names[int(fraction(f"{group}:key") * len(names))]
    result = Key(theory.pitch_class(drawn), chosen)
    why = "your mode, a fitting tonic" if stated else _key_why(style, chosen)
    notes.assumed("key", result.name, result.name, why)
    return result, result.tonic_name, frozenset(stated)


def _other_keys(reading: Reading, first: Span, notes: Notes) -> None:
    for span in reading.of("key"):
        if span.value != first.value:
            notes.refused(span.text, "one key per track; the first is taken", span, "key")


def _mode(weights: dict[str, float], style: Style, group: int) -> str:
    """A mode that suits the mood: clearly glad words take major, clearly sad or dark ones minor.

    In a genre that is dark itself it takes gladder words to leave minor.
    """
    gladness = _gladness(style)
    kept = dict(weights)
    if gladness >= max(0.25, 0.3 - 0.5 * style.feel["valence"]):
        kept = {m: w for m, w in weights.items() if m not in MINOR_LIKE} or {"major": 1.0}
    elif gladness <= -0.12:
        kept = {m: w for m, w in weights.items() if m in MINOR_LIKE} or {"minor": 1.0}
    return weighted(f"{group}:mode", kept)


def _gladness(style: Style) -> float:
    """Valence as the words had it, brighter sounds up, tension down."""
    stated = style.stated_feel
    return stated["valence"] + 0.25 * stated["brightness"] - 0.35 * stated["tension"]


def _key_why(style: Style, mode: str) -> str:
    if abs(_gladness(style)) >= 0.2:
        return f"{mode.replace('_', ' ')} suits the mood"
    return "usual for this genre"


# --- length -------------------------------------------------------------------------------------


def duration(
    reading: Reading, overrides: Overrides, style: Style, lexicon: Lexicon, notes: Notes
) -> tuple[float, bool]:
    """Length in seconds and whether it was stated."""
    if overrides.duration_s is not None:
        notes.was_set("duration", overrides.duration_s, length_label(overrides.duration_s))
        return overrides.duration_s, True
    spans = list(reading.of("duration"))
    if spans:
        asked = spans[0].number
        value = min(MAX_DURATION_S, max(MIN_DURATION_S, asked))
        if value != asked:
            notes.refused(
                spans[0].text,
                f"tracks are 5 seconds to 10 minutes long; this one is {length_label(value)}",
                spans[0], "duration",
            )  # fmt: skip
        else:
            notes.heard(spans[0], length_label(value), value)
        for other in spans[1:]:
            if other.number != asked:
                notes.refused(
                    other.text, "one length per track; the first is taken", other, "duration"
                )
        return value, True
    use = reading.first("use_case")
    default = lexicon.row("genre", style.genre).get("duration_s", 60.0)
    if use is not None:
        default = lexicon.row("use_case", use.id).get("duration_s", default)
    return float(default), False


def length_label(seconds: float) -> str:
    """Such as `1:30` or `20 s`."""
    if seconds < 60:
        return f"{round(seconds, 1):g} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
