# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a prompt to a plan: flags beat words, words beat mood, mood beats the genre's habits.

What is stated is kept to the letter; what is left open varies with the seed, and every decision is
said. Not for: notes or sound.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from musicgen_desktop import resources
from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.music.recipe import TAKES_PER_GROUP
from musicgen_desktop.music.theory import Metre, bar_seconds
from musicgen_desktop.prompt import (
    forms,
    lineup,
    styles,
    templates,
    timing,
)
from musicgen_desktop.prompt import lexicon as lexicons
from musicgen_desktop.prompt import (
    overrides as overriding,
)
from musicgen_desktop.prompt.chance import fraction
from musicgen_desktop.prompt.explain import Notes, PlanResult
from musicgen_desktop.prompt.lexicon import Lexicon
from musicgen_desktop.prompt.overrides import Overrides
from musicgen_desktop.prompt.reader import read
from musicgen_desktop.prompt.spans import Reading
from musicgen_desktop.prompt.styles import Style
from musicgen_desktop.prompt.title import title

_LOOP_BARS = 16


class Planner:
    """Makes plans; holds the tables, which are read once.

    Args:
        lexicon: The words that are known.
        form_templates: Templates of forms by family.
    """

    def __init__(
        self, lexicon: Lexicon, form_templates: Mapping[str, tuple[templates.Template, ...]]
    ) -> None:
        self.lexicon = lexicon
        self._templates = form_templates

    @classmethod
    def load(cls) -> Planner:
        """With the tables that the program ships."""
        shapes = templates.parse(resources.load_json("lexicon", "forms.json"))
        return cls(lexicons.load(), shapes)

    def plan(
        self,
        prompt: str,
        *,
        seed: int,
        duration_s: float | None = None,
        overrides: Mapping[str, Any] | None = None,
    ) -> PlanResult:
        """Makes the plan for a prompt; see the function `plan`."""
        values = dict(overrides or {})
        if duration_s is not None:
            values["duration_s"] = duration_s
        setting = overriding.parse(values, self.lexicon)
        reading = read(overriding.without(prompt, setting.leave_out), self.lexicon)
        notes = Notes()
        style = styles.resolve(reading, setting, self.lexicon, notes)
        return self._plan(reading, setting, style, notes, seed)

    def _plan(
        self, reading: Reading, setting: Overrides, style: Style, notes: Notes, seed: int
    ) -> PlanResult:
        lexicon = self.lexicon
        players = lineup.resolve(reading, setting, style, lexicon, notes)
        signature, metre_stated = timing.metre(reading, setting, style, lexicon, notes)
        tempo = timing.tempo(reading, setting, style, signature, lexicon, notes, seed)
        key, tonic, key_stated = timing.key(reading, setting, style, lexicon, notes, seed)
        length_s, length_stated = timing.duration(reading, setting, style, lexicon, notes)
        form, structure = self._form(
            reading, style, tempo, signature, (length_s, length_stated), notes, seed
        )
        half_time = _half_time(style, lexicon, form.bpm)
        word, label = timing.tempo_label(form.bpm, tempo.word, half_time=half_time)
        if not tempo.stated:
            why = "inside your range" if tempo.in_range else _tempo_why(style, tempo.word)
            notes.assumed("bpm", form.bpm, label, why)
        if not length_stated:
            notes.assumed(
                "duration", form.duration_s, timing.length_label(form.duration_s), "a usual length"
            )
        explicit = _explicit(
            reading, setting, tempo.stated, metre_stated, key_stated, length_stated
        )
        use = reading.first("use_case")
        swing = _swing(setting, reading, style, lexicon, seed)
        plan = MusicPlan(
            genre=style.genre,
            genres=style.genres,
            moods=style.moods,
            bpm=form.bpm,
            felt_bpm=form.bpm / 2 if half_time else form.bpm,
            key=tonic,
            mode=key.mode,
            metre=signature.name,
            swing=swing,
            duration_s=form.duration_s,
            era=next(iter(reading.ids("era")), ""),
            instruments=players.instruments,
            excluded=players.excluded,
            use_case=use.id if use is not None else "",
            loop=form.loops,
            vocals=players.vocals,
            structure=structure,
            production=_production(reading, lexicon, notes),
            tempo_word=word,
            language=reading.language,
            sections=form.sections,
            seed=seed,
            **style.feel,
            explicit=explicit,
            only=players.only,
        )
        self._last_words(plan, reading, notes)
        return PlanResult(
            plan=plan,
            title=title(reading, lexicon),
            chips=notes.chips,
            ignored=reading.ignored,
            named=players.named,
        )

    def _form(
        self,
        reading: Reading,
        style: Style,
        tempo: timing.Tempo,
        signature: Metre,
        length: tuple[float, bool],
        notes: Notes,
        seed: int,
    ) -> tuple[forms.Form, tuple[str, ...]]:
        wanted, structure = _structure(reading, self.lexicon, notes)
        use = reading.first("use_case")
        use_row = self.lexicon.row("use_case", use.id if use is not None else "")
        loop = _wants_loop(reading, use_row)
        said_loop = "loop" in reading.ids("structure")
        bars = tuple((l, int(n)) for l, n in (s.pair for s in reading.of("bars")) if l and n >= 1)
        for span in reading.of("bars"):
            notes.heard(span, span.text.lower(), again=True)
        alone = [int(s.pair[1]) for s in reading.of("bars") if not s.pair[0]]
        length_s, stated = length
        bar_s = bar_seconds(signature, tempo.bpms[0])
        ring_s = tuple(self.lexicon.row("genre", style.genre)["ring_s"])
        if not stated:
            length_s = _bars_length(length_s, bars, alone, bar_s, ring_s, loop)
        wish = forms.FormWish(
            templates=self._groups(style, use_row, length_s, loop),
            duration_s=length_s,
            bpms=tempo.bpms,
            bends=not tempo.stated and (tempo.in_range is None),
            metre=signature,
            ring_s=(ring_s[0], ring_s[1]),
            loop=loop,
            keeps_time=stated and not said_loop,
            wanted=wanted,
            unwanted=_unwanted(reading),
            anchors=_anchors(reading, notes),
            bars=bars if len(bars) > 1 else (),
            seed=seed,
        )
        if len(bars) == 1:
            wish = replace(wish, wanted=tuple(dict.fromkeys((*wanted, bars[0][0]))))
        form = forms.fit(wish)
        if form.loops and not said_loop:
            notes.assumed("loop", True, "loops", "so that it can repeat without a seam")
        if said_loop and form.loops and stated and form.duration_s != length_s:
            notes.refused(
                timing.length_label(length_s),
                f"whole bars at {form.bpm:g} bpm last {form.duration_s:.2f} s, so that the loop has no seam",
                kind="duration",
            )
        if said_loop and not form.loops:
            notes.refused(
                "loop",
                f"{timing.length_label(length_s)} at {form.bpm:g} bpm isn't a whole number of bars, "
                "so it ends instead",
                kind="loop",
            )
        return form, structure

    def _groups(
        self, style: Style, use_row: Mapping[str, Any], length_s: float, loop: bool
    ) -> tuple[tuple[templates.Template, ...], ...]:
        family = str(self.lexicon.row("genre", style.genre)["family"])
        names = [family, "tiny"]
        shape = str(use_row.get("form", ""))
        if loop:
            names.insert(0, "loop")
        elif (shape == "hook_first" and length_s <= 40) or shape == "bed":
            names.insert(0, shape)
        return tuple(self._templates[name] for name in names)

    def _last_words(self, plan: MusicPlan, reading: Reading, notes: Notes) -> None:
        """Says what is unusual about the whole, and offers alternatives."""
        row = self.lexicon.row("genre", plan.genre)
        if row.get("drums", True) and "drums" in plan.excluded and not plan.only:
            span = next((s for s in reading.negated("instrument") if s.id == "drums"), None)
            if span is not None:
                notes.assumed(
                    "groove", "no_drums", "pulse without drums",
                    f"{row['name']} usually has drums; bass and chords carry the pulse",
                )  # fmt: skip
        for span in reading.of("tuning"):
            notes.refused(span.text, "tuning stays at A = 440 Hz", span, "tuning")
        notes.add_alternatives("genre", self.lexicon.playable("genre"))
        if not reading.spans and reading.text.strip():
            notes.refused(
                reading.text.strip()[:60], "no word of it is known; a usual piece is made"
            )


