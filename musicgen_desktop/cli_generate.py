# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands `generate` and `plan`.

`generate --json` prints one object for one take and an array of objects for several. Not for:
making tracks (see generation) or reading prompts (see prompt).
"""

from __future__ import annotations

import argparse
import contextlib
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from musicgen_desktop import cli_output, services
from musicgen_desktop.engines import registry
from musicgen_desktop.engines.base import EngineInfo
from musicgen_desktop.errors import LibraryError, UsageError
from musicgen_desktop.generation import replay
from musicgen_desktop.generation.order import Order
from musicgen_desktop.generation.timing import Progress
from musicgen_desktop.library import naming, tags
from musicgen_desktop.library.library import Library
from musicgen_desktop.library.track import spoken_genre
from musicgen_desktop.music.plan import Section
from musicgen_desktop.music.recipe import SEED_LIMIT, Recipe, fresh_seed
from musicgen_desktop.paths import Paths
from musicgen_desktop.prompt import planner
from musicgen_desktop.prompt.explain import PlanResult

OVERRIDES = (
    "bpm", "key", "metre", "genre", "mood", "instruments", "exclude", "energy", "swing",
    "duration_s",
)  # fmt: skip
_ALIASES = {"duration": "duration_s", "meter": "metre", "moods": "mood", "tempo": "bpm"}
_PLAN_WISHES = frozenset(OVERRIDES) | frozenset(_ALIASES) | {"structure"}
_SUFFIX_FORMATS = {
    ".mp3": "mp3",
    ".wav": "wav",
    ".wave": "wav",
    ".flac": "flac",
    ".ogg": "ogg",
    ".oga": "ogg",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for, checked.

    Attributes:
        prompt: The words.
        seed: Of the first take.
        duration_s: From --duration or --set; None leaves it to the words.
        overrides: From --set, for the plan.
        parameters: From --set, for the engine.
        engine: What makes it.
    """

    prompt: str
    seed: int
    duration_s: float | None
    overrides: dict[str, Any]
    parameters: dict[str, Any]
    engine: EngineInfo


def plan(options: argparse.Namespace, profile: Paths) -> int:
    """Says what was heard, assumed, can't be done, and the plan."""
    del profile
    found = _planned(read_wish(options, None))
    if options.json:
        cli_output.result_json(found.to_json())
    else:
        for line in _plan_lines(found):
            cli_output.result(line)
    return 0


def generate(options: argparse.Namespace, profile: Paths) -> int:
    """Makes one or several takes."""
    audio_format = chosen_format(options)
    name, recipes = _recipes_again(options) if options.recipe else _recipes_of_words(options)
    return make(options, profile, name, recipes, audio_format)


def make(
    options: argparse.Namespace,
    profile: Paths,
    name: str,
    recipes: list[Recipe],
    audio_format: str | None,
) -> int:
    """Makes the takes of recipes and says where they are.

    Args:
        options: Where they go: out, stems, midi, no_library, json.
        profile: The folders to use.
        name: Their title.
        recipes: One for each take.
        audio_format: From `chosen_format`.
    """
    with cli_output.interruptible() as is_cancelled:
        built = services.build(profile)
        try:
            _show_notices(built)
            if not options.no_library:
                _check_library(built.library)
            chosen = audio_format or built.settings.format
            orders = _orders(recipes, name, options, chosen, built.settings.quality)
            cli_output.require_writable(_targets(orders))
            reports = [_produce(built, order, is_cancelled) for order in orders]
        finally:
            built.close()
    if options.json:
        cli_output.result_json(reports[0] if len(reports) == 1 else reports)
    else:
        for report in reports:
            cli_output.result(report["path"])
    return 0


def _recipes_of_words(options: argparse.Namespace) -> tuple[str, list[Recipe]]:
    """The title and the recipes of the takes."""
    wish = read_wish(options, options.engine)
    planned = _planned(wish)
    for chip in planned.refused:
        cli_output.message(f"Can’t be done: {chip.text} ({chip.why})")
    recipes = services.recipes_for(
        wish.prompt,
        seed=wish.seed,
        count=options.count,
        duration_s=wish.duration_s,
        overrides=wish.overrides,
        engine=wish.engine.id,
        parameters=wish.parameters,
    )
    return planned.title or spoken_genre(planned.plan.genre).title(), recipes


