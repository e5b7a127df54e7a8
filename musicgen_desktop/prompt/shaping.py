# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What words, use case and genre ask of the form: sections, bars, moments, loops.

Not for: fitting it to the time (see forms).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from musicgen_desktop.music.plan import Section
from musicgen_desktop.music.theory import bar_seconds
from musicgen_desktop.prompt import forms, passages, timing
from musicgen_desktop.prompt.explain import Notes
from musicgen_desktop.prompt.lexicon import Lexicon
from musicgen_desktop.prompt.overrides import MAX_DURATION_S, MIN_DURATION_S
from musicgen_desktop.prompt.spans import Reading
from musicgen_desktop.prompt.styles import Style
from musicgen_desktop.prompt.templates import LABELS, Template

_SHORT_S = 40.0
"""Up to this length a form that opens with its hook is used where the use case likes it."""
_WHOLE_S = 30.0
"""From this length on a piece has an intro and sections that differ."""
_HOOK_FIRST = frozenset({"hook_first", "ad"})
_OWN_FORMS = frozenset({"bed", "trailer", "ad"})
_ENDS = {"hit_end": "hit", "fade_out": "fade", "ending": "ring", "ritardando": "ring"}
_PLACED_BARS = 8
_ARCH = 0.75
"""How far a wish for growth beats the form's own energies."""
_QUIET = 0.22
_BELOW_CLIMAX = 0.88
_CALM = 0.42
_CALM_SHARE = 0.45
"""Where calm music (sleep, meditation) lies, and how much of its contrast is left."""


def shape(
    reading: Reading,
    style: Style,
    frame: timing.Frame,
    lexicon: Lexicon,
    families: Mapping[str, tuple[Template, ...]],
    notes: Notes,
    seed: int,
) -> forms.Form:
    """The form, and what is to be said about it."""
    use = reading.first("use_case")
    use_row = lexicon.row("use_case", use.id if use is not None else "")
    said_loop = "loop" in reading.ids("structure")
    loop = _wants_loop(reading, use_row)
    low, high = lexicon.row("genre", style.genre)["ring_s"]
    bars = _sections_in_bars(reading)
    length_s = frame.duration_s
    if not frame.duration_stated:
        length_s = _length(reading, frame, bars, (low, high), loop=loop)
    anchors = _anchors(reading, frame, length_s)
    end = _end(reading, use_row, loop=loop)
    wish = forms.FormWish(
        templates=_groups(style, use_row, length_s, lexicon, families, loop=loop),
        duration_s=length_s,
        bpms=frame.tempo.bpms,
        bends=not frame.tempo.stated and frame.tempo.in_range is None,
        metre=frame.metre,
        ring_s=(low, high),
        loop=loop,
        keeps_time=frame.duration_stated and not said_loop,
        wanted=_wanted(reading, lexicon),
        unwanted=_unwanted(reading, lexicon) | _too_soft(reading, end),
        later=passages.later_labels(reading),
        anchors=anchors,
        bars=bars if len(bars) > 1 else (),
        layout=_layout(reading, bars),
        end=end,
        seed=seed,
    )
    form = forms.fit(wish)
    if loop and not form.loops:  # it ends, so it begins as well
        ended = _groups(style, use_row, length_s, lexicon, families, loop=False)
        form = forms.fit(replace(wish, templates=ended, loop=False))
    form = replace(form, sections=_arched(form.sections, reading, use_row))
    _note_sections(reading, lexicon, notes)
    passages.note(reading, form.sections, form.duration_s, lexicon, notes)
    _note_bars(form, wish, frame, notes)
    if loop:
        _note_loop(form, frame, notes, said=said_loop)
    return form


def _note_bars(form: forms.Form, wish: forms.FormWish, frame: timing.Frame, notes: Notes) -> None:
    """Says where bars that were spelt out don't fill the length."""
    content = sum(section.bars for section in form.sections if section.label != "ending")
    if wish.bars and content != sum(count for _, count in wish.bars):
        asked = timing.length_label(frame.duration_s)
        why = f"don't fill {asked} at {form.bpm:g} bpm; kept in proportion"
        notes.refused("bars as spelt out", why, kind="bars")


