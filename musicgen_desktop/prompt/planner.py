# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a prompt to a plan: flags beat words, words beat mood, mood beats the genre's habits.

What is stated is kept to the letter; what is left open varies with the seed, and every decision is
said. Not for: notes or sound.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from musicgen_desktop import resources
from musicgen_desktop.music.plan import MusicPlan
from musicgen_desktop.prompt import degrees, lineup, passages, shaping, styles, templates, timing
from musicgen_desktop.prompt import lexicon as lexicons
from musicgen_desktop.prompt import overrides as overriding
from musicgen_desktop.prompt.explain import Notes, PlanResult
from musicgen_desktop.prompt.forms import Form
from musicgen_desktop.prompt.lexicon import Lexicon
from musicgen_desktop.prompt.overrides import Overrides
from musicgen_desktop.prompt.reader import read
from musicgen_desktop.prompt.spans import Reading
from musicgen_desktop.prompt.styles import Style
from musicgen_desktop.prompt.title import title

_STRUCTURE_KINDS = ("structure", "bars", "anchor", "layout", "placed", "scope")
_NO_NAMES = (
    "artists and works aren’t imitated; say what you like about the sound instead: "
    "its genre, mood or instruments"
)


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
        frame = timing.frame(reading, setting, style, lexicon, notes, seed)
        feel: dict[str, Any] = dict(style.feel)
        form = shaping.shape(reading, style, frame, lexicon, self._templates, notes, seed)
        plan = MusicPlan(
            genre=style.genre,
            genres=style.genres,
            moods=style.moods,
            **_tempo(style, frame, form, lexicon, notes),
            key=frame.tonic,
            mode=frame.key.mode,
            metre=frame.metre.name,
            swing=timing.swing(setting, reading, style, lexicon, seed),
            duration_s=form.duration_s,
            era=next(iter(reading.ids("era")), ""),
            instruments=players.instruments,
            excluded=players.excluded,
            use_case=next(iter(reading.ids("use_case")), ""),
            loop=form.loops,
            vocals=players.vocals,
            structure=(
                *shaping.structure_ids(reading),
                *shaping.end_ids(reading, _use_row(reading, lexicon), loops=form.loops),
                *passages.ids(reading, players.instruments, lexicon),
            ),
            production=(
                *_production(reading, lexicon, notes),
                *lineup.amounts(reading, players.instruments, lexicon),
            ),
            language=reading.language,
            sections=form.sections,
            seed=seed,
            **feel,
            explicit=_explicit(reading, setting, frame),
            only=players.only,
        )
        if not frame.duration_stated:
            label = timing.length_label(form.duration_s)
            notes.assumed("duration", form.duration_s, label, "a usual length")
        self._last_words(plan, reading, notes)
        return PlanResult(
            plan, title(reading, lexicon), notes.chips, reading.ignored, players.named
        )

    def _last_words(self, plan: MusicPlan, reading: Reading, notes: Notes) -> None:
        """Says what is unusual about the whole, and offers alternatives."""
        row = self.lexicon.row("genre", plan.genre)
        if row.get("drums", True) and "drums" in plan.excluded and not plan.only:
            notes.assumed(
                "groove",
                "no_drums",
                "pulse without drums",
                f"{row['name']} usually has drums; bass and chords carry the pulse",
            )
        for span in reading.of("name"):
            notes.refused(span.text, _NO_NAMES, span, "name")
        for span in reading.of("tuning"):
            notes.refused(span.text, "tuning stays at A = 440 Hz", span, "tuning")
        notes.add_alternatives("genre", self.lexicon.playable("genre"))
        if not reading.spans and reading.text.strip():
            why = "no word of it is known; a usual piece is made"
            notes.refused(reading.text.strip()[:60], why)


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
    """The tables that `plan` reads by (the window loads them early, off its own thread)."""
    return _shared_planner().lexicon


@cache
def _shared_planner() -> Planner:
    """The tables never change while the program runs, so they are read once."""
    return Planner.load()


def _tempo(
    style: Style, frame: timing.Frame, form: Form, lexicon: Lexicon, notes: Notes
) -> dict[str, Any]:
    """The plan's bpm, felt_bpm and tempo_word."""
    half_time = bool(lexicon.row("genre", style.main).get("half_time")) and form.bpm >= 100
    word, label = timing.tempo_label(form.bpm, frame.tempo.word, half_time=half_time)
    if not frame.tempo.stated:
        notes.assumed("bpm", form.bpm, label, timing.tempo_why(style, frame.tempo))
    felt = form.bpm / 2 if half_time else form.bpm
    return {"bpm": form.bpm, "felt_bpm": felt, "tempo_word": word}


def _production(reading: Reading, lexicon: Lexicon, notes: Notes) -> tuple[str, ...]:
    for kind in ("production", "use_case", "era", "ensemble"):
        for span in reading.of(kind):
            notes.heard(span, degrees.label(span, lexicon.name(kind, span.id)))
    sparse = ["sparse"] if any(s.reduced for s in reading.spans) else []
    use = _use_row(reading, lexicon).get("production", ())
    return tuple(dict.fromkeys([*reading.ids("production"), *sparse, *use]))


def _use_row(reading: Reading, lexicon: Lexicon) -> Mapping[str, Any]:
    """What is known of the first use case; an empty row where there is none."""
    return lexicon.row("use_case", next(iter(reading.ids("use_case")), ""))


def _explicit(reading: Reading, setting: Overrides, frame: timing.Frame) -> tuple[str, ...]:
    """Names of the plan's fields that words or flags decided."""
    stated = {
        "bpm": frame.tempo.stated,
        "metre": frame.metre_stated,
        "key": "key" in frame.key_stated,
        "mode": "mode" in frame.key_stated,
        "duration_s": frame.duration_stated,
        "genre": setting.genre is not None or reading.first("genre") is not None,
        "instruments": bool(setting.instruments) or reading.first("instrument") is not None,
        "excluded": bool(setting.exclude) or any(s.negated for s in reading.spans),
        "moods": bool(setting.moods) or reading.first("mood") is not None,
        "structure": any(True for _ in reading.of(*_STRUCTURE_KINDS)),
        "swing": setting.swing is not None,
    }
    return tuple(name for name, is_stated in stated.items() if is_stated)
