"""The open map and the gazetteer of this installation.

`map_bytes` answers `GET /api/map/{name}`: the operator's own file in `DATA_DIR/map/` before the one that ships.
`Gazetteer` answers `GET /api/places?q=`: places of GeoNames and, where the operator has put them there, districts and streets.
What is known here is as coarse as its source. There are no house numbers: for 「鼓楼大街12号」 the answer is the place that
the address names (鼓楼), and never a point that pretends to be the house.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

MAP_DIR = Path(__file__).parent / "map"

# The names that are served, so that no path can be asked for. Districts and streets are there only if the operator brought them.
MAP_FILES = ("map.json", "water.geojson", "outline.geojson", "places.geojson", "districts.geojson", "streets.geojson")

# A longer text is no name of a place; it bounds the work of one key stroke.
QUERY_CHARACTERS_MAX = 80

# More than this nobody reads while a caller is speaking.
PLACES_MAX = 50

# A name of one character within an address («东» in «东丽») says nothing.
NAME_IN_ADDRESS_CHARACTERS_MIN = 2

_NOTHING = b'{"type":"FeatureCollection","features":[]}'
_KIND_RANK = {"city": 0, "district": 1, "subdistrict": 2, "town": 3, "street": 4}
_SMALLEST_KIND_RANK = 5
_NOT_A_LETTER = re.compile(r"[\W_]+")

Ring = Sequence[Sequence[float]]


class MapDataIsWrong(ValueError):
    """A file of the operator's own map cannot be used. Its sentence names the file, the feature and what was expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A named point, WGS-84. `zh` is empty where the source knows no Chinese name; `district` is a catalogue code or empty."""

    zh: str
    en: str
    lon: float
    lat: float
    district: str
    kind: str
    population: int = 0

    def document(self) -> dict[str, str | float]:
        """Give the place as `GET /api/places` does."""
        return {"zh": self.zh, "en": self.en, "lon": self.lon, "lat": self.lat, "district": self.district, "kind": self.kind}


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The places of one installation, read once."""

    places: tuple[Place, ...]

    @classmethod
    def loaded(cls, own: Path | None = None) -> Gazetteer:
        """Read the shipped places, or the operator's own in `own` with their districts and streets."""
        areas = tuple(_areas(_features("districts.geojson", own)))
        named = [_point(feature, number) for number, feature in enumerate(_features("places.geojson", own))]
        if areas:
            # The operator's polygons are the better source for a district, and for the district that a place lies in.
            named = [_placed(place, areas) for place in named if place.kind != "district"] + [area.place for area in areas]
        streets = (_placed(place, areas) for place in _streets(_features("streets.geojson", own)))
        return cls(tuple(dict.fromkeys([*named, *streets])))

    def matching(self, query: str, *, limit: int) -> list[Place]:
        """Give places whose Chinese, English or pinyin name begins with the query, holds it, or stands in it; the best first."""
        wanted = folded(query[:QUERY_CHARACTERS_MAX])
        if not wanted:
            return []
        found = [(rank, place) for place in self.places if (rank := _rank(place, wanted)) is not None]
        found.sort(key=lambda item: (item[0], _KIND_RANK.get(item[1].kind, _SMALLEST_KIND_RANK), -item[1].population, item[1].en))
        return [place for _, place in found[: max(0, min(limit, PLACES_MAX))]]


def map_file(name: str, own: Path | None = None) -> Path | None:
    """Say where the map file of this name lies: in the operator's own folder before the shipped one; None when there is none."""
    if name not in MAP_FILES:
        return None
    for folder in (own, MAP_DIR):
        if folder is not None and (folder / name).is_file():
            return folder / name
    return None


def map_bytes(name: str, own: Path | None = None) -> bytes | None:
    """Give the body of `GET /api/map/{name}`; None for a name that is not served. What an operator may bring and did not is empty."""
    path = map_file(name, own)
    if path is not None:
        return path.read_bytes()
    return _NOTHING if name in MAP_FILES else None


def places_matching(query: str, *, limit: int, own: Path | None = None) -> list[Place]:
    """Search the gazetteer of the installation whose own map data, if any, lie in `own`. Files are read at the first call only."""
    return _gazetteer(own).matching(query, limit=limit)


