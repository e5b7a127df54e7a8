# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes a track out of the library as a file of any format.

Lossless formats and stems come from the lossless master or an exact re-render, never from the MP3.
Blocking; called on a background thread. Not for: dialogs or drags (see gui).
"""

from __future__ import annotations

import contextlib
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path

from musicgen_desktop import files, log
from musicgen_desktop.engines import registry
from musicgen_desktop.errors import MusicGenError, UsageError
from musicgen_desktop.generation import handed_out
from musicgen_desktop.generation.order import Order
from musicgen_desktop.generation.produce import Producer
from musicgen_desktop.generation.timing import Progress
from musicgen_desktop.library import naming, tags
from musicgen_desktop.library.library import Library
from musicgen_desktop.library.track import Presence, Track
from musicgen_desktop.paths import Paths

SUFFIXES = {"mp3": ".mp3", "wav": ".wav", "flac": ".flac", "ogg": ".ogg", "midi": ".mid"}
"""File suffix by export format; `stems` makes a folder."""

HANDOFF_CAP_BYTES = 4_096_000_000

_LOGGER = log.topic("engine")


def _ignore(_progress: Progress) -> None:
    pass


class Exporter:
    """Exports tracks.

    Args:
        library: Where the tracks are.
        producer: Renders anew where no master is kept.
        paths: Masters and handed-out files.
        handoff_cap_bytes: How much the files made for other programs may take together.
    """

    def __init__(
        self,
        library: Library,
        producer: Producer,
        paths: Paths,
        handoff_cap_bytes: Callable[[], int] = lambda: HANDOFF_CAP_BYTES,
    ) -> None:
        self._library = library
        self._producer = producer
        self._paths = paths
        self._handoff_cap_bytes = handoff_cap_bytes

    def export(
        self,
        track: Track,
        target: Path,
        fmt: str,
        *,
        with_recipe: bool = True,
        on_progress: Callable[[Progress], None] = _ignore,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> Path:
        """Writes a track to `target`, all or nothing.

        Args:
            track: Of the library.
            target: The file, or for stems the folder, to be written.
            fmt: A key of `SUFFIXES`, or `stems`.
            with_recipe: Whether prompt and recipe stay in the tags.
            on_progress: Called where a re-render is needed.
            is_cancelled: Polled every 50 ms.

        Returns:
            What was written.

        Raises:
            MusicGenError: It can't be written, or a re-render would not give the same track.
            Cancelled: On the user's wish.
        """
        _check_folder(target.parent)
        if fmt == "stems":
            return self._stems(track, target, on_progress, is_cancelled)
        if fmt == "midi":
            return self._midi(track, target, on_progress, is_cancelled)
        if fmt not in SUFFIXES:
            raise UsageError(
                "“{fmt}” isn't a format.", "Use one of: {known}.",
                fmt=fmt, known=", ".join([*SUFFIXES, "stems"]),
            )  # fmt: skip
        temporary = files.temporary_beside(target)
        try:
            self._audio(track, temporary, fmt, on_progress, is_cancelled)
            self._tag(track, temporary, with_recipe)
            files.replace_into(temporary, target)
        except OSError as error:
            raise _unwritable(target, error) from error
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
        return target

    def ready_file(self, track: Track, fmt: str) -> Path | None:
        """The file to hand to another program now, or None if it must be prepared first."""
        if fmt == track.format:
            return track.path if track.presence is Presence.PRESENT else None
        target = self._handoff(track, fmt)
        return target if target.exists() else None

    def prepare(
        self, track: Track, fmt: str, is_cancelled: Callable[[], bool] = lambda: False
    ) -> Path:
        """Makes the file that a drag or copy hands out; once it is, it stays: editors link to it.

        Raises:
            MusicGenError: As `export`.
        """
        target = self._handoff(track, fmt)
        ready = self.ready_file(track, fmt)
        if ready is not None:
            handed_out.touch(target.parent)
            return ready
        target.parent.mkdir(parents=True, exist_ok=True)
        made = self.export(track, target, fmt, is_cancelled=is_cancelled)
        handed_out.trim(
            self._paths.handoff_dir, self._handoff_cap_bytes(), self._library.never_in_use
        )
        return made

    def is_lossless_kept(self, track: Track) -> bool:
        """Whether the lossless master is still there."""
        return self._master(track).exists()

    def _master(self, track: Track) -> Path:
        return self._paths.masters_dir / f"{track.id}.flac"

    def _handoff(self, track: Track, fmt: str) -> Path:
        stem = naming.file_stem(track.title, track.take, track.takes, track.bpm, track.key)
        return self._paths.handoff_dir / track.id / f"{stem}{SUFFIXES[fmt]}"

    def _audio(
        self,
        track: Track,
        temporary: Path,
        fmt: str,
        on_progress: Callable[[Progress], None],
        is_cancelled: Callable[[], bool],
    ) -> None:
        if fmt == track.format and track.presence is Presence.PRESENT:
            shutil.copyfile(track.path, temporary)
        elif not self._from_master(track, temporary, fmt, is_cancelled):
            order = self._order(track, out=temporary, fmt=fmt)
            self._producer.produce(order, on_progress, is_cancelled)

    def _from_master(
        self, track: Track, temporary: Path, fmt: str, is_cancelled: Callable[[], bool]
    ) -> bool:
        """Writes the file from the lossless master; False where there is none that is whole."""
        from musicgen_desktop.audio import transcode, wholeness  # not needed until then

        master = self._master(track)
        if not master.exists():
            return False
        # asked beforehand: a conversion leaves damaged stretches out without a word
        if wholeness.is_flac_damaged_inside(master, is_cancelled):
            _LOGGER.warning("the lossless master of track %s is damaged and was dropped", track.id)
            master.unlink(missing_ok=True)
            return False
        transcode.transcode(master, temporary, fmt, is_cancelled)
        return True

    def _tag(self, track: Track, file: Path, with_recipe: bool) -> None:
        data = self._library.tags(track)
        tags.write(file, data if with_recipe else data.without_recipe())

    def _midi(
        self,
        track: Track,
        target: Path,
        on_progress: Callable[[Progress], None],
        is_cancelled: Callable[[], bool],
    ) -> Path:
        kept = self._paths.masters_dir / f"{track.id}.mid"
        if kept.exists():
            try:
                files.write_atomically(target, kept.read_bytes())
            except OSError as error:
                raise _unwritable(target, error) from error
            return target
        scratch = self._paths.cache_dir / "work" / f"export-{uuid.uuid4().hex}.wav"
        order = self._order(track, out=scratch, fmt="wav", midi=target)
        try:
            self._producer.produce(order, on_progress, is_cancelled)
        except OSError as error:
            raise _unwritable(target, error) from error
        finally:
            with contextlib.suppress(OSError):
                scratch.unlink(missing_ok=True)
        return target

    def _stems(
        self,
        track: Track,
        target: Path,
        on_progress: Callable[[Progress], None],
        is_cancelled: Callable[[], bool],
    ) -> Path:
        """Renders anew with stems, into a fresh folder that gets its name at the end."""
        temporary = files.temporary_beside(target)
        scratch = temporary / "mix.wav"
        try:
            temporary.mkdir()
            order = self._order(track, out=scratch, fmt="wav", stems_dir=temporary)
            self._producer.produce(order, on_progress, is_cancelled)
            scratch.unlink()
            target.mkdir(exist_ok=True)
            for stem in sorted(temporary.iterdir()):
                stem.replace(target / stem.name)
        except OSError as error:
            raise _unwritable(target, error) from error
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        return target

    def _order(
        self,
        track: Track,
        *,
        out: Path,
        fmt: str,
        midi: Path | None = None,
        stems_dir: Path | None = None,
    ) -> Order:
        recipe = self._library.recipe(track.id)
        info = registry.info(recipe.engine)
        if info.version != recipe.engine_version or not info.exact_replay:
            raise MusicGenError(
                "“{title}” was made by another version of {engine}; its lossless master is gone.",
                "Make it again from its settings: it will sound different.",
                title=track.title,
                engine=info.name,
            )
        return Order(
            recipe=recipe,
            track_id=uuid.uuid4().hex,
            title=track.title,
            take=track.take,
            takes=track.takes,
            format=fmt,
            in_library=False,
            out=out,
            midi=midi,
            stems_dir=stems_dir,
        )


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise MusicGenError(
            "There is no folder {folder}.", "Choose another folder.", folder=str(folder)
        )


def _unwritable(target: Path, error: OSError) -> MusicGenError:
    return MusicGenError(
        "{name} could not be written: {reason}.",
        "Check that the folder can be written and the disk isn't full.",
        name=target.name,
        reason=error.strerror or str(error),
    )
