# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""From scores to sound: places in time, stems, loops, edges, bit-exactness, cancelling."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from musicgen_desktop import resources
from musicgen_desktop.audio import raw
from musicgen_desktop.audio.clip import SAMPLE_RATE, Samples
from musicgen_desktop.engines.base import CancelToken
from musicgen_desktop.engines.composer.render import placement, settings, strip
from musicgen_desktop.engines.composer.render.bank import NoteBank
from musicgen_desktop.engines.composer.render.renderer import Renderer, block_edges
from musicgen_desktop.engines.composer.render.settings import DuckSettings
from musicgen_desktop.errors import Cancelled
from musicgen_desktop.music.score import Note, Part, TempoMap, TempoPoint
from tests.helpers.sounds import level_db, small_score


@pytest.fixture(scope="module")
def notes() -> NoteBank:
    """One bank for all tests here: notes depend on their arguments alone."""
    return NoteBank(64.0)


def _read(path: Path) -> Samples:
    return np.concatenate(list(raw.read_blocks(path)), axis=1)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


GENRES = [path.stem for path in sorted(resources.path("mix").glob("*.json"))]


@pytest.mark.parametrize("genre", GENRES)
def test_every_genres_settings_are_read(genre: str) -> None:
    mix = settings.load(genre)
    assert {"drums", "bass", "chords", "pad", "arp", "lead", "counter", "fx"} <= set(mix.roles)
    quiet = {"ambient", "solo_piano", "orchestral", "baroque", "classical", "lullaby"}
    assert mix.master.target_lufs == (-16.0 if genre in quiet else -14.0)
    for role in mix.roles.values():
        assert -30.0 < role.gain_db < 6.0
        assert min(role.room, role.hall, role.echo, role.duck, role.chorus) >= 0.0
        assert max(role.room, role.hall, role.echo, role.duck, role.chorus) <= 1.0


def test_a_misspelt_key_is_refused() -> None:
    data = resources.load_json("mix", "default.json")
    data["roles"]["bass"]["gian_db"] = 1.0
    with pytest.raises(TypeError):
        settings.from_data(data)


def test_notes_lie_on_their_frames() -> None:
    tempo = TempoMap((TempoPoint(0.0, 0.5), TempoPoint(2.0, 0.4)))
    part = Part("x", "lead", "synth", "soft_lead", (Note(0.5, 1.0, 60, 90), Note(3.0, 1.0, 60, 90)))
    events = placement.events_of(part, tempo)
    assert [event.frame for event in events] == [round(0.25 * 44100), round(1.4 * 44100)]
    assert [event.duration_s for event in events] == pytest.approx([0.5, 0.4])
    assert [event.variant for event in events] == [0, 1]


def test_a_closed_hat_ends_an_open_one() -> None:
    hats = (Note(0.0, 2.0, 46, 90), Note(0.5, 0.2, 42, 90), Note(1.0, 2.0, 46, 90))
    part = Part("drums", "drums", "drums", "house_kit", hats, is_drums=True)
    durations = [e.duration_s for e in placement.events_of(part, TempoMap((TempoPoint(0, 1.0),)))]
    assert durations == pytest.approx([0.5, 0.2, 2.0])


def test_blocks_are_whole_bars_without_gaps() -> None:
    edges = block_edges(small_score(), 0, 10 * SAMPLE_RATE)
    lengths = np.diff(edges)
    assert edges[0] == 0
    assert edges[-1] == 10 * SAMPLE_RATE
    assert lengths.min() > 0
    assert lengths.max() <= 65_536
    assert {2 * SAMPLE_RATE, 4 * SAMPLE_RATE} <= set(edges)


def test_the_kick_presses_and_lets_go() -> None:
    duck = strip.Duck([SAMPLE_RATE], DuckSettings(depth_db=6.0, hold_ms=20.0, release_ms=200.0))
    gain = duck.gain(0, 2 * SAMPLE_RATE, 1.0)
    assert gain is not None
    assert gain[: SAMPLE_RATE - 200].min() == 1.0
    assert gain[SAMPLE_RATE + 400] == pytest.approx(10 ** (-6.0 / 20.0), abs=0.01)
    assert gain[SAMPLE_RATE + 12_000 :].min() == 1.0
    later = duck.gain(SAMPLE_RATE, 2 * SAMPLE_RATE, 1.0)
    assert later is not None
    assert np.array_equal(later, gain[SAMPLE_RATE:])
    assert duck.gain(0, 2 * SAMPLE_RATE, 0.0) is None
    assert duck.gain(2 * SAMPLE_RATE, 3 * SAMPLE_RATE, 1.0) is None


@pytest.mark.parametrize("genre", ["house", "lofi_hiphop"])
def test_stems_sum_to_the_mix(notes: NoteBank, tmp_path: Path, genre: str) -> None:
    score = small_score(genre)
    rendered = Renderer(notes).render(score, settings.load(genre), tmp_path, wants_stems=True)
    mix = _read(rendered.mix)
    stems = {name: _read(path) for name, path in rendered.stems.items()}
    assert list(stems) == [*(part.id for part in score.parts), "ambience"]
    assert level_db(mix - sum(stems.values())) < level_db(mix) - 60.0
    assert all(level_db(stem) > -70.0 for stem in stems.values())
    assert mix.shape == (2, 10 * SAMPLE_RATE)


def test_stems_change_nothing_in_the_mix(notes: NoteBank, tmp_path: Path) -> None:
    score, mix = small_score(), settings.load("house")
    digests = set()
    for wants_stems in (False, True):
        folder = tmp_path / str(wants_stems)
        folder.mkdir()
        rendered = Renderer(notes).render(score, mix, folder, wants_stems=wants_stems)
        digests.add(_digest(rendered.mix))
    assert len(digests) == 1


