# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tries a built folder out as a person would: makes tracks, opens the window, listens.

    python packaging/smoke_test.py dist/musicgen-desktop
    python packaging/smoke_test.py dist/musicgen-desktop --root /srv/bare     (as root)

The command line makes a track, twice. Then the window opens on a display of its own, a prompt is
typed, Ctrl+Return, an MP3 appears in the library and plays; what came out of the sound server is
compared with the file; Ctrl+Q leaves no process behind. With `--root` the program runs inside a
bare system (`debootstrap --variant=minbase`), into which it is copied and in which no Python may
be; display, sound server and this script stay outside. Prints a line per step, with what it took.

Run it with the Python of the development environment. Not for: building (see build).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tests.helpers.desktop_rig import Desktop
    from tests.helpers.sound_rig import NullSink

NAME = "musicgen-desktop"
BACKENDS = ("auto", "simpleaudio")
_PROMPT = "calm piano, 10 seconds"
_DURATION_S = 10.0
_LEAST_BYTES = 50_000
_PIECE_FRAMES = 11_025
_ALIKE = 0.99
_LEAST_SHARE = 0.75
_HEARD_AFTER_S = 4.0  # the file is there before the row says so and plays
_PATIENCE_S = 180.0
_QUIT_S = 10.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where the program runs.

    Attributes:
        folder: The built folder, as seen from outside.
        root: The bare system around it; `/` when it runs right here.
    """

    folder: Path
    root: Path

    @property
    def program(self) -> str:
        """The program as seen from inside."""
        return self.inside(self.folder / NAME)

    def inside(self, path: Path) -> str:
        """A path as the program sees it."""
        return str(Path("/") / path.relative_to(self.root))

    def outside(self, path: str) -> Path:
        """A path of the program as seen from here."""
        return self.root / path.lstrip("/")

    def command(self, environment: Mapping[str, str], *arguments: str) -> list[str]:
        """What starts the program with exactly these variables, besides a plain search path."""
        variables = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **environment}
        settings = [f"{name}={value}" for name, value in variables.items()]
        enter = [] if self.root == Path("/") else ["chroot", str(self.root)]
        return [*enter, "/usr/bin/env", "-i", *settings, self.program, *arguments]


def smoke_test(place: Place, backends: Sequence[str], pictures: Path | None = None) -> None:
    """Runs all steps.

    Args:
        place: Where.
        backends: The window is tried with each of these settings of the sound output.
        pictures: Gets a picture of each window after it has played.

    Raises:
        AssertionError: A step failed; it says which.
    """
    if place.root != Path("/"):
        prove_no_python(place)
    try_command_line(place)
    for backend in backends:
        try_window(place, backend, pictures)


def prove_no_python(place: Place) -> None:
    """Looks for interpreters in the bare system, outside of the built folder."""
    found = [
        path
        for top in place.root.iterdir()
        if top.name not in {"proc", "sys", "dev"}
        for pattern in ("python[0-9]*", "python", "pypy*", "libpython*")
        for path in top.rglob(pattern)
        if path.is_file() and not path.is_relative_to(place.folder)
    ]
    assert not found, f"there is a Python in {place.root}: {found}"
    _say("no Python in the bare system")


def try_command_line(place: Place) -> None:
    """Makes a track with no display, on a computer that has never run it, then again."""
    with _home(place) as home:
        environment = {"HOME": place.inside(home)}
        _run(place, environment, "--version")
        _say("doctor:\n" + _run(place, environment, "doctor").rstrip())
        for state in ("cold", "warm"):
            start_s = time.monotonic()
            shown = _run(place, environment, "generate", _PROMPT, "--json")
            took_s = time.monotonic() - start_s
            track: dict[str, Any] = json.loads(shown)
            sound = _decoded(_track_file(place.outside(track["path"])))
            assert abs(len(sound) / 44_100 - _DURATION_S) < 0.05, len(sound)
            _say(f"command line, {state}: 10 s of music in {took_s:.1f} s")
        left = {path.name for path in home.iterdir()} - {".cache", ".config", ".local", "Music"}
        assert not left, f"strange things in the home: {left}"


def try_window(place: Place, backend: str, pictures: Path | None) -> None:
    """Types a prompt into the window of a new user, waits for the track, and listens to it."""
    from tests.helpers.desktop_rig import running_desktop
    from tests.helpers.sound_rig import running_null_sink

    with _temporaries_in(place), running_null_sink() as sink, running_desktop() as desktop:
        _choose_backend(desktop.home, backend)
        with sink.recording() as heard:
            window = _open(place, desktop, sink)
            track = _make_in_window(desktop, window)
            end_s = heard.seconds + _DURATION_S + _HEARD_AFTER_S
            _wait(lambda: heard.seconds > end_s, "end of the recording", 60)
        if pictures is not None:
            desktop.screenshot(pictures / f"{backend}.png")
        used = _output_used(desktop.home)
        said = f"output {used or 'none'}; the program said: {desktop.log(NAME)}"
        share = share_heard(heard.samples(), _decoded(track))
        assert share >= _LEAST_SHARE, f"what was heard is not the track ({share:.0%}); {said}"
        assert used == ("qt" if backend == "auto" else backend), said
        _say(f"window: played through {used}; {share:.0%} of the file is in the recording")
        _quit(place, desktop, window)
        _say(f"window: closed, no process left; it said: {desktop.log(NAME).strip() or 'nothing'}")


def _output_used(home: Path) -> str:
    """What the program noted that it plays through; empty when nothing was opened."""
    lines = [line for log in home.rglob(f"{NAME}.log") for line in log.read_text().splitlines()]
    used = [line.rsplit(" ", 1)[1] for line in lines if "playing through" in line]
    return used[0] if used else ""


def share_heard(heard: NDArray[np.float32], track: NDArray[np.float32]) -> float:
    """How much of a track is in a recording, undistorted.

    Looks for each quarter of a second that isn't quiet, so that a gap on a busy computer costs one
    of them (that nothing is ever missing is for tests/end2end/test_playback.py).

    Args:
        heard: frames × 2.
        track: frames × 2.

    Returns:
        0 to 1.
    """
    import numpy as np

    found = []
    level = np.sqrt(np.mean(np.square(track)))
    for start in range(0, len(track) - _PIECE_FRAMES + 1, _PIECE_FRAMES):
        piece = track[start : start + _PIECE_FRAMES]
        if np.sqrt(np.mean(np.square(piece))) > 0.3 * level:
            found.append(_best_correlation(heard, piece) > _ALIKE)
    return float(np.mean(found)) if found else 0.0


def _best_correlation(heard: NDArray[np.float32], piece: NDArray[np.float32]) -> float:
    import numpy as np

    if len(heard) < len(piece):
        return 0.0
    size = 1 << (len(heard) + len(piece)).bit_length()
    spectrum = np.fft.rfft(heard[:, 0], size) * np.conj(np.fft.rfft(piece[:, 0], size))
    energy = np.cumsum(np.concatenate([[0.0], np.square(heard[:, 0], dtype=np.float64)]))
    around = np.sqrt(energy[len(piece) :] - energy[: -len(piece)] + 1e-9)
    lag = int(np.argmax(np.fft.irfft(spectrum, size)[: len(around)] / around))
    there = heard[lag : lag + len(piece)]
    return float(np.corrcoef(there.ravel(), piece.ravel())[0, 1]) if there.any() else 0.0


def _open(place: Place, desktop: Desktop, sink: NullSink) -> int:
    handed = sink.environment()
    variables = {name: _seen_inside(place, value) for name, value in handed.items()}
    variables |= {
        "HOME": place.inside(desktop.home),
        "DISPLAY": desktop.environment["DISPLAY"],
        # the bus is outside; asking for one must not start another
        "DBUS_SESSION_BUS_ADDRESS": "disabled:",
    }
    start_s = time.monotonic()
    desktop.start(place.command(variables), NAME)
    try:
        window = desktop.wait_for_window("^MusicGen Desktop$", 60)
    except AssertionError as error:
        raise AssertionError(f"{error}: {desktop.log(NAME)}") from error
    _say(f"window: there after {time.monotonic() - start_s:.2f} s")
    return window


def _make_in_window(desktop: Desktop, window: int) -> Path:
    desktop.xdotool("windowactivate", "--sync", window)
    desktop.xdotool("key", "ctrl+l")
    desktop.xdotool("type", "--delay", "15", _PROMPT, timeout_s=30)
    start_s = time.monotonic()
    desktop.xdotool("key", "ctrl+Return")
    library = desktop.home / "Music" / "MusicGen Desktop"
    (track,) = _wait(lambda: list(library.glob("*.mp3")), "track in the library", _PATIENCE_S)
    _say(f"window: {track.name} after {time.monotonic() - start_s:.1f} s")
    return _track_file(track)


def _quit(place: Place, desktop: Desktop, window: int) -> None:
    desktop.xdotool("windowactivate", "--sync", window)
    desktop.xdotool("key", "ctrl+q")
    _wait(lambda: not _living(place), "end of all processes", _QUIT_S)


def _living(place: Place) -> list[str]:
    """The command lines of what runs from the built folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (process / "exe").readlink().is_relative_to(place.folder):
                found.append((process / "cmdline").read_text().replace("\0", " "))
    return found


