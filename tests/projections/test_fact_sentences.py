"""Every kind of fact is told in words, in both languages."""

from __future__ import annotations

import pytest

from domain.fact import Fact
from projections.fact_sentences import sentence
from tests.streams.every_kind import desk_of_every_kind, kinds_of_facts

FACTS: dict[str, Fact] = {type(recorded.fact).TOPIC: recorded.fact for recorded in desk_of_every_kind().log}


def test_the_desk_has_seen_every_kind() -> None:
    assert set(FACTS) == kinds_of_facts()


@pytest.mark.parametrize("topic", sorted(FACTS))
def test_a_fact_is_told_in_words_not_by_its_topic(topic: str) -> None:
    zh, en = sentence(FACTS[topic])
    assert topic not in zh
    assert topic not in en
    assert any("\u4e00" <= letter <= "\u9fff" for letter in zh), zh
    assert en[:1].isupper() or en[:1].isdigit(), en
