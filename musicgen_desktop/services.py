# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the collaborators of the program, once, from the paths of a profile.

The window and the command line both start from here. No globals: what needs a collaborator is
handed it. Not for: doing anything with them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from musicgen_desktop import files
from musicgen_desktop.engines import registry
from musicgen_desktop.engines.host.supervisor import WorkerHost
from musicgen_desktop.generation import produce
from musicgen_desktop.generation.timing import Timings
from musicgen_desktop.library.library import Library
from musicgen_desktop.music.recipe import SEED_LIMIT, Recipe
from musicgen_desktop.paths import Paths
from musicgen_desktop.settings.settings import Settings
from musicgen_desktop.settings.store import SettingsStore

if TYPE_CHECKING:
    from musicgen_desktop.prompt.explain import PlanResult
    from musicgen_desktop.prompt.lexicon import Lexicon


@dataclass(slots=True)
class Services:
    """The collaborators.

    Attributes:
        paths: The profile's folders.
        settings_store: Reads and writes the settings.
        settings: The settings in force; replaced as a whole when they change.
        library: The track library.
        host: The worker process of the built-in engine.
        producer: Makes tracks.
    """

    paths: Paths
    settings_store: SettingsStore
    settings: Settings
    library: Library
    host: WorkerHost
    producer: produce.Producer

    def close(self) -> None:
        """Ends the worker and closes the databases."""
        self.host.close()
        self.library.close()


def library_dir(settings: Settings, paths: Paths) -> Path:
    """The library folder that the settings name, or the default one."""
    if settings.library_dir:
        return Path(settings.library_dir).expanduser()
    return paths.default_library_dir


def worker_command() -> Sequence[str]:
    """The command that starts a worker, in a checkout, a wheel or a frozen build."""
    if getattr(sys, "frozen", False):
        return (sys.executable, "--worker")
    return (sys.executable, "-m", "musicgen_desktop.generation.worker")


def worker_environment(paths: Paths) -> Mapping[str, str]:
    """Variables of the worker: where compiled kernels are kept, and no thread storms."""
    package_root = str(Path(__file__).resolve().parent.parent)
    search_path = os.environ.get("PYTHONPATH", "")
    return {
        "NUMBA_CACHE_DIR": os.environ.get("NUMBA_CACHE_DIR", str(paths.numba_dir)),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, [package_root, search_path])),
        "PYTHONUNBUFFERED": "1",
    }


def build(paths: Paths) -> Services:
    """Builds everything for one profile.

    Raises:
        MusicGenError: The profile can't be used.
    """
    paths.make()
    store = SettingsStore(paths)
    settings = store.load()
    produce.remove_stale_work(paths)
    for folder in (paths.data_dir, paths.masters_dir, paths.peaks_dir, *_subfolders(paths)):
        files.remove_orphans(folder)
    library = Library(library_dir(settings, paths), paths)
    host = WorkerHost(worker_command(), worker_environment(paths), paths.log_dir / "worker.log")
    timings = Timings(paths.data_dir / "timings.json")

    services: Services
    producer = produce.Producer(
        library, host, paths, timings, lambda: services.settings.masters_cap_mb * 1_000_000
    )
    services = Services(paths, store, settings, library, host, producer)
    return services


def _subfolders(paths: Paths) -> list[Path]:
    """The folders of single tracks in which files are made for handing out."""
    if not paths.handoff_dir.is_dir():
        return []
    return [folder for folder in paths.handoff_dir.iterdir() if folder.is_dir()]


