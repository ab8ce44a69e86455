"""A mapping is proposed for logs in the shapes of several cities' open data, and reads them to the last row."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from streams.sources.call_log.cells import LogIsUnreadable
from streams.sources.call_log.guessing import ZoneIsInDoubt, propose
from streams.sources.call_log.mapping import ColumnMapping, mapping_of
from streams.sources.call_log.reading import read_log

CENTRE = (117.2, 39.1)
LOGS = {
    "seattle": (
        "Address,Type,Datetime,Latitude,Longitude,Report Location,Incident Number\n"
        "12 5th Av N,Aid Response,11/23/2026 02:14:00 PM +0000,47.62,-122.34,,F260001\n"
    ),
    "new_york": (
        "CAD_INCIDENT_ID,INCIDENT_DATETIME,INITIAL_CALL_TYPE,FIRST_ASSIGNMENT_DATETIME,DISPATCH_RESPONSE_SECONDS_QY,FIRST_ON_SCENE_DATETIME,"
        "INCIDENT_CLOSE_DATETIME,BOROUGH\n"
        "1,11/23/2026 02:14:00 PM,SICK,11/23/2026 02:15:00 PM,60,11/23/2026 02:20:00 PM,11/23/2026 03:14:00 PM,QUEENS\n"
    ),
    "cincinnati_with_the_two_swapped": (
        "ADDRESS_X,LATITUDE_X,LONGITUDE_X,CREATE_TIME_INCIDENT,EVENT_NUMBER,ARRIVAL_TIME_PRIMARY_UNIT,DISPATCH_TIME_PRIMARY_UNIT\n"
        "1XX VINE ST,-122.51,39.11,2026-11-23T14:14:00.000,E1,2026-11-23T14:20:00.000,2026-11-23T14:15:00.000\n"
    ),
    "montgomery": "lat,lng,desc,title,timeStamp,twp\n40.1,-75.3,REINDEER CT; Station 332,EMS: BACK PAINS,2026-11-23 14:14:00,NEW HANOVER\n",
    "san_francisco": (
        "Call Number,Unit ID,Incident Number,Call Type,Call Date,Received DtTm,Dispatch DtTm,On Scene DtTm,case_location\n"
        "1,E01,7,Alarms,11/23/2026,11/23/2026 02:14:00 PM,11/23/2026 02:15:00 PM,11/23/2026 02:20:00 PM,POINT (-122.4 37.7)\n"
    ),
    "tianjin": "接警编号;报警时间;案由;地址;经度;纬度;派警时间\nJ1;2026-11-23 14:14;盗窃;南京路1号;117.21;39.12;2026-11-23 14:15\n",
}
EXPECTED = {
    "seattle": {"call": "Incident Number", "received": "Datetime", "lon": "Longitude", "incident_type": "Type", "address": "Address"},
    "new_york": {
        "call": "CAD_INCIDENT_ID",
        "received": "INCIDENT_DATETIME",
        "dispatched": "FIRST_ASSIGNMENT_DATETIME",
        "district": "BOROUGH",
    },
    "cincinnati_with_the_two_swapped": {
        "call": "EVENT_NUMBER",
        "lon": "LATITUDE_X",
        "lat": "LONGITUDE_X",
        "on_scene": "ARRIVAL_TIME_PRIMARY_UNIT",
    },
    "montgomery": {"received": "timeStamp", "lon": "lng", "lat": "lat", "incident_type": "title", "description": "desc"},
    "san_francisco": {"call": "Call Number", "incident": "Incident Number", "unit": "Unit ID", "point": "case_location"},
    "tianjin": {"call": "接警编号", "received": "报警时间", "dispatched": "派警时间", "incident_type": "案由", "lon": "经度"},
}


def proposed(path: Path) -> ColumnMapping:
    return mapping_of(tomllib.loads(propose(path, zone="UTC", centre=CENTRE)), "proposal")


@pytest.mark.parametrize("city", list(LOGS))
def test_the_columns_of_a_citys_log_are_known_and_its_rows_are_read(tmp_path: Path, city: str) -> None:
    path = tmp_path / f"{city}.csv"
    path.write_text(LOGS[city], encoding="gb18030" if city == "tianjin" else "utf-8")
    mapping = proposed(path)
    assert {word: names[0] for word, names in mapping.columns.items()}.items() >= EXPECTED[city].items()
    assert (read_log(path, mapping).good, read_log(path, mapping).bad) == (1, 0)


def test_what_is_in_doubt_says_so(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text(LOGS["montgomery"], "utf-8")
    text = propose(path, zone="Asia/Shanghai", centre=CENTRE)
    assert "WRONG by its places: longitude -75.3 is about -5 h from UTC" in text
    assert "call_by_row = true  # no column numbers the calls" in text


def test_a_zone_that_nobody_said_and_the_places_speak_against_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text(LOGS["montgomery"], "utf-8")
    with pytest.raises(
        ZoneIsInDoubt, match=r"longitude -75\.3, about -5 h from UTC, which is not Asia/Shanghai: .* --zone America/New_York\.$"
    ):
        propose(path, zone="Asia/Shanghai", centre=CENTRE, is_zone_said=False)
    path.write_text(LOGS["tianjin"], "gb18030")
    assert 'zone = "Asia/Shanghai"' in propose(path, zone="Asia/Shanghai", centre=CENTRE, is_zone_said=False)


def test_times_that_bring_their_offset_are_right_in_any_zone(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text(LOGS["seattle"], "utf-8")
    assert "WRONG" not in propose(path, zone="Asia/Shanghai", centre=CENTRE, is_zone_said=False)


def test_a_log_without_a_unit_gets_stand_ins_and_one_without_points_the_centre(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text(LOGS["new_york"], "utf-8")
    mapping = proposed(path)
    assert (mapping.stand_in, mapping.default_place) == ("FIRST", CENTRE)


def test_a_file_without_times_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(LogIsUnreadable, match="no column holds times of a form that is known here; its columns are a, b"):
        propose(path, zone="UTC", centre=CENTRE)
