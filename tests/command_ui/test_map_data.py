"""The gazetteer answers what an operator types, and the operator's own map data come before those that ship."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_ui.map_data import (
    MAP_DIR,
    MAP_FILES,
    PLACES_MAX,
    Gazetteer,
    MapDataIsWrong,
    Place,
    folded,
    map_bytes,
    map_file,
    places_matching,
)

SQUARE = [[117.0, 39.0], [117.2, 39.0], [117.2, 39.2], [117.0, 39.2], [117.0, 39.0]]
HOLE = [[117.05, 39.05], [117.1, 39.05], [117.1, 39.1], [117.05, 39.1], [117.05, 39.05]]


def collection(*features: dict[str, object]) -> str:
    """A GeoJSON FeatureCollection as text."""
    return json.dumps({"type": "FeatureCollection", "features": list(features)}, ensure_ascii=False)


def feature(kind: str, coordinates: object, **properties: object) -> dict[str, object]:
    """One GeoJSON feature."""
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def names(query: str, limit: int = 5) -> list[str]:
    """The Chinese names (English where there is none) that the shipped gazetteer answers."""
    return [place.zh or place.en for place in places_matching(query, limit=limit)]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("塘沽", "塘沽"),
        ("和平", "和平区"),
        ("tanggu", "塘沽"),
        ("TANGG", "塘沽"),
        ("heping", "和平区"),
        ("xiao bai lou", "小白楼"),
        ("liuan", "刘安庄"),
    ],
)
def test_a_name_in_chinese_or_pinyin_finds_its_place_first(query: str, first: str) -> None:
    """Case, blanks and apostrophes do not count, and a beginning is enough."""
    assert names(query)[0] == first


def test_an_address_finds_the_place_that_it_names_before_its_district() -> None:
    """There are no house numbers: the answer is the smallest named place in the address."""
    assert names("南开区鼓楼大街12号")[:2] == ["鼓楼", "南开区"]


def test_an_address_that_names_no_known_place_finds_nothing() -> None:
    """Nothing is guessed."""
    assert names("某某路148号") == []


def test_two_places_of_one_name_are_both_given_and_told_apart_by_district() -> None:
    """There is a 八里台 in Nankai and one in Jinnan."""
    found = [place.district for place in places_matching("八里台", limit=5) if place.zh == "八里台"]
    assert sorted(found) == ["jinnan", "nankai"]


@pytest.mark.parametrize("query", ["", "   ", "!?", "’"])
def test_a_query_without_a_letter_finds_nothing(query: str) -> None:
    """An empty field lists nothing."""
    assert places_matching(query, limit=5) == []


@given(query=st.text(max_size=200), limit=st.integers(min_value=-5, max_value=500))
def test_any_text_is_answered_within_the_limit(query: str, limit: int) -> None:
    """No query fails, and none gives more than was asked for."""
    assert len(places_matching(query, limit=limit)) <= max(0, min(limit, PLACES_MAX))


@given(text=st.text(max_size=40))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    """Queries and names are compared in one form."""
    assert folded(folded(text)) == folded(text)


def test_every_shipped_place_finds_itself_and_lies_on_the_map() -> None:
    """The shipped file is whole: a name, a point within the bounds of map.json, a district that is one of the sixteen."""
    west, south, east, north = json.loads((MAP_DIR / "map.json").read_text(encoding="utf-8"))["bounds"]
    places = Gazetteer.loaded().places
    districts = {place.district for place in places if place.kind == "district"}
    assert len(districts) == 16
    for place in places:
        assert west <= place.lon <= east
        assert south <= place.lat <= north
        assert place.district in districts | {""}
        assert place in places_matching(place.zh or place.en, limit=PLACES_MAX)


@pytest.mark.parametrize("name", ["../map_data.py", "/etc/passwd", "ATTRIBUTION.md", "", "water.geojson/.."])
def test_only_the_named_files_are_served(name: str) -> None:
    """A path cannot be asked for."""
    assert map_file(name) is None


def test_what_an_operator_may_bring_and_did_not_is_empty(tmp_path: Path) -> None:
    """The console draws no districts rather than noticing an error; a name that is not served has no body."""
    assert json.loads(map_bytes("districts.geojson", tmp_path) or b"") == {"type": "FeatureCollection", "features": []}
    assert map_bytes("water.geojson", tmp_path) == (MAP_DIR / "water.geojson").read_bytes()
    assert map_bytes("secrets.json", tmp_path) is None


def test_every_shipped_file_is_geojson_of_its_kind() -> None:
    """What the console loads can be read; districts and streets do not ship."""
    shipped = [path for name in MAP_FILES if (path := map_file(name)) is not None]
    assert [path.name for path in shipped] == ["map.json", "water.geojson", "outline.geojson", "places.geojson"]
    assert all(json.loads(path.read_text(encoding="utf-8")) for path in shipped)


def test_the_operators_own_file_comes_before_the_shipped_one(tmp_path: Path) -> None:
    """A file of the same name replaces the shipped one; the others stay."""
    (tmp_path / "places.geojson").write_text(collection(feature("Point", [117.1, 39.1], zh="甲", en="Jia")), encoding="utf-8")
    assert map_file("places.geojson", tmp_path) == tmp_path / "places.geojson"
    assert map_file("water.geojson", tmp_path) == MAP_DIR / "water.geojson"
    assert places_matching("jia", limit=5, own=tmp_path) == [Place(zh="甲", en="Jia", lon=117.1, lat=39.1, district="", kind="place")]


def test_the_operators_districts_say_in_which_district_a_place_lies(tmp_path: Path) -> None:
    """A place in a hole of a polygon is not in the district."""
    (tmp_path / "districts.geojson").write_text(
        collection(feature("Polygon", [SQUARE, HOLE], code="jia", zh="甲区", en="Jia")), encoding="utf-8"
    )
    (tmp_path / "places.geojson").write_text(
        collection(
            feature("Point", [117.15, 39.15], zh="里", en="In"),
            feature("Point", [117.07, 39.07], zh="洞", en="Hole", district="yi"),
            feature("Point", [118.0, 39.0], zh="外", en="Out"),
        ),
        encoding="utf-8",
    )
    gazetteer = Gazetteer.loaded(tmp_path)
    assert {place.zh: place.district for place in gazetteer.places} == {"里": "jia", "洞": "yi", "外": "", "甲区": "jia"}


def test_the_operators_streets_are_found_in_an_address(tmp_path: Path) -> None:
    """With streets of their own, 「南京路148号」 has an answer."""
    street = feature("LineString", [[117.19, 39.11], [117.2, 39.12], [117.21, 39.13]], zh="南京路", en="Nanjing Road")
    (tmp_path / "streets.geojson").write_text(collection(street), encoding="utf-8")
    found = places_matching("和平区南京路148号", limit=5, own=tmp_path)
    assert [place.zh for place in found][:2] == ["南京路", "和平区"]
    assert (found[0].lon, found[0].lat, found[0].kind) == (117.2, 39.12, "street")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("places.geojson", "not JSON"),
        ("places.geojson", '{"features": 3}'),
        ("places.geojson", collection(feature("Point", ["x", 39.0], zh="甲"))),
        ("districts.geojson", collection(feature("Polygon", [SQUARE], zh="无码"))),
        ("districts.geojson", collection(feature("Point", [117.0, 39.0], code="x"))),
        ("streets.geojson", collection(feature("LineString", [], zh="空"))),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_name(tmp_path: Path, name: str, text: str) -> None:
    """The sentence says which file to mend."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(MapDataIsWrong, match=name):
        Gazetteer.loaded(tmp_path)
