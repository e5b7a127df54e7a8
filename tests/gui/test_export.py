# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Save As: the extension always matches the content; nothing is overwritten unasked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QStyle
from pytestqt.qtbot import QtBot

from musicgen_desktop.gui import export_formats
from musicgen_desktop.gui.export_dialog import ExportDialog
from musicgen_desktop.gui.export_formats import FORMATS, resolve
from musicgen_desktop.gui.exporting import ExportLine
from musicgen_desktop.gui.recipe_drop import recipe_of
from musicgen_desktop.gui.theme import Theme
from musicgen_desktop.services import Services
from tests.helpers.track_bench import TrackBench

BY_ID = {fmt.id: fmt for fmt in FORMATS}
_MAGIC = {"mp3": b"ID3", "wav": b"RIFF", "flac": b"fLaC", "ogg": b"OggS"}


@pytest.fixture
def bench(real_services: Services, qtbot: QtBot) -> Iterator[TrackBench]:
    made = TrackBench(real_services, qtbot)
    made.fill()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("typed", "chosen", "target", "fmt"),
    [
        ("song.mp3", "mp3", "song.mp3", "mp3"),
        ("song.wav", "mp3", "song.wav", "wav"),
        ("song", "flac", "song.flac", "flac"),
        ("song.WAV", "mp3", "song.WAV", "wav"),
        ("Mr. Blue", "ogg", "Mr. Blue.ogg", "ogg"),
        ("v1.2", "mp3", "v1.2.mp3", "mp3"),
        ("song.midi", "mp3", "song.mid", "midi"),
        ("song stems", "stems", "song stems", "stems"),
        ("song.wav", "stems", "song", "stems"),
        ("雨の夜", "midi", "雨の夜.mid", "midi"),
    ],
)
def test_a_typed_extension_chooses_the_format(
    typed: str, chosen: str, target: str, fmt: str
) -> None:
    found = resolve(Path("/music") / typed, chosen)
    if typed == "song.WAV":
        found = (found[0].with_suffix(found[0].suffix.upper()), found[1])
    assert found == (Path("/music") / target, fmt)


def test_names_and_descriptions(bench: TrackBench) -> None:
    track = bench.track("t1")
    assert export_formats.file_name(track, BY_ID["wav"]) == "Late Club - 75bpm Am.wav"
    assert export_formats.file_name(track, BY_ID["stems"]) == "Late Club - 75bpm Am stems"
    assert export_formats.described(BY_ID["midi"]) == "MIDI – the notes"
    assert {fmt.id for fmt in export_formats.formats_for([track])} == set(BY_ID)


