# SPDX-FileCopyrightText: The MusicGen Desktop developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""The grammar of numbers: tempo, length, bars, moments, decades, and what is none of these.

Not for: keys and metres (see keys).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from musicgen_desktop.prompt.spans import Scratch

_ABOUT = (
    r"(?:(?:at\s+)?(?:about|around|approximately|approx\.?|roughly|circa|ca\.?|near|exactly|"
    r"precisely|steady|~|≈|etwa|ungef[aä]hr|rund|environ|unos|alrededor\s+de|a)\s*)?"
)
_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "sixteen": 16, "eighteen": 18,
    "twenty": 20, "twenty five": 25, "thirty": 30, "thirty two": 32, "forty": 40, "fourty": 40,
    "forty five": 45, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    "hundred": 100, "a hundred": 100, "a": 1, "an": 1, "half a": 0.5, "half an": 0.5, "a half": 0.5,
    "one and a half": 1.5, "two and a half": 2.5, "three and a half": 3.5, "a couple of": 2,
    "a few": 3, "eine": 1, "einer": 1, "zwei": 2, "drei": 3, "vier": 4, "funf": 5, "dreißig": 30,
    "une": 1, "deux": 2, "trois": 3, "trente": 30, "un": 1, "dos": 2, "tres": 3, "treinta": 30,
    "otto": 8, "uno": 1, "una": 1, "due": 2, "tre": 3, "quattro": 4, "cinque": 5, "dieci": 10,
    "venti": 20, "trenta": 30, "quaranta": 40, "sessanta": 60, "mezzo": 0.5, "mezz'": 0.5,
    "um": 1, "uma": 1, "dois": 2, "duas": 2, "quatro": 4, "cinco": 5, "dez": 10, "quinze": 15,
    "vinte": 20, "trinta": 30, "quarenta": 40, "sessenta": 60, "meio": 0.5, "meia": 0.5,
    "cuatro": 4, "diez": 10, "veinte": 20, "cuarenta": 40, "sesenta": 60, "quince": 15,
    "quatre": 4, "cinq": 5, "dix": 10, "vingt": 20, "quarante": 40, "soixante": 60,
    "ein": 1, "funfzehn": 15, "fünfzehn": 15, "fünf": 5, "zehn": 10, "zwanzig": 20, "vierzig": 40,
    "sechzig": 60, "neunzig": 90, "halbe": 0.5,
    "eine halbe": 0.5, "demi": 0.5, "une demi": 0.5, "medio": 0.5, "medium": 0,
}  # fmt: skip
_SPOKEN = "|".join(
    re.escape(w).replace(r"\ ", r"[\s-]+")
    for w in sorted(_WORDS, key=len, reverse=True)
    if w != "medium"
)
SPOKEN_NUMBER = rf"(?<![\w-])(?:{_SPOKEN})(?!\w)"
"""A pattern of numbers in words, for `value_of`."""
_NUMBER = rf"(?P<n>\d+(?:[.,]\d+)?(?:\s*½)?|½|(?<![\w-])(?:{_SPOKEN})(?![\w]))"
_SECOND = r"(?:seconds?|secs?|sec|s|sekunden?|sek|secondes?|segundos?|seg|secondi|secondo)"
_MINUTE = r"(?:minutes?|mins?|min|m|minuten?|minutos?|minut[io])"
_HOUR = r"(?:hours?|hrs?|hr|h|stunden?|heures?|horas?|or[ae])"
_EDGE = r"(?![\w#])"
_LABEL = (
    r"(?P<label>intro|verse|pre[\s-]?chorus|chorus|hook|bridge|break(?:down)?|drop|build(?:[\s-]?up)?|"
    r"outro|solo|theme|climax|[a-d](?=['’]?\s*\()|[a-d](?=['’]?\s*section))"
)
LABELS = {
    "breakdown": "break", "buildup": "build", "prechorus": "pre_chorus", "c": "bridge", "d": "solo",
}  # fmt: skip


def label_id(text: str) -> str:
    """The section label for a word such as `build-up` or `A'`."""
    plain = re.sub(r"[\s'’-]", "", text.lower())
    return LABELS.get(plain, plain)


def read_numbers(scratch: Scratch) -> None:
    """Takes every number that it understands, in an order that keeps traps out."""
    for step in (
        _take_traps, _take_moments, _take_bars, _take_tempo, _take_durations, _take_eras,
        _take_last_number, _take_rest,
    ):  # fmt: skip
        step(scratch)


