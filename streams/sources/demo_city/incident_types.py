"""The catalogue of incident types in Chinese and English, under the four national categories, with response plans and key questions.

Names follow the systems that a city's command center serves: emergency calls, work safety, environment, weather, urban management,
construction, food and drugs, health, tourism, communities, countryside and schools.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, get_args

from domain.values import Category

CATEGORIES: Final[tuple[str, ...]] = get_args(Category)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentTypeEntry:
    """A type. `frequency` is its share of the demo city's calls; 0 comes from sensors, cameras or warnings, not from callers."""

    code: str
    zh: str
    en: str
    category: str
    priority: int
    level: int
    agency: str
    needs: tuple[tuple[str, int], ...]
    questions: tuple[tuple[str, str], ...]
    frequency: float


# One type a line: code, names, category, numbers, needs (`capability*count`) and questions (`zh/en`).
TABLE: Final = Path(__file__).with_name("incident_types.psv")


def _needs(text: str) -> tuple[tuple[str, int], ...]:
    found = []
    for word in text.split():
        capability, _, count = word.partition("*")
        found.append((capability, int(count or 1)))
    return tuple(found)


def _questions(text: str) -> tuple[tuple[str, str], ...]:
    pairs = (part.strip().split("/") for part in text.split(", "))
    return tuple((zh, en) for zh, en in pairs)


def _entry(line: str) -> IncidentTypeEntry:
    code, zh, en, category, numbers, needs, questions = line.split("|")
    priority, level, agency, frequency = numbers.split()
    assert category in CATEGORIES, f"{code}: {category} is none of the four national categories."
    return IncidentTypeEntry(
        code=code,
        zh=zh,
        en=en,
        category=category,
        priority=int(priority),
        level=int(level),
        agency=agency,
        needs=_needs(needs),
        questions=_questions(questions),
        frequency=float(frequency),
    )


INCIDENT_TYPES: Final = tuple(_entry(line) for line in TABLE.read_text("utf-8").splitlines()[1:])
TYPES_BY_CODE: Final = {entry.code: entry for entry in INCIDENT_TYPES}
