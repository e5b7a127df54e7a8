# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands `library list|search|export|rescan|check|trash`.

Not for: the library itself (see library).
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from musicgen_desktop import cli_output, services
from musicgen_desktop.errors import UsageError
from musicgen_desktop.generation.export import SUFFIXES, Exporter
from musicgen_desktop.generation.timing import Progress
from musicgen_desktop.library import naming
from musicgen_desktop.library.library import Library
from musicgen_desktop.library.track import Presence, ScanReport, Track
from musicgen_desktop.paths import Paths
from musicgen_desktop.settings.store import SettingsStore

_SHORTEST_BEGINNING = 4
_OTHER_SUFFIXES = {".midi": "midi", ".wave": "wav", ".oga": "ogg"}


def run(options: argparse.Namespace, profile: Paths) -> int:
    """Carries out one action on the library.

    Returns:
        The exit code; 1 when `check` found problems.
    """
    if options.action == "export":
        return _export(options, profile)
    with _opened(profile) as library:
        if options.action == "trash":
            return _trash(options, library)
        report = _rescan(library)
        if options.action == "rescan":
            return _show_report(options, library, report)
        if options.action == "check":
            return _check(options, library)
        return _list(options, library)


def track_json(track: Track) -> dict[str, Any]:
    """A track as `library list --json` prints it."""
    data = dataclasses.asdict(track)
    data["path"] = str(track.path)
    data["presence"] = track.presence.value
    data["created"] = _when(track).isoformat(timespec="seconds")
    data["moods"] = list(track.moods)
    data["sections"] = [{"label": label, "start_s": start_s} for label, start_s in track.sections]
    return data


@contextmanager
def _opened(profile: Paths) -> Iterator[Library]:
    """The library alone: nothing here needs a worker."""
    profile.make()
    store = SettingsStore(profile)
    library = Library(services.library_dir(store.load(), profile), profile)
    try:
        for notice in (*store.notices, *library.notices):
            cli_output.message(notice)
        yield library
    finally:
        library.close()


def _rescan(library: Library) -> ScanReport:
    line = cli_output.ProgressLine("reading the library")

    def on_progress(done: int, total: int) -> None:
        if total > 200:
            line.show(f"{total} files", done / total)

    try:
        return library.rescan(on_progress)
    finally:
        line.end()


def _list(options: argparse.Namespace, library: Library) -> int:
    text = " ".join(options.text) if options.action == "search" else ""
    ids = library.search(text, options.order, not options.ascending, options.min_star)
    tracks = library.tracks(ids)
    if options.json:
        cli_output.result_json([track_json(track) for track in tracks])
        return 0
    for track in tracks:
        cli_output.result(_row(track))
    if not tracks:
        cli_output.message("No track has these words." if text else "There are no tracks yet.")
    return 0


def _row(track: Track) -> str:
    state = "" if track.presence is Presence.PRESENT else f" ({track.presence.value})"
    stars = "★" * track.star
    return (
        f"{track.id}  {_when(track):%Y-%m-%d %H:%M}  {cli_output.clock(track.duration_s):>5}"
        f"  {track.bpm:>4.0f}  {track.key:<3}  {stars:<5}  {track.display_title}{state}"
    )


def _when(track: Track) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(track.created).astimezone()


def _show_report(options: argparse.Namespace, library: Library, report: ScanReport) -> int:
    if options.json:
        cli_output.result_json(dataclasses.asdict(report))
        return 0
    if report.away:
        cli_output.result(f"The library folder “{library.folder}” isn’t there.")
        return 0
    counts = {
        "tracks": report.total,
        "new": len(report.added),
        "renamed": len(report.relinked),
        "changed": len(report.changed),
        "missing": len(report.missing),
        "damaged": len(report.damaged),
        "second copies": len(report.duplicates),
        "unreadable": len(report.unreadable),
        "of others": report.foreign,
    }
    cli_output.result(
        ", ".join(f"{n} {what}" for what, n in counts.items() if n or what == "tracks")
    )
    return 0


def _check(options: argparse.Namespace, library: Library) -> int:
    line = cli_output.ProgressLine("listening")

    def on_progress(done: int, total: int) -> None:
        line.show(f"{total} tracks", done / total)

    try:
        with cli_output.interruptible() as is_cancelled:
            problems = library.check(on_progress, is_cancelled)
    finally:
        line.end()
    if options.json:
        cli_output.result_json({"problems": problems})
    else:
        for problem in problems:
            cli_output.result(problem)
        if not problems:
            cli_output.message("All is well.")
    return 1 if problems else 0