def _recipes_again(options: argparse.Namespace) -> tuple[str, list[Recipe]]:
    """The title of a track that is made again, and its recipe; with other seeds for more takes."""
    if options.prompt or options.settings or options.duration or options.engine:
        raise UsageError(
            "--recipe says it all: words, length, settings and engine are in the file.",
            "Leave the others out; --seed and --count may stay.",
        )
    recipe, title = replay.read(options.recipe)
    different = replay.difference(recipe)
    if different is not None:
        cli_output.message(different.text)
    seed = recipe.seed if options.seed is None else options.seed
    takes = [recipe.with_seed((seed + number) % SEED_LIMIT) for number in range(options.count)]
    title = title or planner.plan(recipe.prompt, seed=0).title
    return title or spoken_genre(recipe.plan.genre).title(), takes


def read_wish(options: argparse.Namespace, engine: str | None) -> Wish:
    """Checks prompt, flags and --set.

    Raises:
        UsageError: Something can't be; says what would.
    """
    info = registry.info(engine or registry.DEFAULT_ENGINE)
    overrides, parameters = read_settings(options.settings, info)
    prompt = " ".join(cli_output.readable(" ".join(options.prompt)).split())
    if not prompt and not overrides:
        raise UsageError(
            "There is no prompt.",
            "Say what it should sound like, such as “rainy night lo-fi, mellow rhodes, 75 bpm”.",
        )
    duration_s = options.duration
    if duration_s is None and "duration_s" in overrides:
        duration_s = seconds(overrides["duration_s"])
    overrides.pop("duration_s", None)
    if duration_s is not None and not info.min_duration_s <= duration_s <= info.max_duration_s:
        raise UsageError(
            "{engine} can’t make {seconds:g} seconds.",
            "Choose a length from {low:g} to {high:g} seconds.",
            engine=info.name,
            seconds=duration_s,
            low=info.min_duration_s,
            high=info.max_duration_s,
        )
    seed = fresh_seed() if options.seed is None else options.seed % SEED_LIMIT
    return Wish(prompt, seed, duration_s, overrides, parameters, info)


def read_settings(items: list[str], info: EngineInfo) -> tuple[dict[str, Any], dict[str, Any]]:
    """Splits the --set options into overrides of the plan and the engine's own parameters.

    The last one wins where a key comes twice.

    Raises:
        UsageError: Not KEY=VALUE, or no such key.
    """
    own = sorted(info.takes - _PLAN_WISHES)
    overrides: dict[str, Any] = {}
    parameters: dict[str, Any] = {}
    for item in items:
        name, equals, value = item.partition("=")
        key = name.strip().lower().replace("-", "_")
        key = _ALIASES.get(key, key)
        value = value.strip()
        if not equals or not value:
            raise UsageError(
                "“{item}” isn’t a setting.",
                "Write --set KEY=VALUE, such as --set bpm=75.",
                item=item,
            )
        if key in OVERRIDES:
            overrides[key] = value
        elif key in own:
            parameters[key] = value
        else:
            raise UsageError(
                "There is no setting “{key}”.", "Use one of: {known}.",
                key=name.strip(), known=", ".join([*OVERRIDES, *own]),
            )  # fmt: skip
    return overrides, parameters


def seconds(text: str) -> float:
    """A length, as seconds or as minutes and seconds.

    Raises:
        UsageError: It isn't one.
    """
    with contextlib.suppress(ValueError):
        minutes, colon, rest = text.rpartition(":")
        return float(rest) + (60.0 * int(minutes) if colon else 0.0)
    raise UsageError("“{text}” isn’t a length.", "Use seconds, or 1:30.", text=text)


def chosen_format(options: argparse.Namespace) -> str | None:
    """The format from --format or the suffix of --out; None leaves it to the settings.

    Raises:
        UsageError: They contradict each other, the suffix is no format, or the track would have
            nowhere to go.
    """
    if options.no_library and not options.out:
        raise UsageError(
            "With --no-library the track has nowhere to go.", "Say where with --out FILE."
        )
    wanted: str | None = options.format
    suffix = Path(options.out).suffix.lower() if options.out else ""
    if not suffix or _is_folder(options.out):
        return wanted
    named = _SUFFIX_FORMATS.get(suffix)
    if named is None:
        raise UsageError(
            "Files ending in “{suffix}” can’t be written.",
            "Use one of: .mp3, .wav, .flac, .ogg.",
            suffix=suffix,
        )
    if wanted is not None and wanted != named:
        raise UsageError(
            "--format {wanted} and a file ending in “{suffix}” contradict each other.",
            "Leave one of them out.",
            wanted=wanted,
            suffix=suffix,
        )
    return named


def _is_folder(out: str) -> bool:
    return out.endswith(("/", "\\")) or Path(out).is_dir()


