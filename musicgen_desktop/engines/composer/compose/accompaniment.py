# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes what goes with the tune: chord rhythms, broken chords, ostinatos, a left hand.

Rhythms and figures come from cells; pitches from voicings that move little, or from chord shapes on
a fretboard. Not for: sustained pads (see pads) or riffs of power chords (see riffs).
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from musicgen_desktop.engines.composer.compose import cells, fretboard
from musicgen_desktop.engines.composer.compose.context import Context, Draft, SectionFrame
from musicgen_desktop.engines.composer.compose.seats import Seat
from musicgen_desktop.engines.composer.compose.voicing import Voicing, lead_voices
from musicgen_desktop.music.score import ChordSpan
from musicgen_desktop.music.theory import CHORDS, Chord

VELOCITIES = {
    "X": 14, "x": 0, "o": -16, "r": -2, "b": 2, "u": -8, "D": 10, "d": -8, "^": -12, "m": -22,
    "M": -4, "B": -2,
}  # fmt: skip
_STRUMS = frozenset("rDd^m")
_MUTES = frozenset("mM")
_MUTED_QUARTERS = 0.2
_PART_STRINGS = 4
"""Strings that a light stroke catches: the first ones on its way."""
_RING = 1.5
_DYADS = {"d": (2, 3), "e": (3, 4), "f": (0, 1), "h": (0, 2), "g": (1, 2)}
_GROUPS = {
    "comp": "comp",
    "stab": "comp",
    "arp": "arp",
    "ostinato": "ostinato",
    "left_hand": "left_hand",
}
Symbol = Callable[[cells.Event, ChordSpan], list[tuple[int, int, int]]]
"""From an event of a cell to (pitch, velocity change, strum place) of its notes."""
BarText = Callable[[str, SectionFrame, int, float], str]
"""From a bar's text to the one that is played: in a section, its bar, at a level."""


def write_chords(
    context: Context, seat: Seat, levels: Sequence[float], tune: Sequence[Draft]
) -> list[Draft]:
    """Chords in rhythm for a player of chords (figures comp and stab)."""
    voicings = voiced(context, seat, tune)
    strums = bool(seat.settings.get("strums"))

    def sound(event: cells.Event, span: ChordSpan) -> list[tuple[int, int, int]]:
        pitches = _struck(event.symbol, voicings[span.beat], span.chord, seat.low)
        spread = strums or event.symbol in _STRUMS
        change = VELOCITIES[event.symbol]
        top = 0 if event.symbol == "^" else len(pitches) - 1
        return [
            (p, change - (0 if i == top else 4), i if spread else 0) for i, p in enumerate(pitches)
        ]

    return list(played(context, seat, levels, sound, "chords"))


def _struck(symbol: str, voicing: Voicing, chord: Chord, lowest: int) -> Voicing:
    """The pitches of a stroke, in the order in which the strings are hit."""
    if symbol == "b":
        return voicing[:1]
    if symbol == "B":
        return (_other_bass(voicing[0], chord, lowest),)
    if symbol == "u":
        return voicing[1:] or voicing
    if symbol == "^":
        return voicing[::-1][:_PART_STRINGS]
    if symbol == "d":
        return voicing[:_PART_STRINGS]
    return voicing


def _other_bass(bass: int, chord: Chord, lowest: int) -> int:
    """What a bass alternates with: the fifth, under the root where the strings reach so low."""
    fifth = next((s for s in CHORDS[chord.quality] if s in (6, 7, 8)), 7)
    target = (chord.root + fifth) % 12
    if target == bass % 12:
        target = chord.root
    below = bass - (bass - target) % 12
    return below if below >= lowest else below + 12


def write_figure(
    context: Context, seat: Seat, levels: Sequence[float], tune: Sequence[Draft]
) -> list[Draft]:
    """A broken chord or an ostinato: each digit is a rung of the chord's ladder."""
    voicings = voiced(context, seat)
    low = seat.settings.get("range", (55, 79))[0]
    is_fretted = _tuning(seat) is not None
    ladders = {
        beat: list(v) if is_fretted else _ladder(v, low, seat.high) for beat, v in voicings.items()
    }
    drafts = played(context, seat, levels, _rungs(ladders), "arp")
    rings = is_fretted or bool(seat.settings.get("rings"))  # fingers stay on the strings
    found = pedalled(context, drafts, _RING) if rings else list(drafts)
    return yielding(context, found, tune)