def structure_ids(reading: Reading) -> tuple[str, ...]:
    """Everything that was asked of the form, for the record: `intro`, `drop@45.0`, `form:a+b+a`."""
    labels = [str(span.pair[0]) for span in reading.of("bars") if span.pair[0]]
    moments = [f"{label}@{at_s:.1f}" for label, at_s in (s.pair for s in reading.of("anchor"))]
    moments += [f"{label}@{share:.0%}" for label, share in (s.pair for s in reading.of("placed"))]
    spelt = ["form:" + "+".join(labels) for labels in _layouts(reading)]
    return tuple(dict.fromkeys([*reading.ids("structure"), *labels, *moments, *spelt]))


def end_ids(reading: Reading, use_row: Mapping[str, Any], *, loops: bool) -> tuple[str, ...]:
    """How the use case wants the piece to end, where the words don't say: `hit_end` or nothing."""
    is_hit = not loops and _end(reading, use_row, loop=False) == "hit"
    return ("hit_end",) if is_hit and "hit_end" not in reading.ids("structure") else ()


def _end(reading: Reading, use_row: Mapping[str, Any], *, loop: bool) -> str:
    """How the piece ends (see forms.FormWish)."""
    asked = [_ENDS[name] for name in reading.ids("structure") if name in _ENDS]
    return "ring" if loop else asked[-1] if asked else str(use_row.get("end", "ring"))


def _too_soft(reading: Reading, end: str) -> frozenset[str]:
    """Sections that only fade, where the piece is to end at its loudest."""
    is_loud = end == "hit" or "rise" in reading.ids("structure")
    asked = set(reading.ids("structure")) | {
        label for labels in _layouts(reading) for label in labels
    }
    return frozenset({"outro", "aftermath"} - asked) if is_loud else frozenset()


def _layouts(reading: Reading) -> tuple[tuple[str, ...], ...]:
    """The forms that were spelt out."""
    values = (span.value for span in reading.of("layout"))
    return tuple(tuple(str(x) for x in value) for value in values if isinstance(value, tuple))


def _layout(reading: Reading, bars: tuple[tuple[str, int], ...]) -> tuple[str, ...]:
    """The form that was spelt out, as far as its labels are known; none where bars were."""
    spelt = next(iter(_layouts(reading)), ())
    return () if len(bars) > 1 else tuple(label for label in spelt if label in LABELS)


def _anchors(
    reading: Reading, frame: timing.Frame, length_s: float
) -> tuple[tuple[str, float], ...]:
    """Sections with their seconds; one in the middle has its own middle there."""
    half_s = _PLACED_BARS / 2 * bar_seconds(frame.metre, frame.tempo.bpms[0])
    moments = [span.pair for span in reading.of("anchor")]
    moments += [
        (label, max(1.0, share * length_s - half_s))
        for label, share in (span.pair for span in reading.of("placed"))
    ]
    return tuple(moments)


def _arched(
    sections: Sequence[Section], reading: Reading, use_row: Mapping[str, Any]
) -> tuple[Section, ...]:
    """The energies as the words bend them: rising, falling, aimed at a climax, calm throughout."""
    asked = set(reading.ids("structure"))
    body = [s for s in sections if s.label != "ending"]
    found: list[Section] = []
    for number, section in enumerate(sections):
        x = min(1.0, number / max(1, len(body) - 1))
        energy = section.energy
        if "rise" in asked and "fall" not in asked:
            energy = _ARCH * (_QUIET + (1.0 - _QUIET) * x) + (1 - _ARCH) * energy
            energy = max([energy, *(s.energy for s in found)])
        elif "fall" in asked and "rise" not in asked:
            energy = _ARCH * (1.0 - (1.0 - _QUIET) * x) + (1 - _ARCH) * energy
            energy = min([energy, *(s.energy for s in found)])
        elif asked & {"climax", "crescendo_end"} and section.label != "climax":
            energy = min(energy, _BELOW_CLIMAX)
        if use_row.get("calm"):
            energy = _CALM + _CALM_SHARE * (energy - _CALM)
        keeps = section.label == "ending"
        found.append(section if keeps else replace(section, energy=round(min(1.0, energy), 3)))
    return tuple(found)


