from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from streams.sources.call_log.cells import LogIsUnreadable
from streams.sources.call_log.mapping import mapping_of, read_mapping
from streams.sources.call_log.reading import CallLog, read_log
from streams.sources.call_log.replaying import SHIPPED_LOG, SHIPPED_MAPPING
from streams.sources.datum import from_wgs84

COLUMNS = {"call": "id", "unit": "unit", "received": "received", "dispatched": "sent", "on_scene": "there", "point": "point"}
LEAST: dict[str, Any] = {"name": "log", "zone": "Asia/Shanghai", "columns": COLUMNS}
HEADER = "id,unit,received,sent,there,point\n"
ROW = 'A1,E1,2026-01-01 08:00:00,2026-01-01 08:01:00,2026-01-01 08:07:00,"(39.1, 117.2)"\n'


def read(tmp_path: Path, text: str | bytes, **change: object) -> CallLog:
    path = tmp_path / "log.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_log(path, mapping_of(LEAST | change, "mapping"))


def test_the_shipped_week_is_read_to_the_last_row() -> None:
    log = read_log(SHIPPED_LOG, read_mapping(SHIPPED_MAPPING))
    assert (log.rows, log.good, log.duplicates, log.bad, log.differences) == (7_704, 7_704, 0, 0, 0)
    assert len(log.calls) == 3_560
    assert sum(len(call.responses) for call in log.calls) == 7_704
    assert len({response.unit for call in log.calls for response in call.responses}) == 178
    expected = {"received": 3_560, "answered": 3_560, "dispatched": 7_704, "en_route": 7_490, "on_scene": 6_150}
    assert expected | {"transporting": 2_263, "at_destination": 2_208, "cleared": 7_699} == dict(log.times)


def test_a_row_is_a_units_response_to_a_call(tmp_path: Path) -> None:
    log = read(tmp_path, HEADER + ROW + ROW.replace("E1", "T1"))
    assert [response.unit for response in log.calls[0].responses] == ["E1", "T1"]
    assert log.calls[0].place == (117.2, 39.1)
    assert log.calls[0].times == {"received": datetime(2026, 1, 1, 0, 0, tzinfo=UTC)}


def test_a_byte_order_mark_semicolons_and_gzip_are_read(tmp_path: Path) -> None:
    text = "\ufeff" + (HEADER + ROW).replace('"(39.1, 117.2)"', "@").replace(",", ";").replace("@", "(39.1, 117.2)")
    log = read(tmp_path, gzip.compress(text.encode()))
    assert log.good == 1
    assert log.calls[0].place == (117.2, 39.1)


def test_chinese_columns_in_gb18030_and_gcj02_are_read(tmp_path: Path) -> None:
    lon, lat = from_wgs84(117.2, 39.1, "GCJ-02")
    text = f"编号,时间,经度,纬度\n甲1,2026年1月1日 08时00分,{lon},{lat}\n"
    log = read(
        tmp_path,
        text.encode("gb18030"),
        encoding="gb18030",
        datum="GCJ-02",
        time_formats=["%Y年%m月%d日 %H时%M分"],
        columns={"call": "编号", "received": "时间", "lon": "经度", "lat": "纬度"},
    )
    assert log.calls[0].place == pytest.approx((117.2, 39.1), abs=1e-7)


def test_one_row_a_call_with_several_units_in_a_cell_is_read(tmp_path: Path) -> None:
    log = read(tmp_path, HEADER + ROW.replace("E1", "E1; T1;"), units_separator=";")
    assert [response.unit for response in log.calls[0].responses] == ["E1", "T1"]
    assert log.times["on_scene"] == 2


def test_one_row_a_call_without_units_keeps_its_times(tmp_path: Path) -> None:
    columns = {key: value for key, value in COLUMNS.items() if key != "unit"}
    log = read(tmp_path, HEADER + ROW + ROW, columns=columns)
    assert (log.good, log.duplicates) == (1, 1)
    assert set(log.calls[0].times) == {"received", "dispatched", "on_scene"}