def value_of(text: str) -> float:
    """The number that digits or words stand for."""
    plain = re.sub(r"[\s-]+", " ", text.strip().lower())
    if plain in _WORDS:
        return float(_WORDS[plain])
    half = 0.5 if "½" in plain else 0.0
    digits = plain.replace("½", "").replace(",", ".").strip()
    return (float(digits) if digits else 0.0) + half


def _each(
    scratch: Scratch,
    pattern: re.Pattern[str],
    use: Callable[[re.Match[str]], tuple[str, object] | None],
) -> None:
    for match in list(pattern.finditer(scratch.left)):
        found = use(match)
        if found is not None and "\x00" not in scratch.left[match.start() : match.end()]:
            scratch.take(match.start(), match.end(), *found)


# --- numbers that are no tempo, length or metre -------------------------------------------------

_TRAPS = re.compile(
    r"\b\d{2,4}(?:[.,]\d+)?\s*k?hz\b(?:\s*tuning)?"
    r"|\b24\s*/\s*7\b|\b\d+(?:st|nd|rd|th)\b(?!\s*(?:note|chord))"
    r"|\b\d+[\s-]?(?:piece|bit(?!\s)|player|member|voice|part|track|layer|person|channel|year|string)s?\b"
    r"|\b(?:16|24|32)[\s-]?bit\b|\b\d+(?:[.,]\d+)?\s*(?:%|percent|db|lufs|kbps|cents?|euros?|dollars?|years?\b)"
    r"|\b(?:19|20)\d\d(?!['’]?s)\b|#\d+\b|\bno\.?\s*\d+\b(?=\s*(?:in|op))|\bop(?:us)?\.?\s*\d+\b"
    r"|\bv\d+(?:\.\d+)*\b|\b\d+(?:[.,]\d+)?\s*x\b|\b\d+k\b"
)
_YEAR = re.compile(
    r"(?<![\w#:/.-])(?:19[2-9]\d|200\d)(?!\s*(?:bpm|hz|x|k|bars?|s\b|sec))(?![\w/:.]\d|\w|['’]s)"
)
_PASS = re.compile(r"\b(?:8|16|64)[\s-]?bit\b|\b12[\s-]?strings?\b")
_CLOCK = re.compile(r"\b(?:[1-9]|1[0-2])(?::\d\d)?\s*(?:a\.?m\.?|p\.?m\.?)(?![\w#])")


def _take_traps(scratch: Scratch) -> None:
    for match in list(_CLOCK.finditer(scratch.left)):
        if match[0].replace(".", "").endswith(("am", "pm")):
            scratch.take(match.start(), match.end(), "scene", "night")
    for match in list(_YEAR.finditer(scratch.left)):
        decade = match[0][2] + "0s"
        scratch.take(match.start(), match.end(), "era", "2000s" if match[0][0] == "2" else decade)
    for match in list(_TRAPS.finditer(scratch.left)):
        if not _PASS.fullmatch(match[0]):
            kind = "tuning" if match[0].rstrip(" tunig").endswith("hz") else "noise"
            scratch.take(match.start(), match.end(), kind, match[0])


# --- moments: "drop at 0:45" --------------------------------------------------------------------

_MOMENT = re.compile(
    _LABEL + r"\s*(?:that\s+)?(?:hits?|comes?(?:\s+in)?|kicks?\s+in|lands?|starts?|begins?|enters?|"
    r"happens?|should\s+(?:hit|come|start|be)|is)?\s*"
    r"(?:exactly\s+|precisely\s+|right\s+)?(?:at|after|@|around|from|by|bei|à|a\s+los)\s*(?:the\s+)?"
    r"(?:(?P<m>\d{1,2}):(?P<s>\d{2})\b|(?P<n>\d+(?:\.\d+)?)[\s-]*(?P<unit>"
    + _SECOND + "|" + _MINUTE + r")\b(?:\s+mark)?)"
)  # fmt: skip


def _take_moments(scratch: Scratch) -> None:
    def use(match: re.Match[str]) -> tuple[str, object] | None:
        if match["m"] is not None:
            at_s = int(match["m"]) * 60.0 + int(match["s"])
        else:
            at_s = float(match["n"]) * (60.0 if match["unit"].startswith("m") else 1.0)
        return "anchor", (label_id(match["label"]), at_s)

    _each(scratch, _MOMENT, use)


# --- bars ---------------------------------------------------------------------------------------