def _choose_backend(home: Path, backend: str) -> None:
    """Sets the sound output; ALSA leads to the sound server, as distributions set it up."""
    (home / ".asoundrc").write_text("pcm.!default { type pulse }\n", encoding="utf-8")
    settings = home / ".config" / NAME / "settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"backend": backend}), encoding="utf-8")


def _seen_inside(place: Place, value: str) -> str:
    return value if place.root == Path("/") else value.replace(str(place.root), "")


def _track_file(path: Path) -> Path:
    assert path.is_file(), f"there is no {path}"
    assert path.stat().st_size > _LEAST_BYTES, path.stat().st_size
    return path


def _decoded(track: Path) -> NDArray[np.float32]:
    from musicgen_desktop.audio import codec

    return codec.decode(track).samples


def _run(place: Place, environment: Mapping[str, str], *arguments: str) -> str:
    done = subprocess.run(
        place.command(environment, *arguments),
        capture_output=True,
        text=True,
        timeout=_PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def _wait(answer: Callable[[], Any], what: str, timeout_s: float) -> Any:
    from tests.helpers.processes import wait_until

    return wait_until(lambda: answer() or None, what, timeout_s)


def _say(text: str) -> None:
    print(text, flush=True)


@contextlib.contextmanager
def _temporaries_in(place: Place) -> Iterator[None]:
    """Homes and sockets lie where the program can see them."""
    before = tempfile.tempdir
    tempfile.tempdir = None if place.root == Path("/") else str(place.root / "tmp")
    try:
        yield
    finally:
        tempfile.tempdir = before


@contextlib.contextmanager
def _home(place: Place) -> Iterator[Path]:
    with _temporaries_in(place):
        home = Path(tempfile.mkdtemp(prefix="mgd-home-"))
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def _placed(folder: Path, root: Path | None) -> Iterator[Place]:
    """The built folder as it is, or a copy of it in a bare system with /proc."""
    if root is None:
        yield Place(folder, Path("/"))
        return
    target = root / "opt" / NAME
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(folder, target, symlinks=True)
    subprocess.run(["mount", "-t", "proc", "proc", str(root / "proc")], check=True)
    try:
        yield Place(target, root)
    finally:
        subprocess.run(["umount", "-l", str(root / "proc")], check=False)


def main(arguments: list[str]) -> int:
    """See the module; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="what build.py made")
    parser.add_argument("--root", type=Path, help="run inside this bare system")
    parser.add_argument("--backends", default=",".join(BACKENDS), help="sound outputs to try")
    parser.add_argument("--pictures", type=Path, help="save pictures of the windows here")
    options = parser.parse_args(arguments)
    root = options.root.resolve() if options.root else None
    backends = [name for name in options.backends.split(",") if name]
    if root is not None and os.geteuid() != 0:
        print("Only root may enter a bare system.", file=sys.stderr)
        return 1
    with _placed(options.folder.resolve(), root) as place:
        try:
            smoke_test(place, backends, options.pictures)
        except AssertionError as error:
            print(f"FAILED: {error}", file=sys.stderr)
            return 1
    print("All of it works.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
