"""A mapping proposed for a log that nobody has seen: by the names of its columns, and by what their cells hold.

A proposal is read by a person before it is used, so it is written as a mapping with comments: what is in doubt says so in its place.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

from streams.sources.call_log import header_words as words
from streams.sources.call_log.cells import Cells, LogIsUnreadable, content_of, decoded, likely_encoding
from streams.sources.call_log.mapping import STEP_TIMES
from streams.sources.call_log.moments import moment
from streams.sources.call_log.points import LATITUDE_MAX, LONGITUDE_MAX, point
from streams.sources.call_log.vocabulary import slug
from streams.sources.datum import is_shifted

# A few thousand rows show every form that a column has; a log of a million is proposed for in a second.
ROWS_LOOKED_AT = 2_000
# Logs have some cells that are wrong: a form is that of a column when nearly all of its cells have it.
SHARE_MIN = 0.95
# Points are mistyped more often than times; projected coordinates, which must not pass, are off the globe in every row.
PLACES_SHARE_MIN = 0.8
# Some cells tell at once which forms a column cannot have.
PROBED_CELLS = 5
# No time of day has fewer digits (8:05).
DIGITS_OF_A_TIME = 3
# A zone whose noon is this far from the sun's at the log's places is hardly the log's.
ZONE_OFF_H_MAX = 3.0
# A unit's cell that names several holds the mark between them in at least this share of the rows.
SEVERAL_UNITS_SHARE_MIN = 0.02

Column = list[str]
# What a zone is written like, by the longitude in sixties of degrees.
_EXAMPLE_ZONES = {
    -3: "Pacific/Honolulu",
    -2: "America/Los_Angeles",
    -1: "America/New_York",
    0: "Europe/London",
    1: "Asia/Karachi",
    2: "Asia/Shanghai",
    3: "Pacific/Auckland",
}


@dataclass(slots=True)
class Proposal:
    """What was found: `columns` by word, `settings` by key, and what a person should look at."""

    columns: dict[str, list[str]] = field(default_factory=dict)
    settings: dict[str, object] = field(default_factory=dict)
    doubts: dict[str, str] = field(default_factory=dict)
    dispositions: dict[str, str] = field(default_factory=dict)
    priorities: dict[str, int] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)


class ZoneIsInDoubt(ValueError):
    """The log's places lie where other clocks are kept; `str()` is a sentence."""


def propose(path: Path, *, zone: str, centre: tuple[float, float], is_zone_said: bool = True) -> str:
    """The text of a mapping for the log. `zone` and `centre` (longitude, latitude) stand where the log tells neither.

    LogIsUnreadable; ZoneIsInDoubt where nobody said the zone and the places speak against it: every time would be hours off.
    """
    content = content_of(path)
    encoding = likely_encoding(content)
    cells = Cells(path, decoded(path, content, encoding))
    rows = [row for _, row in islice(cells, ROWS_LOOKED_AT)]
    if not rows:
        raise LogIsUnreadable(f"{path} has a header and no row that can be read: there is nothing to propose a mapping by.")
    columns: dict[str, Column] = {name: [row[name] for row in rows] for name in cells.header if name}
    found = Proposal()
    found.settings |= {"encoding": encoding, "delimiter": cells.delimiter}
    _find_times(found, columns)
    if not found.columns:
        raise LogIsUnreadable(
            f"{path}: no column holds times of a form that is known here; its columns are {', '.join(columns)}. Write the mapping by hand."
        )
    _find_place(found, columns, centre)
    _find_words(found, columns)
    if (off := _find_zone(found, zone)) and not is_zone_said:
        raise ZoneIsInDoubt(
            f"{path}: its places lie about longitude {off:g}, about {off / 15:+.0f} h from UTC, which is not {zone}: "
            f"say the log's own time zone, as in --zone {_EXAMPLE_ZONES[round(off / 60)]}."
        )
    used = {name for names in found.columns.values() for name in names}
    found.unused = [name for name in columns if name not in used]
    return _written(found, path)


def _find_times(found: Proposal, columns: dict[str, Column]) -> None:
    forms = {name: form for name, cells in columns.items() if (form := _form(cells, words.TIME_FORMATS)) and _may_be_time(name, form)}
    free = dict(forms)
    used: dict[str, str] = {}
    for word, patterns in words.TIME_WORDS.items():
        if name := _named(patterns, free):
            found.columns[word] = [name]
            used[word] = free.pop(name)
    if "received" not in found.columns and (joined := _date_and_clock(columns)):
        names, form = joined
        found.columns["received"], used["received"] = names, form
    if not found.columns and forms:
        # Whatever a log calls its one time, a call was received then.
        name, form = next(iter(forms.items()))
        found.columns["received"], used["received"] = [name], form
    found.settings["time_formats"] = list(dict.fromkeys(used.values()))
    if any(
        form.startswith("%m/%d") and _form(columns[found.columns[word][0]], (form.replace("%m/%d", "%d/%m"),))
        for word, form in used.items()
    ):
        found.doubts["time_formats"] = "the month is taken to stand before the day; the rows looked at could be read either way"


