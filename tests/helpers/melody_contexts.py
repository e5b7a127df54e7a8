# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small hand-made pieces (plan, form, harmony) for tests of melody and performance."""

from __future__ import annotations

from musicgen_desktop import resources
from musicgen_desktop.engines.composer.compose.context import Context, Streams, frame_sections
from musicgen_desktop.music.plan import MusicPlan, Section
from musicgen_desktop.music.score import ChordSpan
from musicgen_desktop.music.theory import Chord, bar_seconds, parse_metre

GENRES = tuple(sorted(file.stem for file in resources.path("cells", "genres").glob("*.json")))

_FORMS = {
    "pop": (
        "intro:4:.3 verse:8:.45 chorus:8:.8 verse:8:.5 chorus:8:.85 bridge:8:.5 chorus:8:.95 "
        "ending:1:.5"
    ),
    "house": (
        "intro:8:.3 break:8:.4 build:8:.6 drop:16:.9 break:8:.4 build:8:.6 drop:16:1 ending:1:.6"
    ),
    "cinematic": (
        "intro:8:.2 theme:16:.5 develop:16:.6 build:8:.7 climax:16:1 aftermath:8:.3 ending:1:.3"
    ),
    "trap": "intro:4:.3 hook:8:.7 verse:16:.6 hook:8:.8 verse:16:.65 hook:8:.9 ending:1:.4",
}
_DEFAULT_FORM = "intro:4:.3 a:8:.5 a:8:.6 b:8:.7 a:8:.7 b:8:.75 outro:4:.3 ending:1:.2"
_BPM = {row["id"]: sum(row["bpm"]) / 2 for row in resources.load_json("lexicon", "genres.json")} | {
    "lofi_hiphop": 78.0, "house": 124.0, "synthwave": 100.0, "ambient": 62.0, "pop": 112.0,
    "cinematic": 90.0, "solo_piano": 76.0, "trap": 140.0,
}  # fmt: skip
_MODES = {"pop": "major", "ambient": "major", "solo_piano": "major"}
_MAJOR = ("0:maj7", "5:m7", "3:maj7", "4:7")
_MINOR = ("0:m7", "5:maj7", "3:m7", "4:7")


def plan_of(
    genre: str, seed: int = 0, metre: str = "4/4", key: str = "A", mode: str = "", **values: object
) -> MusicPlan:
    """A plan of about two to three minutes."""
    mode = mode or _MODES.get(genre, "minor")
    bpm = _BPM[genre]
    bar_s = bar_seconds(parse_metre(metre), bpm)
    sections = []
    bar = 0
    for item in _FORMS.get(genre, _DEFAULT_FORM).split():
        label, bars, energy = item.split(":")
        sections.append(Section(label, int(bars), bar * bar_s, float(energy)))
        bar += int(bars)
    base = MusicPlan(
        genre=genre, genres=(genre,), moods=(), bpm=bpm, felt_bpm=bpm, key=key, mode=mode,
        metre=metre, swing=0.4 if genre == "lofi_hiphop" else 0.0, duration_s=bar * bar_s + 2.0,
        era="", instruments=(), excluded=(), use_case="", loop=False, vocals="", structure=(),
        production=(), tempo_word="", language="en", sections=tuple(sections), seed=seed,
    )  # fmt: skip
    return MusicPlan.from_json({**base.to_json(), **values})


def context_of(genre: str, seed: int = 0, **values: object) -> Context:
    """A context with a plain four-chord harmony; the last section rests on the tonic."""
    plan = plan_of(genre, seed, **values)  # type: ignore[arg-type]  # plan_of's own keywords
    key, metre = plan.theory_key, plan.theory_metre
    names = _MINOR if key.is_minor else _MAJOR
    chords: list[ChordSpan] = []
    for frame in frame_sections(plan):
        for bar in range(frame.bars):
            degree, quality = names[bar % 4].split(":")
            if frame.label == "ending":
                degree, quality = names[0].split(":")
            if frame.label in ("b", "bridge", "verse") and bar % 4 in (0, 2):
                degree, quality = names[(bar + 2) % 4].split(":")
            root = key.pitch_class(int(degree))
            if quality == "7" and key.mode not in ("major", "minor", "harmonic_minor"):
                quality = "sus2"
            start = frame.start + bar * metre.bar_quarters
            chords.append(ChordSpan(start, metre.bar_quarters, Chord(root, quality, root)))
    return Context(
        plan=plan,
        key=key,
        metre=metre,
        sections=frame_sections(plan),
        chords=tuple(chords),
        streams=Streams(seed),
    )