def test_wkt_and_iso_times_with_an_offset_are_read(tmp_path: Path) -> None:
    row = ROW.replace('"(39.1, 117.2)"', "POINT (117.2 39.1)").replace("2026-01-01 08:00:00", "2025-12-31T16:00:00-08:00")
    log = read(tmp_path, HEADER + row, point_form="wkt")
    assert log.calls[0].place == (117.2, 39.1)
    assert log.calls[0].received_at == datetime(2026, 1, 1, 0, 0, tzinfo=UTC)


def test_a_date_and_a_time_in_two_columns_are_joined(tmp_path: Path) -> None:
    columns = {"call": "id", "received": ["day", "time"]}
    log = read(tmp_path, "id,day,time\nA1,01/02/2026,23:59\n", columns=columns, time_formats=["%d/%m/%Y %H:%M"])
    assert log.calls[0].received_at == datetime(2026, 2, 1, 15, 59, tzinfo=UTC)


def test_a_missing_column_names_the_file_and_what_it_has(tmp_path: Path) -> None:
    with pytest.raises(
        LogIsUnreadable, match=r"log\.csv, line 1: there is no column 'there', which the mapping gives for on_scene; its columns are id,"
    ):
        read(tmp_path, HEADER.replace(",there", "") + "A1,E1,,,\n")


@pytest.mark.parametrize(
    ("content", "likely"),
    [("天津".encode("gb18030"), "gb18030"), (b"Caf\xe9\xff", "latin-1"), ("天津".encode() + b"\xff", "latin-1")],
)
def test_a_wrong_encoding_names_the_line_and_what_it_may_be(tmp_path: Path, content: bytes, likely: str) -> None:
    sentence = rf"line 2: byte \d+ is not utf-8-sig; set `encoding` in the mapping \(it may be {likely}\)"
    with pytest.raises(LogIsUnreadable, match=sentence):
        read(tmp_path, HEADER.encode() + content)


def test_seconds_and_milliseconds_since_1970_are_read(tmp_path: Path) -> None:
    text = "id,received,sent\nA1,1767225600,1767225660500\n"
    columns = {"call": "id", "received": "received", "dispatched": "sent"}
    times = read(tmp_path, text, columns=columns, time_formats=["unix", "unix_ms"]).calls[0].times
    assert times["received"] == datetime(2026, 1, 1, tzinfo=UTC)
    assert times["dispatched"] == datetime(2026, 1, 1, 0, 1, 0, 500_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (ROW.replace("2026-01-01 08:07:00", "soon"), r"log.csv, line 3, column there: 'soon' is not a time of the form iso."),
        (ROW.replace("39.1, 117.2", "139.1, 117.2"), r"log.csv, line 3, column point: latitude 139.1 does not lie between -90 and 90."),
        (ROW.replace("(39.1, 117.2)", "nowhere"), r"log.csv, line 3, column point: 'nowhere' is not a point of the form (39.1, 117.2)."),
        (ROW.replace("A1", ""), r"log.csv, line 3, column id: the call's number is empty."),
        ('A1,E1,,,,"(39.1, 117.2)"\n', r"log.csv, line 3, column received: the row has no time at all."),
        ("A1,E1,2026-01-01 08:00:00\n", r"log.csv, line 3: the row has 3 cells, the header has 6 columns."),
        (
            ROW.replace("08:07", "09:07").replace("A1", "A0"),
            r"log.csv, line 3: E1 on call A0 has other times than on line 2, with the same dispatch.",
        ),
    ],
)
def test_a_bad_row_is_a_sentence_and_the_rest_goes_on(tmp_path: Path, row: str, sentence: str) -> None:
    log = read(tmp_path, HEADER + ROW.replace("A1", "A0") + row + ROW.replace("A1", "A2"))
    assert (log.rows, log.good, log.bad) == (3, 2, 1)
    assert log.bad_sentences[0].endswith(sentence)


def test_a_row_that_says_the_same_again_is_a_duplicate(tmp_path: Path) -> None:
    log = read(tmp_path, HEADER + ROW + ROW)
    assert (log.rows, log.good, log.duplicates, log.bad) == (2, 1, 1, 0)


def test_a_call_whose_rows_disagree_keeps_the_first_and_tells(tmp_path: Path) -> None:
    log = read(tmp_path, HEADER + ROW + ROW.replace("E1", "T1").replace("08:00:00", "08:00:30"))
    assert log.differences == 1
    assert "the time received of call A1 is" in log.difference_sentences[0]


