"""A document with changed fields is equal to the one that the library makes, and nothing else is touched."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.replacing import replace


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    number: int
    name: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Document(Base):
    rows: tuple[int, ...] = ()
    by_name: dict[str, int] = dataclasses.field(default_factory=dict)


values = {
    "number": st.integers(),
    "name": st.text(max_size=5),
    "rows": st.lists(st.integers(), max_size=3).map(tuple),
    "by_name": st.dictionaries(st.text(max_size=3), st.integers(), max_size=3),
}


@given(before=st.fixed_dictionaries(values), changes=st.fixed_dictionaries({}, optional=values))
def test_it_is_what_the_library_makes(before: dict[str, Any], changes: dict[str, Any]) -> None:
    document = Document(**before)
    changed = replace(document, **changes)
    assert changed == dataclasses.replace(document, **changes)
    assert type(changed) is Document
    assert document == Document(**before)


def test_a_field_that_there_is_not_is_refused() -> None:
    with pytest.raises(KeyError, match="nothing"):
        replace(Document(number=1), nothing=2)