def folded(text: str) -> str:
    """Give the text as it is compared: compatibility forms, case, accents, blanks and apostrophes do not count."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return _NOT_A_LETTER.sub("", "".join(character for character in decomposed if not unicodedata.combining(character)))


@lru_cache(maxsize=4)
def _gazetteer(own: Path | None) -> Gazetteer:
    return Gazetteer.loaded(own)


def _rank(place: Place, wanted: str) -> int | None:
    """0 the very name, 1 its beginning, 2 within it, 3 the name stands in what was typed (an address); None otherwise."""
    zh, en = folded(place.zh), folded(place.en)
    if wanted in (zh, en):
        return 0
    if (zh and zh.startswith(wanted)) or en.startswith(wanted):
        return 1
    if wanted in zh or (len(wanted) > 2 and wanted in en):
        return 2
    stem = zh.removesuffix("区") if place.kind == "district" else zh
    if len(stem) >= NAME_IN_ADDRESS_CHARACTERS_MIN and stem in wanted:
        # In 「和平区南京路148号」 the street says more than the district, and the district more than the city.
        return 3 + (place.kind == "district") + 2 * (place.kind == "city")
    return None


def _features(name: str, own: Path | None) -> list[dict[str, Any]]:
    path = map_file(name, own)
    if path is None:
        return []
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        message = f"{path} is not a GeoJSON FeatureCollection: {error}."
        raise MapDataIsWrong(message) from error
    if not isinstance(features, list):
        message = f"{path} has features of type {type(features).__name__}, not a list."
        raise MapDataIsWrong(message)
    return features


def _point(feature: dict[str, Any], number: int) -> Place:
    try:
        properties = feature["properties"]
        lon, lat = feature["geometry"]["coordinates"]
        return Place(
            zh=properties.get("zh") or "",
            en=properties.get("en") or "",
            lon=float(lon),
            lat=float(lat),
            district=properties.get("district") or "",
            kind=properties.get("kind") or "place",
            population=int(properties.get("population") or 0),
        )
    except (KeyError, TypeError, ValueError) as error:
        message = f"Feature {number} of places.geojson is not a Point with zh and en: {error!r}."
        raise MapDataIsWrong(message) from error


@dataclass(frozen=True, slots=True)
class _Area:
    """A district of the operator's, with its polygons."""

    place: Place
    polygons: tuple[tuple[Ring, ...], ...]

    def contains(self, lon: float, lat: float) -> bool:
        """Whether the point lies in one of the polygons and in none of its holes."""
        return any(_in_ring(rings[0], lon, lat) and not any(_in_ring(hole, lon, lat) for hole in rings[1:]) for rings in self.polygons)


def _areas(features: Iterable[dict[str, Any]]) -> Iterator[_Area]:
    for number, feature in enumerate(features):
        try:
            properties, geometry = feature["properties"], feature["geometry"]
            polygons = {"Polygon": [geometry["coordinates"]], "MultiPolygon": geometry["coordinates"]}[geometry["type"]]
            largest = max((polygon[0] for polygon in polygons), key=len)
            lons, lats = [corner[0] for corner in largest], [corner[1] for corner in largest]
            place = Place(
                zh=properties.get("zh") or "",
                en=properties.get("en") or "",
                lon=round((min(lons) + max(lons)) / 2, 5),
                lat=round((min(lats) + max(lats)) / 2, 5),
                district=properties["code"],
                kind="district",
            )
            yield _Area(place, tuple(tuple(polygon) for polygon in polygons))
        except (KeyError, TypeError, ValueError, IndexError) as error:
            message = f"Feature {number} of districts.geojson is not a Polygon or MultiPolygon with code, zh and en: {error!r}."
            raise MapDataIsWrong(message) from error


def _streets(features: Iterable[dict[str, Any]]) -> Iterator[Place]:
    for number, feature in enumerate(features):
        try:
            properties, geometry = feature["properties"], feature["geometry"]
            lines = {"LineString": [geometry["coordinates"]], "MultiLineString": geometry["coordinates"]}[geometry["type"]]
            longest = max(lines, key=len)
            lon, lat = longest[len(longest) // 2][:2]
        except (KeyError, TypeError, ValueError, IndexError) as error:
            message = f"Feature {number} of streets.geojson is not a LineString or MultiLineString: {error!r}."
            raise MapDataIsWrong(message) from error
        zh, en = properties.get("zh") or "", properties.get("en") or ""
        if zh or en:
            yield Place(zh=zh, en=en, lon=float(lon), lat=float(lat), district=properties.get("district") or "", kind="street")


def _placed(place: Place, areas: Sequence[_Area]) -> Place:
    """Give the place the district whose polygon holds it; leave it as it was where no polygon does."""
    for area in areas:
        if area.contains(place.lon, place.lat):
            return replace(place, district=area.place.district)
    return place


def _in_ring(ring: Ring, lon: float, lat: float) -> bool:
    """Even-odd rule: a ray to the east crosses the ring an odd number of times."""
    inside = False
    for (x1, y1, *_), (x2, y2, *_) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > lat) != (y2 > lat) and lon < x1 + (lat - y1) * (x2 - x1) / (y2 - y1):
            inside = not inside
    return inside