def plan(
    prompt: str,
    *,
    seed: int,
    duration_s: float | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> PlanResult:
    """Makes the plan for a prompt.

    Args:
        prompt: As typed; may be empty.
        seed: Below 2**53. Tempo and key are shared by the eight seeds of a group (seed // 8).
        duration_s: 5 to 600; beats the words.
        overrides: Changed chips and flags: bpm, key, metre, genre, mood, instruments, exclude,
            energy, duration_s, swing, leave_out.

    Returns:
        The plan with what was heard, assumed, refused and ignored.

    Raises:
        UsageError: A flag's value is impossible; says which are good.
    """
    return _shared_planner().plan(prompt, seed=seed, duration_s=duration_s, overrides=overrides)


def lexicon() -> Lexicon:
    """The tables that `plan` reads by; reading them takes some time at the first call."""
    return _shared_planner().lexicon


@cache
def _shared_planner() -> Planner:
    """The tables never change while the program runs, so they are read once."""
    return Planner.load()


def _half_time(style: Style, lexicon: Lexicon, bpm: float) -> bool:
    half = lexicon.row("genre", style.main).get("half_time", False)
    return bool(half) and bpm >= 100


def _tempo_why(style: Style, word: str) -> str:
    if word:
        return f"“{word}” in this genre"
    return "suits the mood" if style.stated_feel.get("arousal") else "usual for this genre"


def _swing(
    setting: Overrides, reading: Reading, style: Style, lexicon: Lexicon, seed: int
) -> float:
    if setting.swing is not None:
        return setting.swing
    if any(s.id == "swing" for s in reading.of("production")):
        return 0.7
    if any(s.id == "straight" for s in reading.of("production")):
        return 0.0
    row = lexicon.row("genre", style.main)
    low, high = row.get("swing") or lexicon.row("genre", style.genre)["swing"]
    return round(low + (high - low) * fraction(f"{seed // TAKES_PER_GROUP}:swing"), 2)


def _production(reading: Reading, lexicon: Lexicon, notes: Notes) -> tuple[str, ...]:
    for span in reading.of("production"):
        notes.heard(span, lexicon.name("production", span.id))
    for span in reading.of("era"):
        notes.heard(span, span.id)
    for span in reading.of("use_case"):
        notes.heard(span, lexicon.name("use_case", span.id))
    sparse = ["sparse"] if any(s.reduced for s in reading.spans) else []
    return tuple(dict.fromkeys([*reading.ids("production"), *sparse]))


def _structure(
    reading: Reading, lexicon: Lexicon, notes: Notes
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Section labels that were asked for, and all structure ids for the record."""
    labels: list[str] = []
    ids: list[str] = []
    for span in reading.of("structure"):
        notes.heard(span, lexicon.name("structure", span.id))
        ids.append(span.id)
        label = lexicon.row("structure", span.id).get("label")
        if label:
            labels.append(str(label))
    for span in reading.of("bars"):
        label, _ = span.pair
        if label:
            ids.append(label)
    for span in reading.of("anchor"):
        label, at_s = span.pair
        labels.append(label)
        ids.append(f"{label}@{at_s:.1f}")
    unwanted = _unwanted(reading)
    return (
        tuple(dict.fromkeys(label for label in labels if label not in unwanted)),
        tuple(dict.fromkeys(ids)),
    )


def _unwanted(reading: Reading) -> frozenset[str]:
    names = {s.id for s in reading.negated("structure")}
    same = {"breakdown": "break", "ending": "outro"}
    return frozenset(same.get(name, name) for name in names)


def _anchors(reading: Reading, notes: Notes) -> tuple[tuple[str, float], ...]:
    found = []
    for span in reading.of("anchor"):
        label, at_s = span.pair
        notes.heard(
            span, f"{label} at {timing.length_label(at_s)}", f"{label}@{at_s:g}", "structure"
        )
        found.append((label, at_s))
    return tuple(found)


def _wants_loop(reading: Reading, use_row: Mapping[str, Any]) -> bool:
    if any(s.id == "loop" for s in reading.negated("structure")):
        return False
    return any(s.id == "loop" for s in reading.of("structure")) or bool(use_row.get("loop"))


def _bars_length(
    usual_s: float,
    bars: tuple[tuple[str, int], ...],
    alone: list[int],
    bar_s: float,
    ring_s: tuple[float, ...],
    loop: bool,
) -> float:
    """The length that bars ask for, where no length was stated."""
    count = sum(n for _, n in bars) if len(bars) > 1 else (alone[0] if alone else 0)
    if loop and not count:
        count = max(4, round(usual_s / bar_s / 4) * 4)
    if not count:
        return usual_s
    tail_s = 0.0 if loop else bar_s + sum(ring_s) / 2
    return min(
        overriding.MAX_DURATION_S, max(overriding.MIN_DURATION_S, round(count * bar_s + tail_s, 3))
    )


def _explicit(
    reading: Reading,
    setting: Overrides,
    tempo_stated: bool,
    metre_stated: bool,
    key_stated: frozenset[str],
    length_stated: bool,
) -> tuple[str, ...]:
    stated = {
        "bpm": tempo_stated,
        "metre": metre_stated,
        "key": "key" in key_stated,
        "mode": "mode" in key_stated,
        "duration_s": length_stated,
        "genre": setting.genre is not None or reading.first("genre") is not None,
        "instruments": bool(setting.instruments) or reading.first("instrument") is not None,
        "excluded": bool(setting.exclude) or any(s.negated for s in reading.spans),
        "moods": bool(setting.moods) or reading.first("mood") is not None,
        "structure": reading.first("structure") is not None or reading.first("bars") is not None,
        "swing": setting.swing is not None,
    }
    return tuple(name for name, is_stated in stated.items() if is_stated)
