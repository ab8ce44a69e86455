"""A log in the shape of New York's ambulance calls: a row a call with the first unit's times, no unit named, no points.

Its rows are what real ones are: times missing in any combination, in the wrong order, and over the night in which the clock is put back.
`first_units.csv` is what it makes; run this file to write it anew.
"""

from __future__ import annotations

import csv
import io
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

PATH = Path(__file__).with_suffix(".csv")
ZONE = ZoneInfo("America/New_York")
ROWS = 220
SEED = 20261101
FORM = "%m/%d/%Y %I:%M:%S %p"
# Each time, and how long after the one before it, in seconds; some are as good as never reported.
STEPS = {
    "INCIDENT_DATETIME": (0, 0, 0.97),
    "CALL_PICKUP_DATETIME": (2, 40, 0.85),
    "FIRST_ASSIGNMENT_DATETIME": (10, 200, 0.9),
    "FIRST_ACTIVATION_DATETIME": (0, 90, 0.85),
    "FIRST_ON_SCENE_DATETIME": (60, 1_200, 0.8),
    "FIRST_TO_HOSP_DATETIME": (300, 1_800, 0.5),
    "FIRST_HOSP_ARRIVAL_DATETIME": (200, 1_500, 0.5),
    "INCIDENT_CLOSE_DATETIME": (300, 2_400, 0.95),
}
OUT_OF_ORDER_SHARE = 0.04


def text() -> str:
    """The whole file."""
    chance = random.Random(SEED)
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["CAD_INCIDENT_ID", "INITIAL_CALL_TYPE", *STEPS, "BOROUGH"])
    # Six hours around the hour that the clocks of New York show twice.
    begin = datetime(2026, 11, 1, 2, tzinfo=UTC)
    for number in range(ROWS):
        moment = begin + timedelta(seconds=chance.randrange(6 * 3_600))
        cells = []
        for least, most, share in STEPS.values():
            moment += timedelta(seconds=chance.randint(least, most))
            shown = moment - timedelta(seconds=chance.randrange(900)) if chance.random() < OUT_OF_ORDER_SHARE else moment
            cells.append(_shown(shown) if chance.random() < share else "")
        kind, borough = chance.choice(("SICK", "CARD", "INJURY")), chance.choice(("QUEENS", "BRONX", "BROOKLYN"))
        writer.writerow([f"2630{number:04d}", kind, *(cells if any(cells) else [_shown(begin), *cells[1:]]), borough])
    return file.getvalue()


def _shown(moment: datetime) -> str:
    return moment.astimezone(ZONE).strftime(FORM)


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8", newline="")