def write_left_hand(
    context: Context, seat: Seat, levels: Sequence[float], tune: Sequence[Draft]
) -> list[Draft]:
    """A pianist's left hand: rungs are root, fifth, octave, tenth, twelfth and the octave above.

    A seat with `hand: close` has the chord in close position: root, third, fifth, octave.
    """
    low = int(context.style.get("left_hand_low", 36))
    ladder = _close_ladder if seat.settings.get("hand") == "close" else _hand_ladder
    ladders = {span.beat: ladder(span.chord, low) for span in context.chords}
    return pedalled(context, played(context, seat, levels, _rungs(ladders), "chords"))


def pedalled(context: Context, drafts: Iterable[Draft], longest: float = math.inf) -> list[Draft]:
    """The notes with the pedal down: each rings until the chord or the bar changes.

    Args:
        context: The piece.
        drafts: The notes as struck.
        longest: Quarter notes after which a string has died away.
    """
    quarters = context.metre.bar_quarters
    found = []
    for draft in drafts:
        span = context.chord_at(draft.start)
        bar_end = (int((draft.start + 1e-6) / quarters) + 1) * quarters
        end = min(span.beat + span.duration, bar_end, draft.start + longest)
        found.append(replace(draft, duration=max(draft.duration, end - draft.start)))
    return found


def sustained(context: Context, drafts: Sequence[Draft], bars: Collection[int]) -> list[Draft]:
    """The chords, those in the given bars held until the next one, the bar's end or its change."""
    quarters = context.metre.bar_quarters
    starts = sorted({draft.start for draft in drafts})
    found = []
    for draft in drafts:
        bar = int((draft.start + 1e-6) / quarters)
        if bar in bars:
            following = bisect_right(starts, draft.start + 1e-6)
            span = context.chord_at(draft.start)
            end = min((bar + 1) * quarters, span.beat + span.duration)
            end = min(end, starts[following]) if following < len(starts) else end
            found.append(replace(draft, duration=max(draft.duration, end - draft.start)))
        else:
            found.append(draft)
    return found


def fluttered(drafts: Sequence[Draft], notes_per_step: int) -> list[Draft]:
    """Chords as a chip with one voice plays them: their notes in turn, so fast that they blend.

    Args:
        drafts: The chords; notes that start together are a chord.
        notes_per_step: Notes in a sixteenth.
    """
    length = cells.STEP / notes_per_step
    found: list[Draft] = []
    for start, group in groupby(sorted(drafts, key=lambda d: (d.start, d.pitch)), _start_of):
        chord = list(group)
        count = max(1, round(max(d.duration for d in chord) / length))
        for i in range(count):
            draft = chord[i % len(chord)]
            found.append(replace(draft, start=start + i * length, duration=length, strum=0))
    return found


def _start_of(draft: Draft) -> float:
    return draft.start


def yielding(context: Context, drafts: Sequence[Draft], tune: Sequence[Draft]) -> list[Draft]:
    """The figure's notes; one a semitone off the tune moves to another chord tone."""
    starts = [note.start for note in tune]
    longest = max((note.duration for note in tune), default=0.0)
    found: list[Draft] = []
    for draft in drafts:
        first = bisect_left(starts, draft.start - longest)
        last = bisect_left(starts, draft.start + draft.duration)
        heard = [n.pitch for n in tune[first:last] if n.start + n.duration > draft.start]
        pitch = _nearest_free(draft.pitch, heard, context.chord_at(draft.start).chord)
        found.append(draft if pitch == draft.pitch else replace(draft, pitch=pitch))
    return found


def _nearest_free(pitch: int, heard: Sequence[int], chord: Chord) -> int:
    tones = chord.pitch_classes
    for distance in (0, -1, 1, -2, 2, -3, 3, -4, 4, -5, 5):
        other = pitch + distance
        is_free = all(abs(other - h) not in (1, 13) for h in heard)
        if is_free and (distance == 0 or other % 12 in tones):
            return other
    return pitch