def _planned(wish: Wish) -> PlanResult:
    return planner.plan(
        wish.prompt, seed=wish.seed, duration_s=wish.duration_s, overrides=wish.overrides
    )


def _orders(
    recipes: list[Recipe], name: str, options: argparse.Namespace, audio_format: str, quality: str
) -> list[Order]:
    group = uuid.uuid4().hex
    orders = []
    for take, recipe in enumerate(recipes, start=1):
        orders.append(
            Order(
                recipe=recipe,
                track_id=uuid.uuid4().hex,
                title=name,
                group=group,
                take=take,
                takes=len(recipes),
                format=audio_format,
                quality=quality,
                in_library=not options.no_library,
                out=_out(options.out, name, take, recipes, audio_format),
                stems_dir=_numbered(options.stems, take, len(recipes)),
                midi=_numbered(_with_suffix(options.midi, ".mid"), take, len(recipes)),
            )
        )
    return orders


def _targets(orders: list[Order]) -> Iterator[Path]:
    """Every file that the orders will write, the stems by one of them."""
    for order in orders:
        stem = None if order.stems_dir is None else order.stems_dir / "mix.wav"
        yield from (path for path in (order.out, order.midi, stem) if path is not None)


def _out(
    out: str | None, name: str, take: int, recipes: list[Recipe], audio_format: str
) -> Path | None:
    if not out:
        return None
    suffix = tags.SUFFIXES[audio_format]
    if _is_folder(out):
        plan = recipes[take - 1].plan
        stem = naming.file_stem(name, take, len(recipes), plan.bpm, plan.theory_key.short)
        return naming.free_path(Path(out).absolute(), stem, suffix)
    return _numbered(_with_suffix(Path(out), suffix), take, len(recipes))


def _with_suffix(path: Path | None, suffix: str) -> Path | None:
    """The path, with the suffix where it has none and isn't a folder or a device."""
    if path is None:
        return None
    is_something_else = path.exists() and not path.is_file()
    return path if path.suffix or is_something_else else path.with_name(f"{path.name}{suffix}")


def _numbered(path: Path | None, take: int, takes: int) -> Path | None:
    """`song.mp3` is `song 2.mp3` for the second of several takes."""
    if path is None:
        return None
    if takes > 1:
        path = path.with_name(f"{path.stem} {take}{path.suffix}")
    return path.absolute()


def _check_library(library: Library) -> None:
    """A folder that is away must not be made anew: its drive would be hidden behind it."""
    if library.is_away():
        raise LibraryError(
            "The library folder “{folder}” isn’t there.",
            "Connect its drive, choose another folder in the settings, or use --no-library --out.",
            folder=library.folder,
        )


def _show_notices(built: services.Services) -> None:
    for notice in (*built.settings_store.notices, *built.library.notices):
        cli_output.message(notice)


def _produce(
    built: services.Services, order: Order, is_cancelled: Callable[[], bool]
) -> dict[str, Any]:
    name = f"{order.title} {order.take}" if order.takes > 1 else order.title
    line = cli_output.ProgressLine(name)

    def on_progress(progress: Progress) -> None:
        line.show(progress.stage, progress.fraction, progress.left_s)

    try:
        outcome = built.producer.produce(order, on_progress, is_cancelled)
    finally:
        line.end()
    report = outcome.report
    plan = order.recipe.plan
    cli_output.message(
        f"{name}: {cli_output.clock(report['duration_s'])}, {plan.bpm:g} bpm,"
        f" {plan.theory_key.name}, made in {report['elapsed_s']:.1f} s."
    )
    return report


def _plan_lines(found: PlanResult) -> list[str]:
    made = found.plan
    lines = [
        f"{name}: {', '.join(dict.fromkeys(chip.label for chip in chips))}"
        for name, chips in (("Heard", found.heard), ("Assumed", found.assumed))
        if chips
    ]
    lines += [f"Can’t be done: {chip.text} ({chip.why})" for chip in found.refused]
    if found.ignored:
        lines.append(f"Without meaning here: {', '.join(found.ignored)}")
    lines.append(
        f"Plan: {spoken_genre(made.genre)}, {made.bpm:g} bpm, {made.theory_key.name},"
        f" {made.metre}, {cli_output.clock(made.duration_s)}"
    )
    return [*lines, *map(_section_line, made.sections)]


def _section_line(section: Section) -> str:
    start = cli_output.clock(section.start_s)
    bars = "1 bar" if section.bars == 1 else f"{section.bars} bars"
    return f"  {start:>6}  {section.label.replace('_', ' ')}, {bars}, energy {section.energy:.0%}"