def test_zero_zero_is_no_place(tmp_path: Path) -> None:
    assert read(tmp_path, HEADER + ROW.replace("39.1, 117.2", "0, 0")).calls[0].place is None
    assert read(tmp_path, HEADER + ROW.replace("39.1, 117.2", "0, 0"), default_place=[1, 2]).calls[0].place == (1.0, 2.0)


def test_a_cell_that_is_larger_than_the_reader_takes_costs_its_row_only(tmp_path: Path) -> None:
    log = read(tmp_path, HEADER + ROW + ROW.replace("A1", "A" * 100_000) + ROW.replace("A1", "A3"))
    assert (log.good, log.bad) == (2, 1)


def test_a_quotation_mark_that_is_never_closed_costs_its_own_row_only(tmp_path: Path) -> None:
    stray = ROW.replace("A1", "A2").replace('"(39.1, 117.2)"', '"(39.1')
    log = read(tmp_path, HEADER + ROW + stray + ROW.replace("A1", "A3") + ROW.replace("A1", "A4"))
    assert [call.call for call in log.calls] == ["A1", "A3", "A4"]
    assert (log.rows, log.good, log.bad) == (4, 3, 1)
    assert "line 3: the row" in log.bad_sentences[0]
    assert "a quotation mark opens and is not closed where it should be" in log.bad_sentences[0]


def test_a_line_break_inside_a_cell_is_part_of_it(tmp_path: Path) -> None:
    log = read(tmp_path, HEADER + ROW.replace("E1", '"E\n1"') + ROW.replace("A1", "A2"))
    assert (log.good, log.bad) == (2, 0)


def test_a_delimiter_at_the_end_of_each_row_is_no_cell(tmp_path: Path) -> None:
    assert read(tmp_path, HEADER + ROW.replace('"\n', '",\n')).good == 1


def test_a_column_that_is_there_twice_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(LogIsUnreadable, match=r"line 1: 2 columns are named 'there', which the mapping gives for on_scene"):
        read(tmp_path, HEADER.replace("received", "there"), columns={"call": "id", "on_scene": "there"})


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"PK\x03\x04", "is a spreadsheet or an archive"), (b"\x1f\x8b\x08cut", "cannot be read"), (b"\n\n", "is empty")],
)
def test_a_file_that_is_no_log_is_a_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(LogIsUnreadable, match=sentence):
        read(tmp_path, content)


def test_offsets_in_hours_and_chinese_halves_of_the_day_are_read(tmp_path: Path) -> None:
    text = "id,received,sent\nA1,2026/01/02 05:00:00+00,2026/01/02 下午 1:05\n"
    columns = {"call": "id", "received": "received", "dispatched": "sent"}
    log = read(tmp_path, text, columns=columns, time_formats=["%Y/%m/%d %H:%M:%S%z", "%Y/%m/%d %p %I:%M"])
    assert log.calls[0].times["received"] == log.calls[0].times["dispatched"].replace(minute=0) == datetime(2026, 1, 2, 5, tzinfo=UTC)


def test_a_priority_that_the_mapping_does_not_know_is_told_and_costs_nothing(tmp_path: Path) -> None:
    log = read(tmp_path, HEADER + ROW, columns=COLUMNS | {"priority": "unit"})
    assert (log.good, log.calls[0].priority, dict(log.unknown_priorities)) == (1, None, {"E1": 1})


def test_rows_without_a_number_are_calls_by_what_they_say(tmp_path: Path) -> None:
    log = read(tmp_path, HEADER + ROW + ROW + ROW.replace("A1", "A2"), columns={"received": "received"}, call_by_row=True)
    assert (log.good, log.duplicates, len(log.calls)) == (2, 1, 2)


def test_units_that_stand_in_are_on_one_call_at_a_time(tmp_path: Path) -> None:
    columns = {key: value for key, value in COLUMNS.items() if key != "unit"}
    later = ROW.replace("A1", "A3").replace(" 08:", " 09:")
    log = read(tmp_path, HEADER + ROW + ROW.replace("A1", "A2") + later, columns=columns, stand_in="FIRST")
    assert [call.responses[0].unit for call in log.calls] == ["FIRST-001", "FIRST-002", "FIRST-001"]
    assert log.stand_ins == log.times["on_scene"] == 3
