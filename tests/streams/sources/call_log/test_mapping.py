from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from streams.sources.call_log.mapping import MappingIsWrong, mapping_of, read_mapping
from streams.sources.call_log.replaying import SHIPPED_MAPPING

LEAST: dict[str, Any] = {"name": "log", "zone": "Asia/Shanghai", "columns": {"call": "id", "received": "at"}}


def test_the_shipped_mapping_is_sound() -> None:
    mapping = read_mapping(SHIPPED_MAPPING)
    assert mapping.columns["received"] == ("Received DtTm",)
    assert mapping.columns["address"] == ("Address", "City")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"zone": "Mars/Olympus"}, r"here: zone is 'Mars/Olympus': it must be a time zone such as Asia/Shanghai\."),
        ({"datum": "CGCS2000"}, r"here: datum is 'CGCS2000': it must be one of WGS-84, GCJ-02, BD-09\."),
        ({"columns": {"received": "at"}}, r"here: columns\.call is missing"),
        ({"columns": {"call": "id"}}, r"here: columns has none of received, answered"),
        ({"columns": {"call": "id", "received": "at", "lon": "x"}}, r"columns\.lon and columns\.lat belong together"),
        ({"columns": {"call": "id", "recieved": "at"}}, r"here: columns\.recieved is not known; known are .*received"),
        ({"colour": "red"}, r"here: colour is not known"),
        ({"priorities": {"E": 9}}, r"here: priorities\.E is 9: it must be a whole number from 1 to 5\."),
        ({"dispositions": {"x": "gone"}}, r"here: dispositions\.x is 'gone': it must be one of handled"),
        ({"incident_types": {"Fire": {"category": "fire"}}}, r"incident_types\.Fire\.category is 'fire'"),
        ({"station_pattern": "("}, r"station_pattern is '\(': it must be a regular expression"),
        ({"default_place": [200, 0]}, r"default_place is \[200, 0\]: it must be \[longitude, latitude\] in WGS-84\."),
    ],
)
def test_a_wrong_mapping_is_a_sentence_that_names_the_file_and_the_key(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(MappingIsWrong, match=sentence):
        mapping_of(LEAST | change, "here")


def test_a_file_that_is_no_toml_or_not_there_is_a_sentence(tmp_path: Path) -> None:
    broken = tmp_path / "log.toml"
    broken.write_text("name = ", "utf-8")
    with pytest.raises(MappingIsWrong, match=r"log\.toml is not TOML"):
        read_mapping(broken)
    with pytest.raises(MappingIsWrong, match=r"none\.toml cannot be read: No such file"):
        read_mapping(tmp_path / "none.toml")