def read_prompt(
    prompt: str,
    *,
    seed: int,
    duration_s: float | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> PlanResult:
    """What is understood of a prompt; see `prompt.planner.plan`.

    The planner is imported at the first call: the window opens without it.

    Raises:
        UsageError: An override can't be.
    """
    from musicgen_desktop.prompt import planner

    return planner.plan(prompt, seed=seed, duration_s=duration_s, overrides=overrides)


def load_lexicon() -> Lexicon:
    """The lexicon, loaded at the first call; takes some tens of milliseconds."""
    from musicgen_desktop.prompt import planner

    return planner.lexicon()


def recipe_for(
    prompt: str,
    *,
    seed: int,
    duration_s: float | None = None,
    overrides: Mapping[str, Any] | None = None,
    engine: str = registry.DEFAULT_ENGINE,
    parameters: Mapping[str, Any] | None = None,
    parent: str = "",
) -> Recipe:
    """Resolves a wish into a recipe, whose plan is final.

    Args:
        prompt: As typed.
        seed: Of the take.
        duration_s: The length, if it is set apart from the words.
        overrides: Changed chips or --set, by field.
        engine: Engine id.
        parameters: The engine's own.
        parent: Track id that this one comes from.

    Raises:
        UsageError: A value can't be, or the engine doesn't exist.
    """
    info = registry.info(engine)
    result = read_prompt(
        prompt, seed=seed % SEED_LIMIT, duration_s=duration_s, overrides=dict(overrides or {})
    )
    kept = dict(overrides or {})
    if duration_s is not None:
        kept["duration_s"] = duration_s
    return Recipe(
        prompt=prompt,
        plan=result.plan,
        engine=info.id,
        engine_version=info.version,
        seed=seed % SEED_LIMIT,
        duration_s=result.plan.duration_s,
        overrides=kept,
        parameters=dict(parameters or {}),
        parent=parent,
    )


def recipes_for(
    prompt: str,
    *,
    seed: int,
    count: int,
    duration_s: float | None = None,
    overrides: Mapping[str, Any] | None = None,
    engine: str = registry.DEFAULT_ENGINE,
    parameters: Mapping[str, Any] | None = None,
    parent: str = "",
) -> list[Recipe]:
    """The takes of one click: take k has seed + k.

    Raises:
        UsageError: As `recipe_for`.
    """
    return [
        recipe_for(
            prompt,
            seed=seed + number,
            duration_s=duration_s,
            overrides=overrides,
            engine=engine,
            parameters=parameters,
            parent=parent,
        )
        for number in range(count)
    ]


KEPT_BY_MORE_LIKE_THIS = ("palette", "groove", "lead_sound", "form")
"""Streams of the Composer that "More like this" keeps; melody and harmony are new."""

_KEPT_BY_CLOSENESS: tuple[tuple[float, tuple[str, ...]], ...] = (
    (0.85, (*KEPT_BY_MORE_LIKE_THIS, "progression", "bass", "accompaniment", "fills")),
    (0.65, (*KEPT_BY_MORE_LIKE_THIS, "progression")),
    (0.35, KEPT_BY_MORE_LIKE_THIS),
    (0.15, ("palette", "form")),
)


def kept_by(closeness: float) -> tuple[str, ...]:
    """Streams of the Composer that "More like this" keeps.

    Args:
        closeness: 0 (only what the plan says) to 1 (only the tune is new); 0.5 is usual.
    """
    return next((names for least, names in _KEPT_BY_CLOSENESS if closeness >= least), ())


def more_like(
    recipe: Recipe, track_id: str, seed: int, count: int = 1, closeness: float = 0.5
) -> list[Recipe]:
    """New takes in the manner of a track: its genre, palette, tempo and groove are kept.

    What was changed of the track stays changed, but notes made anew are new again.

    Args:
        recipe: That of the track.
        track_id: Its id, the parent of the new ones.
        seed: Of the first new take.
        count: How many.
        closeness: How much is kept, see `kept_by`.
    """
    from dataclasses import replace

    before = dict(recipe.parameters.get("keep", {}))
    keep = {name: before.get(name, recipe.seed) for name in kept_by(closeness)}
    parameters = {**recipe.parameters, "keep": keep}
    if isinstance(edits := parameters.get("edits"), list):
        parameters["edits"] = [e for e in edits if e.get("op") != "regenerate"]
    return [
        replace(recipe.with_seed(seed + n), parameters=parameters, parent=track_id)
        for n in range(count)
    ]
