# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""A key change for the last strong section: everything from there on is a step higher.

The piece is written in one key and lifted afterwards, so that the hook comes back note for note.
Not for: borrowed chords (see harmony).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from musicgen_desktop.engines.composer.compose.context import Draft, SectionFrame, Streams
from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.music.score import ChordSpan
from musicgen_desktop.music.theory import Chord

WISH = "key_change"
"""The plan's wish for it."""
_STRONG = ("chorus", "drop", "climax", "hook", "theme", "a")
_HALF_BARS = 8


@dataclass(frozen=True, slots=True)
class Lift:
    """From which quarter note on everything is how many semitones higher."""

    start: float
    semitones: int

    def notes(self, drafts: Sequence[Draft]) -> list[Draft]:
        """The notes, lifted; one that is held into the new key is let go before it."""
        return [self._note(draft) for draft in drafts]

    def _note(self, draft: Draft) -> Draft:
        if draft.start < self.start - 1e-6:
            room = self.start - draft.start
            return replace(draft, duration=min(draft.duration, room))
        glide = draft.glide_to + self.semitones if draft.glide_to else 0
        return replace(draft, pitch=min(127, draft.pitch + self.semitones), glide_to=glide)

    def chords(self, spans: Sequence[ChordSpan]) -> tuple[ChordSpan, ...]:
        """The harmony, lifted."""
        return tuple(
            span if span.beat < self.start - 1e-6 else replace(span, chord=self._chord(span.chord))
            for span in spans
        )

    def _chord(self, chord: Chord) -> Chord:
        root, bass = ((tone + self.semitones) % 12 for tone in (chord.root, chord.bass))
        return Chord(root, chord.quality, bass)


def lift(plan: MusicPlan, sections: Sequence[SectionFrame], streams: Streams) -> Lift | None:
    """The key change that the plan asks for; none in a loop, which must come back to its start."""
    if WISH not in plan.structure or plan.loop:
        return None
    body = [f for f in sections if f.label not in ("intro", "outro", "aftermath", "ending")]
    if not body or (len(body) == 1 and body[0].bars < _HALF_BARS):
        return None
    semitones = streams.stream("progression/lift").choice([2, 2, 1, 3])
    return Lift(_moment(body), semitones)


def _moment(body: Sequence[SectionFrame]) -> float:
    """The last return of the strongest label, or the second half of its only appearance."""
    for label in _STRONG:
        found = [f for f in body if f.label == label]
        if len(found) > 1:
            return found[-1].start
        if found and found[0].bars >= _HALF_BARS:
            frame = found[0]
            half = frame.bars // 2 // 4 * 4 or frame.bars // 2
            return frame.start + half * frame.quarters / frame.bars
    return body[-1].start
