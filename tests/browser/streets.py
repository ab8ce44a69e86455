"""What the consoles' tests find in the city besides its districts: a type with a name and a question, and quarters of their own."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from tests.server_fixture import Api, City

_quarters = itertools.count()
# Farther apart than units are recommended or duplicates are looked for on foot: 0.05 degrees are 4 km and more.
QUARTER_DEGREES = 0.05


def lay_out_streets(api: Api) -> None:
    """A type that operators find by its initials («zzhz»), asks one question, and needs one engine."""
    api.answer(
        "define_incident_type",
        incident_type="house_fire",
        zh="住宅火灾",
        en="House fire",
        category="accident",
        priority=2,
        agency="fire",
        questions=[{"zh": "有人被困", "en": "Anybody trapped"}],
    )
    api.send("define_response_plan", incident_type="house_fire", level=4, needs=[{"capability": "engine", "count": 1}])


@dataclass
class Quarter:
    """A part of the city where one test is alone: its units are the nearest there, its incidents nobody else's duplicates."""

    city: City
    lon: float = field(init=False)
    lat: float = field(init=False)

    def __post_init__(self) -> None:
        row, column = divmod(next(_quarters), 12)
        self.lon, self.lat = 116.9 + column * QUARTER_DEGREES, 38.7 + row * QUARTER_DEGREES

    def incident(self, incident_type: str = "house_fire", **more: object) -> str:
        """A new incident in the middle of the quarter."""
        return self.city.incident(incident_type, lon=self.lon, lat=self.lat, **({"address": "测试路 1 号", "district": "heping"} | more))

    def units(self, count: int) -> list[str]:
        """Engines at growing distances."""
        return [self.city.unit("engine", lon=self.lon + 0.002 * (index + 1), lat=self.lat) for index in range(count)]