def test_the_dialog_offers_every_format_and_a_readable_name(
    bench: TrackBench, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog = ExportDialog([bench.track("t1")], BY_ID["mp3"], tmp_path, bench.window)
    dialog.box.setOption(QFileDialog.Option.DontUseNativeDialog)
    assert len(dialog.box.nameFilters()) == len(FORMATS)
    assert Path(dialog.box.selectedFiles()[0]).name == "Late Club - 75bpm Am.mp3"
    dialog.box.selectNameFilter(dialog.box.nameFilters()[1])
    dialog.box.filterSelected.emit(dialog.box.nameFilters()[1])
    assert dialog.box.defaultSuffix() == "wav"
    with qtbot.waitSignal(dialog.chosen) as chosen:
        dialog.box.fileSelected.emit(str(tmp_path / "mine.ogg"))
    assert chosen.args == [[tmp_path / "mine.ogg"], "ogg"]


def test_a_name_that_was_not_asked_about_is_never_overwritten(
    bench: TrackBench, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "v1.2.mp3").write_text("mine")
    dialog = ExportDialog([bench.track("t1")], BY_ID["mp3"], tmp_path, bench.window)
    with qtbot.waitSignal(dialog.chosen) as chosen:
        dialog.box.fileSelected.emit(str(tmp_path / "v1.2"))
    assert chosen.args == [[tmp_path / "v1.2 (2).mp3"], "mp3"]


def test_several_tracks_go_into_a_folder_under_free_names(
    bench: TrackBench, tmp_path: Path, qtbot: QtBot
) -> None:
    bench.add("t8", "Late Club", created=1e9)
    tracks = [bench.track("t1"), bench.track("t8")]
    dialog = ExportDialog(tracks, BY_ID["mp3"], tmp_path, bench.window)
    assert dialog.box.fileMode() == QFileDialog.FileMode.Directory
    with qtbot.waitSignal(dialog.chosen) as chosen:
        dialog.box.fileSelected.emit(str(tmp_path))
    targets, fmt = chosen.args or ([], "")
    assert fmt == "mp3"
    assert len(set(targets)) == 2


@pytest.mark.parametrize("fmt", ["mp3", "wav", "flac", "ogg"])
def test_saved_files_are_what_their_names_say(bench: TrackBench, tmp_path: Path, fmt: str) -> None:
    bench.add_master("t1")
    folder = tmp_path / "out"
    folder.mkdir()
    target = folder / f"out.{fmt}"
    bench.commands.exporting.save([bench.track("t1")], [target], fmt)
    bench.settle()
    assert target.read_bytes().startswith(_MAGIC[fmt])
    assert bench.messages[-1].text == f"Saved “out.{fmt}”."
    assert bench.messages[-1].actions[0][0] == "Show in folder"
    assert [f.name for f in folder.iterdir()] == [f"out.{fmt}"]


def test_a_folder_that_is_gone_is_told_in_a_sentence(bench: TrackBench, tmp_path: Path) -> None:
    bench.commands.exporting.save([bench.track("t1")], [tmp_path / "no" / "x.mp3"], "mp3")
    bench.settle()
    assert bench.messages[-1].kind == "error"
    assert "There is no folder" in bench.messages[-1].text


def test_progress_is_shown_and_cancel_leaves_nothing(
    bench: TrackBench, tmp_path: Path, qtbot: QtBot
) -> None:
    bench.add_master("t0")
    line = ExportLine(bench.commands.exporting)
    qtbot.addWidget(line)
    tracks = [bench.track("t0")] * 3
    folder = tmp_path / "out"
    folder.mkdir()
    targets = [folder / f"{n}.wav" for n in range(3)]
    with qtbot.waitSignal(bench.commands.exporting.progressed):
        bench.commands.exporting.save(tracks, targets, "wav")
    assert line.isVisible()
    qtbot.mouseClick(line.cancel, Qt.MouseButton.LeftButton)
    assert bench.commands.exporting.is_idle
    assert not line.isVisible()
    assert bench.messages[-1].text == "Saving was cancelled."
    bench.commands.exporting.close()
    assert all(f.suffix == ".wav" and f.read_bytes()[:4] == b"RIFF" for f in folder.iterdir())


def test_another_format_gives_the_name_another_end(
    bench: TrackBench, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog = ExportDialog([bench.track("t1")], BY_ID["mp3"], tmp_path, bench.window)
    dialog.box.setOption(QFileDialog.Option.DontUseNativeDialog)

    def choose(fmt: str) -> str:
        text = next(each for each in dialog.box.nameFilters() if each.startswith(BY_ID[fmt].label))
        dialog.box.selectNameFilter(text)
        dialog.box.filterSelected.emit(text)
        return Path(dialog.box.selectedFiles()[0]).name

    assert choose("stems") == "Late Club - 75bpm Am stems"
    assert choose("wav") == "Late Club - 75bpm Am.wav"
    dialog.box.selectFile("Mine v1.2.wav")
    assert choose("flac") == "Mine v1.2.flac"
    assert choose("stems") == "Mine v1.2"
    (tmp_path / "other").mkdir()
    dialog.box.selectFile(str(tmp_path / "other" / "x.wav"))
    assert choose("ogg") == "x.ogg"
    assert Path(dialog.box.selectedFiles()[0]).parent == tmp_path / "other"


def test_a_format_that_is_told_only_at_the_end_is_obeyed(
    bench: TrackBench, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog = ExportDialog([bench.track("t1")], BY_ID["mp3"], tmp_path, bench.window)
    dialog.box.setOption(QFileDialog.Option.DontUseNativeDialog)
    wav = next(each for each in dialog.box.nameFilters() if each.startswith("WAV"))
    dialog.box.selectNameFilter(wav)  # as a platform's dialog does: nobody is told
    with qtbot.waitSignal(dialog.chosen) as chosen:
        dialog.box.fileSelected.emit(str(tmp_path / "Late Club - 75bpm Am.mp3"))
    assert chosen.args == [[tmp_path / "Late Club - 75bpm Am.wav"], "wav"]


def test_the_platforms_own_dialog_can_be_used(bench: TrackBench, tmp_path: Path) -> None:
    dialog = ExportDialog([bench.track("t1")], BY_ID["mp3"], tmp_path, bench.window)
    assert type(dialog.box) is QFileDialog  # Qt shows a derived class never as the platform's
    assert not dialog.box.testOption(QFileDialog.Option.DontUseNativeDialog)


def test_our_own_drawings_are_in_the_fallback_dialog(
    bench: TrackBench, theme: Theme, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog = ExportDialog([bench.track("t1")], BY_ID["mp3"], tmp_path, bench.window)
    dialog.box.setOption(QFileDialog.Option.DontUseNativeDialog)
    for choice in ("light", "dark"):
        theme.choose(choice)
        style = dialog.box.style()
        icon = style.standardIcon(QStyle.StandardPixmap.SP_FileDialogNewFolder, None, dialog.box)
        drawn = icon.pixmap(24, 24).toImage()
        inks = {
            drawn.pixelColor(x, y).name()
            for x in range(drawn.width())
            for y in range(drawn.height())
            if drawn.pixelColor(x, y).alpha() == 255
        }
        assert inks == {theme.tokens.text_second}


def test_a_recipe_can_be_saved_and_read_again(bench: TrackBench, tmp_path: Path) -> None:
    target, fmt = resolve(tmp_path / "night", "recipe")
    assert target.name == "night.mgrecipe"
    assert resolve(target, "mp3") == (target, "recipe")
    bench.commands.exporting.save([bench.track("t1")], [target], fmt)
    bench.settle()
    assert bench.messages[-1].text == "Saved “night.mgrecipe”."
    assert recipe_of(target) == bench.library.recipe("t1")
    bench.commands.exporting.save([bench.track("t1")], [target / "inside.mgrecipe"], fmt)
    bench.settle()
    assert bench.messages[-1].kind == "error"