def _may_be_time(name: str, form: str) -> bool:
    plain = words.plain(name)
    if re.search(words.NO_TIME_WORDS, plain):
        return False
    # A number of seconds is a time only where the name says so: identifiers have ten digits too.
    return not form.startswith("unix") or bool(re.search(r"time|date|时间", plain))


def _date_and_clock(columns: dict[str, Column]) -> tuple[list[str], str] | None:
    """A day in one column and an hour in another."""
    dates = [(name, form) for name, cells in columns.items() if (form := _form(cells, words.DATE_FORMATS))]
    clocks = [(name, form) for name, cells in columns.items() if (form := _form(cells, words.CLOCK_FORMATS))]
    if not dates or not clocks:
        return None
    (date, date_form), (clock, clock_form) = dates[0], clocks[0]
    return [date, clock], f"{date_form} {clock_form}"


def _form(cells: Iterable[str], forms: Iterable[str]) -> str:
    """The first form that nearly all of the cells that are not empty have."""
    filled = [cell for cell in cells if cell]
    if not any(map(_has_digits, filled[:PROBED_CELLS])):
        return ""
    for form in forms:

        def fits(cell: str, form: str = form) -> bool:
            return _fits(cell, form)

        if any(map(fits, filled[:PROBED_CELLS])) and _share(filled, fits) >= SHARE_MIN:
            return form
    return ""


def _has_digits(cell: str) -> bool:
    return sum(letter.isdigit() for letter in cell) >= DIGITS_OF_A_TIME


def _fits(cell: str, form: str) -> bool:
    if form == "iso" and len(cell) < len("2026-11-23T14:05"):
        return False
    if form in ("unix", "unix_ms") and not re.fullmatch(r"\d{10}(\.\d+)?" if form == "unix" else r"\d{13}", cell):
        return False
    try:
        moment(cell, (form,), ZoneInfo("UTC"))
    except ValueError:
        return False
    return True


def _share(cells: list[str], fits: Callable[[str], bool]) -> float:
    return sum(map(fits, cells)) / len(cells)


def _named(patterns: Iterable[str], names: Iterable[str], taken: Iterable[str] = ()) -> str:
    """The first of the names that fits the surest pattern."""
    free = [name for name in names if name not in set(taken)]
    return next((name for pattern in patterns for name in free if re.search(pattern, words.plain(name))), "")


def _find_place(found: Proposal, columns: dict[str, Column], centre: tuple[float, float]) -> None:
    places = _two_columns(found, columns) or _one_column(found, columns)
    if not places:
        found.settings["default_place"] = list(centre)
        found.doubts["default_place"] = "the log has no points: its incidents are put here, the centre of the map, until you say where"
        return
    lon, lat = (round(median(numbers), 6) for numbers in zip(*places, strict=True))
    found.settings["default_place"] = [lon, lat]
    found.doubts["default_place"] = "for rows without a point: the middle of the others"
    if is_shifted(lon, lat) and any(re.search(r"[\u4e00-\u9fff]", name) for name in columns):
        found.settings["datum"] = "GCJ-02"
        found.doubts["datum"] = "Chinese maps give GCJ-02 or BD-09, satellite receivers WGS-84: ask whoever made the log"


def _two_columns(found: Proposal, columns: dict[str, Column]) -> list[tuple[float, float]]:
    numeric = [
        name for name, cells in columns.items() if (filled := [cell for cell in cells if cell]) and _share(filled, _is_number) >= SHARE_MIN
    ]
    lon, lat = _named((words.LONGITUDES,), numeric), _named((words.LATITUDES,), numeric)
    if not lon or not lat:
        return []
    pairs = [(float(a), float(b)) for a, b in zip(columns[lon], columns[lat], strict=True) if _is_number(a) and _is_number(b)]
    pairs = [pair for pair in pairs if pair != (0.0, 0.0)]
    if pairs and _on_globe([(b, a) for a, b in pairs]) > _on_globe(pairs):
        # Some logs have the two the wrong way round: no latitude is beyond 90.
        lon, lat, pairs = lat, lon, [(b, a) for a, b in pairs]
        found.doubts["lon"] = "the names of the two columns are the wrong way round: this one holds the longitude"
    if not pairs or _on_globe(pairs) < PLACES_SHARE_MIN:
        found.doubts["default_place"] = f"{lon} and {lat} are no degrees"
        return []
    found.columns |= {"lon": [lon], "lat": [lat]}
    return [pair for pair in pairs if _on_globe([pair])]


def _one_column(found: Proposal, columns: dict[str, Column]) -> list[tuple[float, float]]:
    for name, cells in columns.items():
        filled = [cell for cell in cells if cell]
        for form in ("wkt", "(lat, lon)", "(lon, lat)"):
            places = [place for cell in filled if (place := _point(cell, form))]
            if filled and len(places) >= SHARE_MIN * len(filled):
                found.columns["point"] = [name]
                found.settings["point_form"] = form
                return places
    return []


def _point(cell: str, form: str) -> tuple[float, float] | None:
    try:
        return point(cell, form, "WGS-84")
    except ValueError:
        return None


