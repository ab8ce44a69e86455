"""Points as call logs write them: one cell (`(lat, lon)`, `(lon, lat)`, WKT) or two; the answer is always (lon, lat) in WGS-84."""

from __future__ import annotations

import re
from typing import Final, Literal, get_args

from streams.sources.datum import to_wgs84

PointForm = Literal["(lat, lon)", "(lon, lat)", "wkt"]
POINT_FORMS: Final[tuple[str, ...]] = get_args(PointForm)

LONGITUDE_MAX, LATITUDE_MAX = 180.0, 90.0

_NUMBER = r"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?"
_PAIR = re.compile(rf"\(?\s*({_NUMBER})\s*[,; ]\s*({_NUMBER})\s*\)?")
_WKT = re.compile(rf"(?:SRID=4326;)?\s*POINT\s*(?:Z\s*)?\(\s*({_NUMBER})\s+({_NUMBER})(?:\s+{_NUMBER})?\s*\)", re.IGNORECASE)


def point(text: str, form: str, datum: str) -> tuple[float, float] | None:
    """The point in one cell; None for (0, 0), which logs write for «unknown». ValueError with a sentence."""
    found = (_WKT if form == "wkt" else _PAIR).fullmatch(text.strip())
    if found is None:
        example = {"wkt": "POINT (117.2 39.1)", "(lon, lat)": "(117.2, 39.1)"}.get(form, "(39.1, 117.2)")
        raise ValueError(f"{text!r} is not a point of the form {example}")
    first, second = float(found[1]), float(found[2])
    return checked(second, first, datum) if form == "(lat, lon)" else checked(first, second, datum)


def checked(lon: float, lat: float, datum: str) -> tuple[float, float] | None:
    """The point in WGS-84; None for (0, 0). ValueError with a sentence for one that is not on the globe."""
    if lon == 0 and lat == 0:
        return None
    if abs(lon) > LONGITUDE_MAX:
        raise ValueError(f"longitude {lon:g} does not lie between -180 and 180")
    if abs(lat) > LATITUDE_MAX:
        raise ValueError(f"latitude {lat:g} does not lie between -90 and 90")
    return to_wgs84(lon, lat, datum)
