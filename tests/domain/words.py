"""Refusals speak in words: no sentence prints a code such as `en_route`."""

from __future__ import annotations

import re
from typing import Final, get_args

from domain.assignment import STEPS
from domain.recommendation import STATUS_EN
from domain.refusals import Refusal
from domain.sensor_rules import CONDITION_NAMES
from domain.values import Disposition

# What is a code on the wire and in the log, and has words of its own in each language.
CODES: Final = frozenset((*STEPS, *STATUS_EN, *CONDITION_NAMES, *get_args(Disposition)))
_AS_A_WORD = r"(?<![A-Za-z0-9_/-])({})(?![A-Za-z0-9_/-])"
"""Not as a part of an identifier: `TJ-GAS-014/high/…` is an alarm's name."""
_IN_ENGLISH = re.compile(_AS_A_WORD.format("|".join(sorted(code for code in CODES if "_" in code))))
# A single word such as `high` may be what somebody typed: it is looked for only where it is a step or a state.
_IN_CHINESE = re.compile(_AS_A_WORD.format("|".join(sorted(code for code in CODES if "_" in code or code in STATUS_EN or code in STEPS))))


def require_words(refusal: Refusal) -> None:
    """Both sentences are free of codes. Every refusal of a test's desk comes through here."""
    assert not _IN_ENGLISH.search(refusal.sentence_en), f"a code in a sentence: {refusal.sentence_en}"
    assert not _IN_CHINESE.search(refusal.sentence_zh), f"a code in a sentence: {refusal.sentence_zh}"