def _on_globe(pairs: list[tuple[float, float]]) -> float:
    return sum(abs(lon) <= LONGITUDE_MAX and abs(lat) <= LATITUDE_MAX for lon, lat in pairs) / len(pairs)


def _is_number(cell: str) -> bool:
    return bool(re.fullmatch(r"[-+]?\d+([.,]\d+)?([eE][-+]?\d+)?", cell)) and abs(float(cell.replace(",", "."))) < float("inf")


def _find_words(found: Proposal, columns: dict[str, Column]) -> None:
    timed = {name for name, cells in columns.items() if _form(cells, (*words.TIME_FORMATS[:-2], *words.DATE_FORMATS))}
    for word, patterns in words.WORDS.items():
        taken = {name for names in found.columns.values() for name in names} | timed
        name = _named(patterns, (name for name, cells in columns.items() if any(cells)), taken)
        if not name or (word == "call" and _share(columns[name], bool) < SHARE_MIN):
            continue
        found.columns[word] = [name]
    if "call" not in found.columns:
        found.columns.pop("incident", None)
        found.settings["call_by_row"] = True
        found.doubts["call_by_row"] = "no column numbers the calls: each row is a call"
    _look_at_units(found, columns)
    if "disposition" in found.columns:
        for text, _ in Counter(columns[found.columns["disposition"][0]]).most_common():
            known = next((ours for ours, pattern in words.DISPOSITIONS.items() if re.search(pattern, text.lower())), "")
            if text and known:
                found.dispositions[text] = known
    if "priority" in found.columns:
        for text, _ in Counter(columns[found.columns["priority"][0]]).most_common():
            if (digit := re.search(r"(?<!\d)([1-5])$", text)) and len(text) > 1:
                found.priorities[text] = int(digit[1])


def _look_at_units(found: Proposal, columns: dict[str, Column]) -> None:
    if "unit" in found.columns:
        filled = [cell for cell in columns[found.columns["unit"][0]] if cell]
        marks = {mark: sum(mark in cell for cell in filled) / len(filled) for mark in (";", "|", ",", "、")}
        mark = max(marks, key=lambda mark: marks[mark])
        if marks[mark] >= SEVERAL_UNITS_SHARE_MIN:
            found.settings["units_separator"] = mark
    elif any(step in found.columns for step in STEP_TIMES):
        found.settings["stand_in"] = "FIRST"
        found.doubts["stand_in"] = "the log has a unit's times and names no unit: FIRST-001, FIRST-002 ... stand in for it"


def _find_zone(found: Proposal, zone: str) -> float:
    """The longitude of the log's places where it speaks against the zone, or else 0."""
    found.settings["zone"] = zone
    found.doubts["zone"] = "of times without an offset; the log does not say it: set the log's own"
    forms = found.settings["time_formats"]
    # Times that bring their offset are right in any zone.
    says_offset = all(form.endswith("%z") or form.startswith("unix") for form in forms)  # type: ignore[attr-defined]
    if says_offset or not found.columns.keys() & {"lon", "point"}:
        return 0.0
    lon = found.settings["default_place"][0]  # type: ignore[index]
    noon = datetime(2026, 1, 1, 12, tzinfo=ZoneInfo(zone)).utcoffset()
    off_h = (noon.total_seconds() / 3_600 if noon else 0.0) - lon / 15
    if abs(off_h - 24 * round(off_h / 24)) > ZONE_OFF_H_MAX:
        found.doubts["zone"] = (
            f"WRONG by its places: longitude {lon:g} is about {lon / 15:+.0f} h from UTC; set the log's own, or guess again with --zone"
        )
        return float(lon)
    return 0.0


def _written(found: Proposal, path: Path) -> str:
    name = (slug(path.name.split(".")[0]) or "log")[:40]
    settings = {"name": name, **found.settings}
    order = (
        "name",
        "zone",
        "time_formats",
        "encoding",
        "delimiter",
        "datum",
        "point_form",
        "default_place",
        "call_by_row",
        "units_separator",
    )
    lines = [f"# Proposed for {path.name} by the names and the cells of its columns. Read it, mend it, then replay.", ""]
    lines += [
        f"{key} = {_toml(settings[key])}" + (f"  # {found.doubts[key]}" if key in found.doubts else "")
        for key in (*order, "stand_in")
        if key in settings
    ]
    if "cleared" not in found.columns:
        lines.append("# closes_at_last_time = true  # the log does not say when a call ended: its incidents stay open without this")
    lines += ["", "[columns]"]
    for word, names in found.columns.items():
        value = names[0] if len(names) == 1 else names
        lines.append(f"{word} = {_toml(value)}" + (f"  # {found.doubts[word]}" if word in found.doubts else ""))
    if found.unused:
        lines.append(f"# not used: {', '.join(' '.join(name.split()) for name in found.unused)}")
    for table, entries in (("priorities", found.priorities), ("dispositions", found.dispositions)):
        if entries:
            lines += ["", f"[{table}]", *(f"{_toml(text)} = {_toml(value)}" for text, value in entries.items())]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
            return f'"{escaped}"'
        case list():
            return f"[{', '.join(map(_toml, value))}]"
        case _:
            return str(value)