def test_the_same_bits_with_any_number_of_threads_and_any_cache(tmp_path: Path) -> None:
    score, mix = small_score("lofi_hiphop"), settings.load("lofi_hiphop")
    digests = set()
    for threads, cache_mb in ((1, 64.0), (2, 0.1), (5, 64.0)):
        folder = tmp_path / str(threads)
        folder.mkdir()
        rendered = Renderer(NoteBank(cache_mb), threads).render(score, mix, folder)
        digests.add(_digest(rendered.mix))
    assert len(digests) == 1


_SCRIPT = """
import sys
from pathlib import Path
from musicgen_desktop.engines.composer.render import settings
from musicgen_desktop.engines.composer.render.bank import NoteBank
from musicgen_desktop.engines.composer.render.renderer import Renderer
from tests.helpers.sounds import small_score
Renderer(NoteBank(64.0)).render(small_score(), settings.load("house"), Path(sys.argv[1]))
"""


def test_the_same_bits_in_another_process(notes: NoteBank, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    rendered = Renderer(notes).render(small_score(), settings.load("house"), tmp_path)
    root = Path(__file__).resolve().parents[5]
    subprocess.run([sys.executable, "-c", _SCRIPT, str(other)], check=True, cwd=root)
    assert _digest(rendered.mix) == _digest(other / "mix.f32")


def test_edges_are_quiet_and_the_length_is_exact(notes: NoteBank, tmp_path: Path) -> None:
    score = replace(small_score("ambient"), duration_s=10.123)
    mix = _read(Renderer(notes).render(score, settings.load("ambient"), tmp_path).mix)
    assert mix.shape[1] == round(10.123 * SAMPLE_RATE)
    assert np.abs(mix[:, 0]).max() < 1e-4
    assert np.abs(mix[:, -1]).max() < 1e-6
    assert level_db(mix[:, -2205:]) < -60.0
    assert level_db(mix[:, 6 * SAMPLE_RATE : 7 * SAMPLE_RATE]) > -40.0


def test_a_loops_tail_rings_at_its_start(notes: NoteBank, tmp_path: Path) -> None:
    last = Part("keys", "chords", "piano", "grand_piano", (Note(15.0, 1.0, 60, 100),))
    score = replace(small_score("pop", duration_s=8.0), parts=(last,))
    folders = [tmp_path / "loop", tmp_path / "line"]
    for folder in folders:
        folder.mkdir()
    mix = settings.load("pop")
    loop = _read(Renderer(notes).render(score, mix, folders[0], loop=True).mix)
    long = replace(score, duration_s=30.0)
    line = _read(Renderer(notes).render(long, mix, folders[1]).mix)
    assert loop.shape[1] == 8 * SAMPLE_RATE
    start = slice(0, 3 * SAMPLE_RATE)
    after = line[:, 8 * SAMPLE_RATE : 11 * SAMPLE_RATE]
    assert level_db(loop[:, start]) > -60.0
    for at in range(0, 2 * SAMPLE_RATE, SAMPLE_RATE // 4):
        piece = slice(at, at + SAMPLE_RATE // 4)
        assert level_db(loop[:, start][:, piece]) == pytest.approx(
            level_db(after[:, piece]), abs=2.5
        )


@pytest.mark.parametrize("genre", ["house", "lofi_hiphop"])
def test_a_loop_has_no_seam(notes: NoteBank, tmp_path: Path, genre: str) -> None:
    score = small_score(genre, duration_s=8.0)
    without_drums = replace(score, parts=score.parts[1:])
    mix = _read(
        Renderer(notes).render(without_drums, settings.load(genre), tmp_path, loop=True).mix
    )
    jump = np.abs(mix[:, 0] - mix[:, -1]).max()
    assert jump <= 1.5 * np.abs(np.diff(mix, axis=1)).max()
    around = np.concatenate([mix[:, -50:], mix[:, :50]], axis=1)
    bend = np.abs(np.diff(around, 2, axis=1)).max()
    assert bend <= 1.5 * np.abs(np.diff(mix, 2, axis=1)).max()


def test_lows_are_mono(notes: NoteBank, tmp_path: Path) -> None:
    mix = _read(Renderer(notes).render(small_score(), settings.load("house"), tmp_path).mix)
    spectrum = np.fft.rfft(mix, axis=1)
    top = round(110.0 * mix.shape[1] / SAMPLE_RATE)
    left, right = spectrum[0, :top], spectrum[1, :top]
    product = float(np.real(np.vdot(left, right)))
    assert product / (np.linalg.norm(left) * np.linalg.norm(right)) > 0.95


def test_progress_is_told_and_cancelling_ends_it(notes: NoteBank, tmp_path: Path) -> None:
    shares: list[float] = []
    token = CancelToken(lambda: len(shares) >= 3)
    with pytest.raises(Cancelled):
        Renderer(notes).render(
            small_score(), settings.load("house"), tmp_path, progress=shares.append, cancel=token
        )
    assert shares == sorted(shares)
    assert 0.0 < shares[-1] < 1.0


def test_a_score_with_its_own_vinyl_gets_no_second_one(notes: NoteBank, tmp_path: Path) -> None:
    quiet = Part("vinyl", "fx", "vinyl", "vinyl_noise", (), is_drums=False)
    score = small_score("lofi_hiphop")
    with_part = replace(score, parts=(quiet,))
    mix = _read(Renderer(notes).render(with_part, settings.load("lofi_hiphop"), tmp_path).mix)
    assert np.abs(mix).max() < 1e-9
    without = replace(score, parts=())
    mix = _read(Renderer(notes).render(without, settings.load("lofi_hiphop"), tmp_path).mix)
    assert np.abs(mix).max() > 1e-4