def voiced(context: Context, seat: Seat, tune: Sequence[Draft] = ()) -> dict[float, Voicing]:
    """The voicing of each chord, by the beat on which it starts, out of the tune's way.

    Seats with `frets` have the shapes that lie under the hand if their instrument has frets.
    """
    voices = int(seat.settings.get("voices", 4))
    chords = [_spelt(span.chord, seat) for span in context.chords]
    rootless = bool(seat.settings.get("rootless"))
    heard = _over_chords(context, tune)
    tuning = _tuning(seat)
    if tuning is not None:
        shapes = [fretboard.shape(chord, tuning) for chord in chords]
        return {
            span.beat: fretboard.without_rubs(held, over)
            for span, held, over in zip(context.chords, shapes, heard, strict=True)
        }
    shape = str(seat.settings.get("shape", ""))
    found = lead_voices(
        chords, seat.low, seat.high, voices, rootless=rootless, shape=shape, tune=heard
    )
    return {span.beat: v for span, v in zip(context.chords, found, strict=True)}


def _spelt(chord: Chord, seat: Seat) -> Chord:
    """The chord as a seat plays it: seats with `triads` leave sevenths and ninths to others."""
    if not seat.settings.get("triads"):
        return chord
    steps = CHORDS[chord.quality]
    third, fifth = 3 if 3 in steps else 4, next((s for s in steps if s in (6, 7, 8)), 7)
    quality = {(4, 7): "", (3, 7): "m", (3, 6): "dim", (4, 8): "aug"}.get((third, fifth), "")
    return Chord(chord.root, quality, chord.bass)


def _tuning(seat: Seat) -> fretboard.Tuning | None:
    return fretboard.tuning_of(seat.patch) if seat.settings.get("frets") else None


def _over_chords(context: Context, tune: Sequence[Draft]) -> list[dict[int, float]]:
    """For each chord the tune's pitches and how long they sound in it."""
    heard: list[dict[int, float]] = [{} for _ in context.chords]
    for note in tune:
        at = context.chord_index(note.start)
        while at < len(heard) and context.chords[at].beat < note.start + note.duration:
            span = context.chords[at]
            end = min(note.start + note.duration, span.beat + span.duration)
            length = max(0.0, end - max(note.start, span.beat))
            heard[at][note.pitch] = heard[at].get(note.pitch, 0.0) + length
            at += 1
    return heard


def _rungs(ladders: Mapping[float, Sequence[int]]) -> Symbol:
    def sound(event: cells.Event, span: ChordSpan) -> list[tuple[int, int, int]]:
        ladder = ladders[span.beat]
        if event.symbol in VELOCITIES and event.symbol not in _DYADS:
            return [(p, VELOCITIES[event.symbol], i) for i, p in enumerate(ladder[:4])]
        rungs = _DYADS.get(event.symbol) or (int(event.symbol),)
        pitches = sorted({ladder[min(rung, len(ladder) - 1)] for rung in rungs})
        return [(p, -6 if p > ladder[0] else 0, 0) for p in pitches]

    return sound


def _ladder(voicing: Voicing, low: int, high: int) -> list[int]:
    """The chord's tones upwards from the voicing's lowest, an octave added while in range."""
    tones = sorted(voicing)
    ladder = list(tones)
    octave = 12
    while len(ladder) < 8:
        more = [t + octave for t in tones if t + octave <= high + 7 and t + octave not in ladder]
        if not more:
            break
        ladder += more
        octave += 12
    return sorted(set(ladder))


def _close_ladder(chord: Chord, low: int) -> list[int]:
    """The bass note, the chord's other tones above it, and the octave with its tones again."""
    bottom = low + (chord.bass - low) % 12
    steps = sorted((tone - chord.bass) % 12 for tone in chord.pitch_classes)
    inside = [step for step in steps if step][:3]
    close = [bottom, *(bottom + step for step in inside)]
    return [*close[:3], *(pitch + 12 for pitch in close[:3])]


