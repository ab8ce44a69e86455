from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.sources.datum import DATUMS, from_wgs84, to_wgs84, wgs84_to_gcj02

# Mainland China and its seas, well inside the rectangle in which the datum shifts.
LONGITUDES = st.floats(73.6, 135.0)
LATITUDES = st.floats(3.9, 53.5)


def test_gcj02_shifts_tianjin_544_m_east_and_115_m_north() -> None:
    lon, lat = 117.2, 39.12
    shifted_lon, shifted_lat = wgs84_to_gcj02(lon, lat)
    assert (shifted_lon - lon) * 111_320 * math.cos(math.radians(lat)) == pytest.approx(544, abs=2)
    assert (shifted_lat - lat) * 111_132 == pytest.approx(115, abs=2)


@pytest.mark.parametrize("datum", DATUMS)
@given(lon=LONGITUDES, lat=LATITUDES)
def test_a_point_in_china_comes_back_within_a_centimetre(datum: str, lon: float, lat: float) -> None:
    back_lon, back_lat = to_wgs84(*from_wgs84(lon, lat, datum), datum)
    assert back_lon == pytest.approx(lon, abs=1e-7)
    assert back_lat == pytest.approx(lat, abs=1e-7)


@given(lon=LONGITUDES, lat=LATITUDES)
def test_no_shift_is_longer_than_a_kilometre_or_so(lon: float, lat: float) -> None:
    for datum in DATUMS:
        shifted_lon, shifted_lat = from_wgs84(lon, lat, datum)
        assert abs(shifted_lon - lon) < 0.03
        assert abs(shifted_lat - lat) < 0.02


@given(lon=st.floats(-180, 70), lat=st.floats(-90, 90))
def test_outside_china_the_datums_are_wgs84(lon: float, lat: float) -> None:
    assert to_wgs84(lon, lat, "GCJ-02") == (lon, lat)
    assert to_wgs84(lon, lat, "BD-09") == (lon, lat)


def test_an_unknown_datum_is_named_in_a_sentence() -> None:
    with pytest.raises(ValueError, match=r"'CGCS2000' is not a known datum: it must be WGS-84, GCJ-02 or BD-09\."):
        to_wgs84(117.2, 39.1, "CGCS2000")
