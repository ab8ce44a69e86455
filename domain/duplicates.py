"""Whether a call may be about an incident that is open already: near in space, time and kind."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from domain.values import LonLat, distance_m

# Callers of one event give places up to some streets apart; beyond 3 km it is another event.
RADIUS_M_MAX = 3_000.0
# Distances and ages at which the likelihood has fallen to 1/e.
RADIUS_M = 500.0
AGE_S = 2_700.0
# What one look takes in beside the form.
CANDIDATES_MAX = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIncident:
    """What is compared of an open incident."""

    incident: str
    incident_type: str
    category: str
    place: LonLat
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """An open incident that the call may be about; `score` is 0 to 1, for ranking only. The link is the operator's act."""

    incident: str
    distance_m: int
    age_s: int
    same_type: bool
    same_category: bool
    score: float
    en: str
    zh: str


def possible_duplicates(
    place: LonLat, at: datetime, incident_type: str, category: str, incidents: Iterable[OpenIncident]
) -> list[Duplicate]:
    """Open incidents within 3 km, the likeliest first. `incident_type` and `category` are empty while they are not known."""
    found = []
    for incident in incidents:
        distance = distance_m(place, incident.place)
        if distance > RADIUS_M_MAX:
            continue
        age_s = (at - incident.opened_at).total_seconds()
        same_type = bool(incident_type) and incident_type == incident.incident_type
        same_category = bool(category) and category == incident.category
        likeness = 1.0 if same_type else 0.6 if same_category else 0.3 if incident_type else 0.6
        score = likeness * math.exp(-distance / RADIUS_M) * math.exp(-abs(age_s) / AGE_S)
        found.append((score, distance, age_s, same_type, same_category, incident))
    found.sort(key=lambda entry: (-entry[0], entry[1], entry[5].incident))
    return [_described(*entry) for entry in found[:CANDIDATES_MAX]]


def _described(score: float, distance: float, age_s: float, same_type: bool, same_category: bool, incident: OpenIncident) -> Duplicate:
    kind_en, kind_zh = ("same type", "同类型") if same_type else ("same category", "同类别") if same_category else ("", "")
    minutes = round(abs(age_s) / 60)
    en = ", ".join(part for part in (kind_en, f"{distance:.0f} m away", f"{minutes} min ago") if part)
    zh = "·".join(part for part in (kind_zh, f"相距 {distance:.0f} 米", f"{minutes} 分钟前") if part)
    return Duplicate(
        incident=incident.incident,
        distance_m=round(distance),
        age_s=round(age_s),
        same_type=same_type,
        same_category=same_category,
        score=round(score, 4),
        en=en,
        zh=zh,
    )