def _hand_ladder(chord: Chord, low: int) -> list[int]:
    root = low + (chord.bass - low) % 12
    steps = CHORDS[chord.quality]
    third = next((s for s in steps if s in (3, 4, 2, 5)), 4)
    fifth = next((s for s in steps if s in (6, 7, 8)), 7)
    shift = (chord.root - chord.bass) % 12
    colour = next((s for s in steps if s in (10, 11, 14)), 12) % 12
    upper = sorted({root + 12 + (shift + s) % 12 for s in (third, fifth, colour)} - {root})
    middle = root + (shift + fifth) % 12 if shift == 0 else root + 12
    return sorted({root, middle, root + 12, *upper})


def _cells_for(
    context: Context, seat: Seat, group: str, label: str
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The cell of a kind of section, and the one that each fourth bar may turn to.

    A seat that `doubles` another has that one's cells.

    A group that has nothing in the metre gives way to the figure's usual one. In genres without
    drums some groups (`groove_of`) are the piece's groove.
    """
    usual = _GROUPS.get(seat.figure, "comp")
    options = cells.pool("comp", context.plan.genre, group, context.metre) or cells.pool(
        "comp", context.plan.genre, usual, context.metre
    )
    slot = context.style["slots"].get(label, context.style["slots"]["default"])
    player = seat.settings.get("doubles", seat.part)
    stream = context.streams.stream(f"accompaniment/{player}/{slot}")
    main = stream.choice(options)
    if group in context.style.get("groove_of", ()) and slot == "A":
        main = context.streams.rotate("groove", options)
    turns = group != "ostinato" and stream.chance(0.6)
    return main, stream.choice(options) if turns else main


def played(
    context: Context,
    seat: Seat,
    levels: Sequence[float],
    sound: Symbol,
    lane: str,
    group: str = "",
    bar_text: BarText | None = None,
) -> Iterator[Draft]:
    """The notes of a player whose rhythms are cells, for the whole piece but the ending.

    Args:
        context: The piece.
        seat: The player; `cells` names its group.
        levels: Its level in each bar.
        sound: What a symbol sounds like.
        lane: Of the drafts.
        group: Of the cells; the figure's usual one if the seat names none.
        bar_text: Has the last word on each bar's rhythm.
    """
    group = group or str(seat.settings.get("cells", _GROUPS.get(seat.figure, "comp")))
    for frame in context.sections:
        if frame.label == "ending":
            continue
        main, turn = _cells_for(context, seat, group, frame.label)
        for bar in range(frame.bars):
            level = levels[frame.start_bar + bar]
            if level <= 0:
                continue
            start = frame.start + bar * context.metre.bar_quarters
            cell = turn if bar % 4 == 3 else main
            pattern = cells.fitted(cells.variant(cell, level), context.metre)
            text = cells.bar_text(pattern, context.metre, bar)
            if bar_text is not None:
                text = bar_text(text, frame, bar, level)
            for event in _with_changes(context, cells.held_events(text), start):
                yield from _sounded(context, event, start, level, sound, lane)


def _with_changes(
    context: Context, events: Sequence[cells.Event], start: float
) -> Iterator[cells.Event]:
    """Events that are held over a change of chord are struck again with the new chord."""
    for event in events:
        at, end = start + event.start, start + event.start + event.duration
        symbol = event.symbol
        while True:
            span = context.chord_at(at)
            until = min(end, span.beat + span.duration)
            yield cells.Event(at - start, until - at, symbol)
            if until >= end - 0.13:
                break
            at = until


def _sounded(
    context: Context, event: cells.Event, start: float, level: float, sound: Symbol, lane: str
) -> Iterator[Draft]:
    base = 66 + 30 * level
    beat = start + event.start
    is_mute = event.symbol in _MUTES
    duration = min(event.duration, _MUTED_QUARTERS) if is_mute else event.duration
    manner = "mute" if is_mute else ""
    for pitch, change, strum in sound(event, context.chord_at(beat)):
        velocity = max(20, min(120, round(base + change)))
        yield Draft(beat, duration, pitch, velocity, lane, strum=strum, articulation=manner)