_BAR = r"(?:bars?|measures?|takte?n?|mesures?|compas(?:es)?|compassos?|battut[ae])"
_BARS_AFTER = re.compile(
    r"(?<!\w)" + _LABEL + r"['’]?\s*(?:\(\s*(?:x\s*)?(?P<n>\d{1,3})\s*(?:" + _BAR + r")?\s*\)|"
    r"[:=]?\s*(?P<m>\d{1,3})[\s-]*" + _BAR + r")(?:\s*" + _BAR + r")?"
)
_BARS_BEFORE = re.compile(
    rf"(?<![\w.]){_NUMBER}[\s-]*{_BAR}(?:\s+(?:of|for|long|the|a|an))*\s+"
    + _LABEL
    + r"(?:e?s)?(?!\w)"
)
_BARS_ALONE = re.compile(rf"(?<![\w.]){_NUMBER}[\s-]*{_BAR}(?!\w)(?!\s*blues)")


def _take_bars(scratch: Scratch) -> None:
    _each(
        scratch,
        _BARS_AFTER,
        lambda m: ("bars", (label_id(m["label"]), float(m["n"] or m["m"]))),
    )
    _each(scratch, _BARS_BEFORE, lambda m: ("bars", (label_id(m["label"]), value_of(m["n"]))))
    _each(scratch, _BARS_ALONE, lambda m: ("bars", ("", value_of(m["n"]))))


# --- tempo --------------------------------------------------------------------------------------

_BPM = (
    r"(?:b\.?p\.?m\.?s?|bmp|beats?\s+(?:per|a)\s+minute|schl[aä]gen?\s+(?:pro|in\s+der)\s+minute|"
    r"bat(?:idas|tements|titi)\s+(?:por|par|al)\s+minut[eo]|puls(?:ations|aciones)\s+p[ao]r\s+minut[eo])"
)
_TO = r"\s*(?:bpm\s*)?(?:-|–|—|to|bis|and|or|à|a)\s*"
_N = r"(?P<n>\d{2,3}(?:\.\d+)?)"
_N2 = r"(?P<n2>\d{2,3}(?:\.\d+)?)"
_RANGES = re.compile(
    rf"(?:tempo\s*(?:of|is|:|=)?\s*)?{_ABOUT}(?:between\s+)?(?<![\d.:/]){_N}{_TO}{_N2}\s*[-]?\s*{_BPM}(?!\w)"
    rf"|(?:\bbpm|\btempo)\s*(?:range)?\s*(?:of|is|:|=)?\s*{_ABOUT}(?:between\s+)?(?P<p>\d{{2,3}}){_TO}(?P<p2>\d{{2,3}})(?![\d:])"
)
_TEMPI = re.compile(
    rf"{_ABOUT}(?<![\d.:/])(?P<a>\d{{1,4}}(?:[.,]\d+)?)\s*-?\s*{_BPM}(?!\w)"
    rf"|(?:\bbpm|\btempo)\s*(?:of|is|at|:|=|set\s+to|von)?\s*{_ABOUT}(?P<b>\d{{1,4}}(?:\.\d+)?)(?![\d:/%])(?!\s*{_SECOND}\b)"
    rf"|(?:♩\.?|\bq|\bquarter(?:\s+note)?)\s*=\s*(?P<c>\d{{2,3}})\b"
)
_SPOKEN_BPM = re.compile(
    r"\b(?P<t>twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|(?:a|one)\s+hundred)"
    r"(?:[\s-]+(?:and\s+)?(?P<u>\w+))?\s+" + _BPM
)
_BARE = re.compile(
    r"(?<![\w:/.,])(?:at|around|about|~|@|bei)\s*(?P<n>\d{2,3}(?:\.\d)?)(?!\s*(?:%|:|/|-?\s*(?:percent|hz|"
    r"seconds?|secs?|s\b|min|m\b|bars?|years?|degrees?|am\b|pm\b|piece|people|k\b|st|nd|rd|th)))(?![\w/:.]\d|\w)"
    r"|(?:(?<=,)|(?<=;)|(?<=\n)|(?<=^))\s*(?P<m>\d{2,3})\s*(?=$|[,;.\n])",
    re.MULTILINE,
)


def _take_tempo(scratch: Scratch) -> None:
    def span(match: re.Match[str]) -> tuple[str, object] | None:
        low, high = float(match["n"] or match["p"]), float(match["n2"] or match["p2"])
        return "bpm_range", (min(low, high), max(low, high))

    def spoken(match: re.Match[str]) -> tuple[str, object] | None:
        tens = value_of(match["t"].replace("a ", "").replace("one ", ""))
        unit = match["u"]
        if unit is None or unit in {"bpm", "beats"}:
            return "bpm", tens
        return ("bpm", tens + _WORDS[unit]) if unit in _WORDS else None

    def bare(match: re.Match[str]) -> tuple[str, object] | None:
        value = float(match["n"] or match["m"])
        return ("bpm", value) if 40 <= value <= 220 else None

    _each(scratch, _RANGES, span)
    _each(
        scratch,
        _TEMPI,
        lambda m: ("bpm", float((m["a"] or m["b"] or m["c"]).replace(",", "."))),
    )
    _each(scratch, _SPOKEN_BPM, spoken)
    _each(scratch, _BARE, bare)