def _groups(
    style: Style,
    use_row: Mapping[str, Any],
    length_s: float,
    lexicon: Lexicon,
    families: Mapping[str, tuple[Template, ...]],
    *,
    loop: bool,
) -> tuple[tuple[Template, ...], ...]:
    names = [str(lexicon.row("genre", style.genre)["family"]), "tiny"]
    liked = str(use_row.get("form", ""))
    if loop:
        names.insert(0, "loop")
    elif liked in _OWN_FORMS or (liked == "hook_first" and length_s <= _SHORT_S):
        names.insert(0, liked)
    groups = tuple(families[name] for name in names)
    if loop or length_s < _WHOLE_S or names[0] in _HOOK_FIRST:
        return groups
    whole = tuple(tuple(t for t in group if t.is_whole) for group in groups)
    return (*whole, families["small"], *groups)


def _sections_in_bars(reading: Reading) -> tuple[tuple[str, int], ...]:
    pairs = (span.pair for span in reading.of("bars"))
    return tuple((label, int(bars)) for label, bars in pairs if label and bars >= 1)


def _wanted(reading: Reading, lexicon: Lexicon) -> tuple[str, ...]:
    labels = [lexicon.row("structure", span.id).get("label") for span in reading.of("structure")]
    labels += [span.pair[0] for span in reading.of("bars", "anchor", "placed")]
    wished = dict.fromkeys([*labels, *passages.labels(reading)])
    unwanted = _unwanted(reading, lexicon)
    more = passages.repeated(reading)
    return tuple(
        str(x)
        for x in wished
        for _ in range(more.get(str(x), 1))
        if x in LABELS and x not in unwanted
    )


def _unwanted(reading: Reading, lexicon: Lexicon) -> frozenset[str]:
    names = {span.id for span in reading.negated("structure")}
    return frozenset(str(lexicon.row("structure", name).get("label", name)) for name in names)


def _wants_loop(reading: Reading, use_row: Mapping[str, Any]) -> bool:
    if any(span.id == "loop" for span in reading.negated("structure")):
        return False
    return "loop" in reading.ids("structure") or bool(use_row.get("loop"))


def _length(
    reading: Reading,
    frame: timing.Frame,
    bars: tuple[tuple[str, int], ...],
    ring_s: tuple[float, float],
    *,
    loop: bool,
) -> float:
    """The usual length, or the one that bars ask for."""
    bar_s = bar_seconds(frame.metre, frame.tempo.bpms[0])
    alone = [int(bars) for label, bars in (s.pair for s in reading.of("bars")) if not label]
    count = sum(n for _, n in bars) if len(bars) > 1 else (alone[0] if alone else 0)
    if loop and not count:
        count = max(4, round(frame.duration_s / bar_s / 4) * 4)
    if not count:
        return frame.duration_s
    tail_s = 0.0 if loop else bar_s + sum(ring_s) / 2
    return min(MAX_DURATION_S, max(MIN_DURATION_S, round(count * bar_s + tail_s, 3)))


def _note_sections(reading: Reading, lexicon: Lexicon, notes: Notes) -> None:
    for span in reading.of("structure"):
        notes.heard(span, lexicon.name("structure", span.id))
    for span in reading.of("bars"):
        notes.heard(span, span.text.lower(), again=True)
    for span in reading.of("layout"):
        notes.heard(span, span.text, "form", "structure")
    for span in reading.of("placed"):
        notes.heard(span, span.text.lower(), span.pair[0], "structure")
    for span in reading.of("anchor"):
        label, at_s = span.pair
        shown = f"{label} at {timing.length_label(at_s)}"
        notes.heard(span, shown, f"{label}@{at_s:g}", "structure")


def _note_loop(form: forms.Form, frame: timing.Frame, notes: Notes, *, said: bool) -> None:
    asked = timing.length_label(frame.duration_s)
    if form.loops and not said:
        notes.assumed("loop", True, "loops", "so that it can repeat without a seam")
    elif form.loops and frame.duration_stated and form.duration_s != frame.duration_s:
        length = f"{form.duration_s:.2f} s"
        why = f"whole bars at {form.bpm:g} bpm last {length}, so that the loop has no seam"
        notes.refused(asked, why, kind="duration")
    elif not form.loops and said:
        why = f"{asked} at {form.bpm:g} bpm isn't a whole number of bars, so it ends instead"
        notes.refused("loop", why, kind="loop")