def _trash(options: argparse.Namespace, library: Library) -> int:
    contents = library.trash.empty() if options.empty else library.trash.contents()
    if options.json:
        cli_output.result_json({**dataclasses.asdict(contents), "emptied": options.empty})
        return 0
    files = "1 file" if contents.count == 1 else f"{contents.count} files"
    size = f"{contents.size_bytes / 1e6:.1f} MB"
    if not contents.count:
        cli_output.result("The trash is empty.")
    elif options.empty:
        cli_output.result(f"Removed {files} ({size}) for good.")
    else:
        cli_output.result(f"{files} in the trash ({size}). Remove them for good with --empty.")
    return 0


def _export(options: argparse.Namespace, profile: Paths) -> int:
    with cli_output.interruptible() as is_cancelled:
        built = services.build(profile)
        try:
            tracks = [track_of(built.library, text) for text in options.ids]
            fmt = _format(options, tracks)
            exporter = Exporter(built.library, built.producer, built.paths)
            written = []
            for track in tracks:
                path = _write(exporter, track, fmt or track.format, options, is_cancelled)
                written.append({"id": track.id, "path": str(path), "format": fmt or track.format})
        finally:
            built.close()
    if options.json:
        cli_output.result_json(written)
    else:
        for item in written:
            cli_output.result(item["path"])
    return 0


def _write(
    exporter: Exporter,
    track: Track,
    fmt: str,
    options: argparse.Namespace,
    is_cancelled: Callable[[], bool],
) -> Path:
    line = cli_output.ProgressLine(track.display_title)

    def on_progress(progress: Progress) -> None:
        line.show(progress.stage, progress.fraction, progress.left_s)

    target = _target(options.out, track, fmt, len(options.ids))
    try:
        return exporter.export(
            track,
            target,
            fmt,
            with_recipe=not options.no_recipe,
            on_progress=on_progress,
            is_cancelled=is_cancelled,
        )
    finally:
        line.end()


def track_of(library: Library, text: str) -> Track:
    """The track with this id, or the only one whose id begins so.

    Raises:
        UsageError: There is none.
    """
    found = library.track(text)
    if found is not None:
        return found
    if len(text) >= _SHORTEST_BEGINNING:
        matches = [track_id for track_id in library.search() if track_id.startswith(text)]
        if len(matches) == 1:
            found = library.track(matches[0])
    if found is None:
        raise UsageError(
            "No single track has the id “{text}”.", "See: musicgen-desktop library list.", text=text
        )
    return found


def _format(options: argparse.Namespace, tracks: list[Track]) -> str | None:
    """The format from --format or the suffix of --out; None keeps each track's own."""
    suffix = Path(options.out).suffix.lower() if options.out else ""
    if not suffix or _is_folder(options.out, len(tracks)):
        return options.format  # type: ignore[no-any-return]  # argparse's choices are texts
    by_suffix = {own: fmt for fmt, own in SUFFIXES.items()}
    named = {**by_suffix, **_OTHER_SUFFIXES}.get(suffix)
    if options.format in {None, named} and named is not None:
        return named
    if options.format == "stems":
        return "stems"
    raise UsageError(
        "A file ending in “{suffix}” doesn’t fit.",
        "Let the ending and --format agree; endings are {known}.",
        suffix=suffix,
        known=", ".join(SUFFIXES.values()),
    )


def _is_folder(out: str, count: int) -> bool:
    return count > 1 or out.endswith(("/", "\\")) or Path(out).is_dir()


def _target(out: str | None, track: Track, fmt: str, count: int) -> Path:
    """Where a track goes: the named file, or a free readable name in the named folder."""
    suffix = SUFFIXES.get(fmt, "")
    if out and not _is_folder(out, count):
        path = Path(out).absolute()
        return path if path.suffix or not suffix else path.with_name(path.name + suffix)
    folder = Path(out or ".").absolute()
    folder.mkdir(parents=True, exist_ok=True)
    stem = naming.file_stem(track.title, track.take, track.takes, track.bpm, track.key)
    return naming.free_path(folder, stem, suffix)