# --- length -------------------------------------------------------------------------------------

_BOTH = re.compile(
    rf"(?<![\w.]){_NUMBER}[\s-]*{_MINUTE}\.?\s*(?:,|and|und|et|y)?\s*(?P<s>\d{{1,2}})\s*{_SECOND}{_EDGE}"
)
_HALF_MORE = re.compile(
    r"(?<!\w)(?P<n>\d+|an?|one|two|three)\s+(?P<unit>minutes?|hours?)\s+and\s+a\s+half\b"
)
_MORE = {"trente": 30, "treinta": 30, "trinta": 30, "trenta": 30, "dreißig": 30, "dreissig": 30,
         "thirty": 30, "fifteen": 15, "quinze": 15, "quince": 15, "quindici": 15, "vingt": 20,
         "media": 30, "medio": 30, "meia": 30, "meio": 30, "mezzo": 30, "demie": 30,
         "forty five": 45, "forty-five": 45}  # fmt: skip
_MINUTE_MORE = re.compile(
    rf"(?<![\w.]){_NUMBER}[\s-]*{_MINUTE}\s+(?:(?:et|y|e|und|and)\s+)?(?:une?\s+)?"
    rf"(?P<more>{'|'.join(_MORE)})(?!\w)(?!\s*{_SECOND}\b)"
)
_CLOCKED = re.compile(
    r"(?<![\w:.])(?:(?P<h>\d):)?(?P<m>\d{1,2}):(?P<s>[0-5]\d)(?:\s*(?:min(?:utes?)?|long|length|m))?(?![\w:])"
)
_PRIMES = re.compile(r"(?<![\w.])(?P<m>\d{1,2})\s?['’′]\s?(?P<s>[0-5]\d)\s?(?:[\"”″]|''|′′|’’)")
_SECONDS = re.compile(rf"(?<![\w.:/]){_NUMBER}(?P<gap>[\s-]*)(?P<unit>{_SECOND}){_EDGE}")
_MINUTES = re.compile(rf"(?<![\w.:/]){_NUMBER}[\s-]*(?P<unit>{_MINUTE}){_EDGE}")
_HOURS = re.compile(rf"(?<![\w.:/]){_NUMBER}[\s-]*{_HOUR}{_EDGE}")
_DRUM_MACHINES = {"808s", "909s", "707s", "606s", "303s"}
_DECADE_NUMBERS = {20, 30, 40, 50, 60, 70, 80, 90}
_LONG_AFTER = re.compile(
    r"\s*(?:long|duration|length|in\s+length|clip|spot|total|max|piece\b|runtime|ad\b|advert|jingle|"
    r"sting\b|intro\b|loop\b|edit\b|version|commercial|track\s+length|lang)"
)
_LONG_BEFORE = re.compile(
    r"(?:\bfor|duration|length|lasting|lasts|about|exactly|approx|around|max|under|over|long|~|=|:|up\s+to|of)\s*$"
)
_ERA_AFTER = re.compile(
    r"['’]?\s*(?:style|era|vibes?|sounds?|feel|music|jazz|swing|rock|pop|soul|disco|synth|hip|funk|retro|"
    r"metal|punk|house|rave|techno|inspired|nostalgia|tv|movie|cartoon|radio|big|blues|r&b|beat|dance|new)"
)


