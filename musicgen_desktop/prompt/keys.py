# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The grammar of keys, modes and metres, in English, German, French and Spanish.

A lower-case “a” is an article unless the words around make it a note. Not for: other numbers (see
numbers).
"""

from __future__ import annotations

import re

from musicgen_desktop.music.theory import METRES, MODES
from musicgen_desktop.prompt.spans import Scratch
from musicgen_desktop.prompt.text import fold

_MODE_WORDS = {
    "major": "major", "maj": "major", "ionian": "major", "dur": "major", "majeur": "major",
    "mayor": "major", "maggiore": "major", "maior": "major", "minore": "minor",
    "minor": "minor", "min": "minor", "m": "minor", "moll": "minor",
    "mineur": "minor", "menor": "minor", "aeolian": "minor", "natural minor": "minor",
    "harmonic minor": "harmonic_minor", "melodic minor": "melodic_minor", "dorian": "dorian",
    "phrygian": "phrygian", "lydian": "lydian", "mixolydian": "mixolydian", "locrian": "locrian",
    "dorisch": "dorian", "phrygisch": "phrygian", "lydisch": "lydian", "mixolydisch": "mixolydian",
    "phrygian dominant": "phrygian_dominant", "double harmonic": "double_harmonic",
    "hungarian minor": "hungarian_minor", "whole tone": "whole_tone", "hirajoshi": "hirajoshi",
    "blues scale": "blues_scale",
    "minor pentatonic": "minor_pentatonic", "major pentatonic": "major_pentatonic",
    "miner": "minor", "minior": "minor", "mayjor": "major", "majer": "major",
}  # fmt: skip
_SCALE_WORDS = {
    "arabic": "double_harmonic", "arab": "double_harmonic", "byzantine": "double_harmonic",
    "oriental": "double_harmonic", "middle eastern": "double_harmonic",
    "persian": "double_harmonic",
    "hijaz": "phrygian_dominant", "spanish": "phrygian_dominant", "flamenco": "phrygian_dominant",
    "andalusian": "phrygian_dominant", "jewish": "phrygian_dominant",
    "freygish": "phrygian_dominant", "gypsy": "hungarian_minor", "hungarian": "hungarian_minor",
    "japanese": "hirajoshi", "koto": "hirajoshi", "in sen": "hirajoshi", "blues": "blues_scale",
    "pentatonic": "major_pentatonic", "minor pentatonic": "minor_pentatonic",
    "major pentatonic": "major_pentatonic", "chinese": "major_pentatonic", "whole": "whole_tone",
    "whole tone": "whole_tone", "impressionist": "whole_tone",
}  # fmt: skip
"""What a word means before “scale”; alone it says a place or a genre."""
_LONG_MODES = "|".join(
    w.replace(" ", r"[\s-]+") for w in sorted(_MODE_WORDS, key=len, reverse=True) if w != "m"
)
_SHARP = r"(?:#|♯|[\s-]*sharp\b)"
_FLAT = r"(?:b(?![a-z])|♭|[\s-]*flat\b)"
_NOTE = rf"(?P<note>[A-Ga-g])(?P<acc>{_SHARP}|b(?=\s|-|m|$|[.,;!?)])|{_FLAT})?"
_KEY_WORD = (
    r"(?:\b(?:in|(?:in\s+)?(?:the\s+)?key\s*(?:of|is|:|=)?|tonality\s*:?|tonart\s*:?|tonic\s*:?|scale\s*:|set\s+in)"
    r"\s+(?:the\s+key\s+of\s+)?)"
)
_FULL = re.compile(
    rf"(?P<lead>{_KEY_WORD})?(?<![\w#'’])(?:the\s+)?{_NOTE}[\s-]*(?P<mode>{_LONG_MODES})(?!\w)"
    r"(?P<tail>[\s-]*(?:key|scale|mode|tonality)\b)?",
    re.IGNORECASE,
)
_SHORT = re.compile(
    rf"(?P<lead>{_KEY_WORD})?(?<![\w#'’])(?P<note>[A-G])(?P<acc>[#♯b♭])?(?P<mode>m|min|maj|M)(?![\w#'’])"
)
_SHORT_LOW = re.compile(
    rf"(?:(?P<lead>{_KEY_WORD})|(?<![\w#'’]))(?P<note>[a-g])(?P<acc>[#♯]|b)?m(?![\w#'’])",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?:\b(?:in\s+)?(?:the\s+)?key\s*(?:of|is|:|=|signature:?)?|\btonart\s*:?|\btonality\s*:?)\s*"
    + _NOTE
    + r"(?![\w#'’/])",
    re.IGNORECASE,
)
_IN_NOTE = re.compile(
    rf"\b(?:in|set\s+in)\s+{_NOTE}(?![\w#'’/])(?!\s*[-–]?\s*(?:section|part|flat|sharp|minor|major|\d))",
    re.IGNORECASE,
)
_ACCIDENTAL = re.compile(
    r"(?<![\w#'’])(?P<note>[A-G])(?P<acc>#|♯|♭|[\s-]+(?:sharp|flat)\b)(?![\w#])"
)
_GERMAN = re.compile(
    r"(?:\bin\s+)?(?<![\w#])(?P<note>[a-h](?:is|es|s)?)[\s-]*(?P<mode>moll|dur)\b", re.IGNORECASE
)
_GERMAN_NOTES = {
    "c": "C", "d": "D", "e": "E", "f": "F", "g": "G", "a": "A", "h": "B", "b": "Bb", "cis": "C#",
    "dis": "D#", "fis": "F#", "gis": "G#", "ais": "A#", "eis": "E#", "his": "B#",
    "des": "Db", "es": "Eb",
    "ges": "Gb", "as": "Ab", "ces": "Cb", "fes": "Fb",
}  # fmt: skip
_ROMANCE = re.compile(
    r"(?:\b(?:en|em|in)\s+)?\b(?P<note>d[oó]|ut|r[ée]|mi|f[aá]|sol|l[aá]|si)"
    r"(?:[\s-]+(?P<acc>di[èe]se|b[ée]mol|sostenido|sustenido|diesis|bemolle|bemol))?"
    r"[\s-]+(?P<mode>majeur|mineur|mayor|maior|menor|maggiore|minore)\b",
    re.IGNORECASE,
)
_SHARP_WORDS = frozenset({"#", "♯", "sharp", "dièse", "diese", "sostenido", "sustenido", "diesis"})
_ROMANCE_NOTES = {
    "do": "C", "ut": "C", "re": "D", "mi": "E", "fa": "F", "sol": "G",
    "la": "A", "si": "B",
}  # fmt: skip
_SCALE = re.compile(
    r"\b(?:in\s+)?(?:an?\s+|the\s+)?(?P<scale>"
    + "|".join(w.replace(" ", r"[\s-]+") for w in sorted(_SCALE_WORDS, key=len, reverse=True))
    + r")[\s-]+(?:pentatonic(?:s|[\s-]+scales?)?|scales?|tone[\s-]+scales?|modes?|tonality)\b"
    r"|\b(?P<alone>pentatonic|maqam\s+hijaz|ganztonleiter|"
    r"whole[\s-]+tones?(?![\s-]+(?:higher|lower|up|down|above|below|apart)))\b",
    re.IGNORECASE,
)
_ALONE = {"pentatonic": "major_pentatonic", "maqam hijaz": "phrygian_dominant"}
_MODE_ONLY = re.compile(
    rf"\b(?:in\s+)?(?:an?\s+)?(?P<mode>{_LONG_MODES})[\s-]+(?:keys?|mode|scales?|tonality|harmony|harmonies|"
    r"chords?|tonalities|progressions?|tonart|feel|sound)\b"
    r"|\bin\s+(?:an?\s+)?(?P<mode2>major|minor|dorian|phrygian|lydian|mixolydian|locrian|moll|dur)(?!\w)"
    r"|\b(?P<mode3>dorian|phrygian[\s-]+dominant|phrygian|lydian|mixolydian|locrian|"
    r"(?:harmonic|melodic|hungarian)\s+minor|double[\s-]+harmonic|hirajoshi|"
    r"(?:minor|major)[\s-]+pentatonic)\b"
    r"|(?:(?<=,)|(?<=^)|(?<=;)|(?<=\n))\s*(?P<mode4>minor|major|moll|dur)\s*(?=$|[,;.\n])",
    re.IGNORECASE | re.MULTILINE,
)
_AFTER_NOTE = re.compile(
    r"\s*(?:$|[.,;:!?)&+\n]|(?:at|with|and|for|around|about|bpm|key|scale|tempo|using|featuring|under|over|about|"
    r"no|without|please|,|but|\d+)\b)",
    re.IGNORECASE,
)


def read_keys(scratch: Scratch) -> None:
    """Takes metres, keys and modes."""
    _take_metres(scratch)
    for pattern, reader in (
        (_GERMAN, _german), (_ROMANCE, _romance), (_FULL, _full), (_SHORT, _short),
        (_SHORT_LOW, _low),
        (_NAMED, _named), (_IN_NOTE, _in_note), (_ACCIDENTAL, _named), (_MODE_ONLY, _mode_only),
        (_SCALE, _scale),
    ):  # fmt: skip
        for match in list(pattern.finditer(_cased(scratch))):
            found = reader(match, scratch.text)
            if found is not None:
                _note_key(scratch, match, found)


def _cased(scratch: Scratch) -> str:
    """What is left of the text, in its own case."""
    return "".join(
        own if low != "\x00" else low for own, low in zip(scratch.text, scratch.left, strict=True)
    )


def _note_key(scratch: Scratch, match: re.Match[str], found: tuple[str, str]) -> None:
    tonic, mode = found
    if tonic:
        scratch.take(match.start(), match.end(), "key", (tonic, mode))
    else:
        scratch.take(match.start(), match.end(), "mode", mode)


def _accidental(text: str | None) -> str:
    plain = (text or "").strip(" -").lower()
    if not plain:
        return ""
    return "#" if plain in _SHARP_WORDS else "b"


def _mode(text: str) -> str:
    words = re.sub(r"[\s-]+", " ", text)
    return "major" if words == "M" else _MODE_WORDS[words.lower()]


def _is_article(match: re.Match[str], text: str, *, lead: bool) -> bool:
    """Whether a lower-case `a` before a mode is the article: “a minor key”, “a major hit”."""
    if match["note"] != "a" or match["acc"]:
        return False
    after = text[match.end() :]
    if re.match(r"[\s-]*(?:key|mode|scale|tonality|mood|feel|chord|harm)", after) or match["tail"]:
        return not re.search(r"key\s+of", match["lead"] or "")
    return not (_AFTER_NOTE.match(after) if lead else re.match(r"\s*(?:$|[.,;\n]|at\b|\d)", after))


def _full(match: re.Match[str], text: str) -> tuple[str, str] | None:
    if _is_article(match, text, lead=match["lead"] is not None):
        return None
    if match["mode"].lower() in {"min", "maj"} and match["note"].islower() and not match["acc"]:
        return None
    return match["note"].upper() + _accidental(match["acc"]), _mode(match["mode"])


def _short(match: re.Match[str], text: str) -> tuple[str, str] | None:
    if match["note"] + (match["acc"] or "") + match["mode"] == "Am" and re.search(
        r"\bI\s*$", text[: match.start()]
    ):
        return None
    return match["note"] + _accidental(match["acc"]), _mode(match["mode"])


def _low(match: re.Match[str], _text: str) -> tuple[str, str] | None:
    if match["lead"] is None and match["acc"] not in {"#", "♯"} and match["note"].lower() != "b":
        return None
    if match["lead"] is None and match["acc"] is None:
        return None
    return match["note"].upper() + _accidental(match["acc"]), "minor"


def _named(match: re.Match[str], text: str) -> tuple[str, str] | None:
    if match["note"] == "a" and not match["acc"] and not re.search(r"of\s+a$|[:=]\s*a$", match[0]):
        return None
    if match["note"] == "a" and not _AFTER_NOTE.match(text[match.end() :]):
        return None
    return match["note"].upper() + _accidental(match["acc"]), ""


def _in_note(match: re.Match[str], text: str) -> tuple[str, str] | None:
    note, after = match["note"], text[match.end() :]
    if note == "a" and not match["acc"]:
        return None
    if note == "A" and not _AFTER_NOTE.match(after):
        return None
    if note.islower() and not match["acc"] and not _AFTER_NOTE.match(after):
        return None
    return note.upper() + _accidental(match["acc"]), ""


def _german(match: re.Match[str], _text: str) -> tuple[str, str] | None:
    note = _GERMAN_NOTES.get(match["note"].lower())
    return None if note is None else (note, _mode(match["mode"]))


def _romance(match: re.Match[str], _text: str) -> tuple[str, str] | None:
    note = _ROMANCE_NOTES[fold(match["note"])]
    return note + _accidental(match["acc"]), _mode(match["mode"])


def _mode_only(match: re.Match[str], _text: str) -> tuple[str, str] | None:
    mode = match["mode"] or match["mode2"] or match["mode3"] or match["mode4"]
    found = _mode(mode)
    return ("", found) if found in MODES else None


def _scale(match: re.Match[str], _text: str) -> tuple[str, str]:
    words = re.sub(r"[\s-]+", " ", match["scale"] or match["alone"]).lower()
    return "", _SCALE_WORDS.get(words) or _ALONE.get(words, "whole_tone")


# --- metres -------------------------------------------------------------------------------------

_FRACTION = re.compile(
    r"(?<![\d/.])(?P<beats>\d{1,2})\s*/\s*(?P<unit>2|4|8|16)(?![\d/])(?!\s*(?:of\s+the|note|cup))"
    r"(?:[\s-]*(?:time(?:\s+signature)?|metre|meter|takt|beat|feel|groove))?"
)
_COUNTS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "nine": 9, "twelve": 12,
}  # fmt: skip
_SPOKEN = re.compile(
    r"\b(?P<beats>two|three|four|five|six|seven|nine|twelve)[\s-]+(?P<unit>four|eight)(?!\w)"
    r"(?![\s-]+(?:bars?|on|seconds?|minutes?))(?:[\s-]*(?:time(?:\s+signature)?|metre|meter|feel))?"
)
_TIMES = (
    (re.compile(r"\b(?:triple\s+(?:metre|meter|time)|dreivierteltakt|trois\s+temps|3\s+4\s+time|"
                r"three[\s-]+quarter\s+time)\b"
                r"|\b(?:tres\s+por\s+cuatro|tr[eê]s\s+por\s+quatro|tre\s+quarti|(?:à\s+)?trois[\s-]+quatre"
                r"|compás\s+ternario|compasso\s+tern[aá]rio|tempo\s+ternario|"
                r"drei\s*viertel)\b"), "3/4"),
    (re.compile(r"\b(?:common\s+time|viervierteltakt)\b"), "4/4"),
    (re.compile(r"\b(?:compound\s+(?:duple|time)|sechsachteltakt|sechs\s*achtel|sei\s+ottavi|"
                r"seis\s+por\s+ocho|seis\s+por\s+oito|six[\s-]+huit)\b"), "6/8"),
    (re.compile(r"\b(?:cinco\s+por\s+cuatro|cinco\s+por\s+quatro|f[uü]nfvierteltakt|cinq[\s-]+quatre|"
                r"cinque\s+quarti|take\s+five\s+(?:feel|time|metre|meter))\b"), "5/4"),
    (re.compile(r"\b(?:siebenachteltakt|sept[\s-]+huit|siete\s+por\s+ocho|sete\s+por\s+oito)\b"),
     "7/8"),
    (re.compile(r"\b(?:cut\s+time|alla\s+breve)\b"), "2/4"),
    (re.compile(r"\b(?:odd|irregular)\s+(?:time|metre|meter)(?:\s+signature)?s?\b"), "7/8"),
)  # fmt: skip
_NEAREST = {
    "2/2": "4/4",
    "3/2": "3/4",
    "4/2": "4/4",
    "3/8": "6/8",
    "4/8": "4/4",
    "5/8": "5/4",
    "6/4": "3/4",
}


def _take_metres(scratch: Scratch) -> None:
    for match in list(_FRACTION.finditer(scratch.left)):
        beats, unit = int(match["beats"]), int(match["unit"])
        name = f"{beats}/{unit}"
        if name in METRES:
            scratch.take(match.start(), match.end(), "metre", name)
        elif name in _NEAREST or (2 <= beats <= 21 and unit in {4, 8}):
            scratch.take(match.start(), match.end(), "unknown_metre", name)
    for match in list(_SPOKEN.finditer(scratch.left)):
        name = f"{_COUNTS[match['beats']]}/{4 if match['unit'] == 'four' else 8}"
        if name in METRES and "4/8" not in name:
            scratch.take(match.start(), match.end(), "metre", name)
    for pattern, name in _TIMES:
        for match in list(pattern.finditer(scratch.left)):
            scratch.take(match.start(), match.end(), "metre", name)


def nearest_metre(name: str) -> str:
    """The metre that can be had for one that can't."""
    beats, unit = (int(part) for part in name.split("/"))
    if name in _NEAREST:
        return _NEAREST[name]
    return "7/8" if beats % 2 and unit == 8 else "7/8" if beats == 7 else "4/4"