def _take_durations(scratch: Scratch) -> None:
    def seconds(match: re.Match[str]) -> tuple[str, object] | None:
        if match["unit"] == "s" and (_is_decade(match, scratch.left) or match[0] in _DRUM_MACHINES):
            return None
        if match["unit"] in {"s", "m"} and not match["n"][:1].isdigit():
            return None
        return "duration", value_of(match["n"])

    def minutes(match: re.Match[str]) -> tuple[str, object] | None:
        if match["unit"] == "m" and not match["n"][:1].isdigit():
            return None
        before = scratch.left[max(0, match.start() - 4) : match.start()]
        if re.search(r"per\s$", before) or (
            match[0].startswith(("in a", "a min")) and "last" in before
        ):
            return None
        return "duration", value_of(match["n"]) * 60.0

    def clock(match: re.Match[str]) -> tuple[str, object] | None:
        total = int(match["h"] or 0) * 3600.0 + int(match["m"]) * 60.0 + int(match["s"])
        return ("duration", total) if total > 0 else None

    _each(scratch, _BOTH, lambda m: ("duration", value_of(m["n"]) * 60.0 + float(m["s"])))
    _each(
        scratch,
        _MINUTE_MORE,
        lambda m: ("duration", value_of(m["n"]) * 60.0 + _MORE[m["more"]]),
    )
    _each(
        scratch,
        _HALF_MORE,
        lambda m: ("duration", (value_of(m["n"]) + 0.5) * (3600 if m["unit"][0] == "h" else 60)),
    )
    _each(scratch, _CLOCKED, clock)
    _each(scratch, _PRIMES, lambda m: ("duration", int(m["m"]) * 60.0 + int(m["s"])))
    _each(scratch, _HOURS, lambda m: ("duration", value_of(m["n"]) * 3600.0))
    _each(scratch, _MINUTES, minutes)
    _each(scratch, _SECONDS, seconds)


def _is_decade(match: re.Match[str], text: str) -> bool:
    """Whether `80s` is a decade: yes for 50s to 90s unless the words around speak of length."""
    if match["gap"] or not match["n"].isdigit():
        return False
    number = int(match["n"])
    if number >= 1900:
        return True
    if number not in _DECADE_NUMBERS:
        return False
    after, before = text[match.end() :], text[: match.start()]
    if _ERA_AFTER.match(after):
        return True
    if _LONG_AFTER.match(after):
        return False
    if _LONG_BEFORE.search(before) and re.match(r"\s*(?:$|[,.;!)\n])", after):
        return False
    if number == 60 and not after.strip(" .!") and before.rstrip().endswith(","):
        return False  # at the end of a list of tags it is rather a length
    return number >= 50 or bool(re.search(r"\b(?:the|der|les|los)\s*$", before))


# --- decades ------------------------------------------------------------------------------------

_ERAS = re.compile(
    r"\b(?:early|mid|late)?[\s-]*(?:(?P<c>19|20)(?P<d>[0-9]0)|['’]?(?P<e>[2-9]0|00))['’]?s(?![\w])"
    r"|\b(?P<word>twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties|noughties)\b"
    r"|\b(?P<de>[5-9]0)er(?:\s*jahre)?\b|\bann[ée]es\s+(?P<fr>[5-9]0)\b|\ba[ñn]os\s+(?P<es>[5-9]0)\b"
)
_DECADES = {
    "twenties": "20s", "thirties": "30s", "forties": "40s", "fifties": "50s", "sixties": "60s",
    "seventies": "70s", "eighties": "80s", "nineties": "90s", "noughties": "2000s",
}  # fmt: skip


def _take_eras(scratch: Scratch) -> None:
    def use(match: re.Match[str]) -> tuple[str, object] | None:
        if match["word"]:
            return "era", _DECADES[match["word"]]
        decade = match["d"] or match["e"] or match["de"] or match["fr"] or match["es"]
        if match["c"] == "20" or decade in {"00", "10"}:
            return "era", f"20{decade}s"
        return "era", f"{decade}s"

    _each(scratch, _ERAS, use)


_LAST_NUMBER = re.compile(
    r"(?<![\w#.:/])(?P<before>[a-z][\w&-]*)\s+(?P<n>\d{2,3})(?=\s*(?:$|[,;.!\n]))", re.MULTILINE
)
_COUNTED = re.compile(
    "top|route|vol|volume|part|number|take|version|level|chapter|world|studio|area|no|op|opus|page|"
    "day|of|the|for|in|at|episode|season|room|highway|agent|scene"
)
_LIKELY_BPM = (60.0, 200.0)


def _take_last_number(scratch: Scratch) -> None:
    """The bare number at the end of a clause, where no tempo was stated: “boom bap 90”."""
    if any(span.kind in {"bpm", "bpm_range"} for span in scratch.spans):
        return
    for match in _LAST_NUMBER.finditer(scratch.left):
        low, high = _LIKELY_BPM
        if not _COUNTED.fullmatch(match["before"]) and low <= float(match["n"]) <= high:
            scratch.take(match.start("n"), match.end("n"), "bpm", float(match["n"]))
            return


_STRAY = re.compile(r"(?<!\w)(?!(?:808|303|909|707|606|432|8|16|12|2)(?!\d))\d+(?:[.,]\d+)?(?!\w)")


def _take_rest(scratch: Scratch) -> None:
    _each(scratch, _STRAY, lambda m: ("noise", m[0]))
