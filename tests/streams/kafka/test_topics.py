"""Topics as code, and what the brokers say to them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from command_ui.cli import main
from projections import CATALOGUE
from streams.kafka.admin import Admin, Found, administering, compared, require_identities
from streams.kafka.connection import BrokersAreOlder, BrokersRefuse, Connection
from streams.kafka.topics import PREFIX, Topic, every_topic, lane_of
from tools.local_kafka import LocalKafka
from tools.local_postgres import free_port

VIEWS = tuple(view.name for view in CATALOGUE)


def topics_of(prefix: str, brokers: int = 1) -> dict[str, Topic]:
    return {topic.name: topic for topic in every_topic(prefix, VIEWS, brokers=brokers)}


def as_asked(topic: Topic) -> Found:
    return Found(topic.name, "T", topic.partitions, topic.replication, topic.configuration)


def test_facts_are_kept_for_ever_in_one_order() -> None:
    facts = topics_of("city")["city.facts"]
    assert (facts.partitions, facts.cleanup, facts.configuration["retention.ms"]) == (1, "delete", "-1")


def test_with_three_brokers_one_may_be_lost_and_nothing_waits() -> None:
    for topic in topics_of("city", brokers=3).values():
        assert (topic.replication, topic.configuration["min.insync.replicas"]) == (3, "2")
    for topic in topics_of("city", brokers=1).values():
        assert (topic.replication, topic.configuration["min.insync.replicas"]) == (1, "1")


def test_every_view_has_a_compacted_topic_of_one_partition() -> None:
    named = topics_of("city")
    assert {(named[f"city.view.{name}"].cleanup, named[f"city.view.{name}"].partitions) for name in VIEWS} == {("compact", 1)}


def test_telemetry_is_kept_as_long_as_the_setting_says() -> None:
    [reported] = [topic for topic in every_topic("city", (), brokers=1, telemetry_days=0.5) if topic.name == "city.telemetry"]
    assert reported.configuration["retention.ms"] == str(12 * 60 * 60 * 1000)


def test_views_are_spread_over_the_lanes_the_same_everywhere() -> None:
    assert [lane_of(name) for name in ("incident_board", "unit_status", "alarm_board")] == [1, 2, 1]
    assert {lane_of(name) for name in VIEWS} == {0, 1, 2, 3}


def test_the_longest_name_of_a_topic_is_one_that_kafka_takes() -> None:
    longest = "p" * 100
    assert PREFIX.fullmatch(longest)
    assert max(map(len, topics_of(longest))) <= 249


FACTS = topics_of("city", brokers=3)["city.facts"]


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (None, "city.facts is missing: run `drumtower topics --create`."),
        (replace(as_asked(FACTS), partitions=3), "city.facts has 3 partitions and must have 1 (every fact for ever"),
        (replace(as_asked(FACTS), replication=1), "city.facts is on 1 brokers and must be on 3, so that one may be lost: reassign"),
        (
            replace(as_asked(FACTS), configuration=FACTS.configuration | {"cleanup.policy": "compact"}),
            "city.facts has cleanup.policy=compact and must have delete: run kafka-configs --alter --topic city.facts",
        ),
        (
            replace(as_asked(FACTS), configuration=FACTS.configuration | {"retention.ms": "604800000"}),
            "city.facts has retention.ms=604800000 and must have -1 (for ever)",
        ),
        (
            replace(as_asked(FACTS), configuration=FACTS.configuration | {"max.message.bytes": "1048588"}),
            "city.facts has max.message.bytes=1048588 and must have 4194304",
        ),
    ],
)
def test_each_wrong_thing_is_a_sentence_that_says_how_to_mend_it(found: Found | None, says: str) -> None:
    [wrong] = compared(FACTS, found)
    assert wrong.en.startswith(says)
    assert wrong.zh.endswith("。")


def test_larger_records_and_more_copies_than_asked_are_right() -> None:
    more = FACTS.configuration | {"max.message.bytes": "9000000", "min.insync.replicas": "3"}
    assert list(compared(FACTS, replace(as_asked(FACTS), replication=5, configuration=more))) == []


# ------------------------------------------------------------------------------------------------------- on a real broker


@pytest.fixture
def at_broker(kafka: LocalKafka, prefix: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Connection, str]:
    monkeypatch.setenv("DRUMTOWER_BROKERS", kafka.servers)
    monkeypatch.setenv("DRUMTOWER_TOPIC_PREFIX", prefix)
    return Connection(brokers=tuple(kafka.servers.split(","))), prefix


@pytest.mark.kafka
def test_the_command_creates_what_is_missing_and_finds_it_right(
    at_broker: tuple[Connection, str], capsys: pytest.CaptureFixture[str]
) -> None:
    _, prefix = at_broker
    assert main(["topics", "--check"]) == 1
    assert f"{prefix}.facts is missing: run `drumtower topics --create`." in capsys.readouterr().out
    assert main(["topics", "--create"]) == 0
    assert capsys.readouterr().out.count(" created ") == len(topics_of(prefix))
    assert main(["topics", "--create"]) == 0
    assert main(["topics", "--check"]) == 0
    assert " created " not in capsys.readouterr().out


@pytest.mark.kafka
def test_the_command_tells_what_is_wrong_on_the_broker(at_broker: tuple[Connection, str], capsys: pytest.CaptureFixture[str]) -> None:
    connection, prefix = at_broker
    named = topics_of(prefix)
    facts, lanes = named[f"{prefix}.facts"], named[f"{prefix}.lanes"]
    with administering(connection) as admin:
        admin.create([replace(facts, retention_days=1.0), replace(lanes, partitions=2, cleanup="compact")])
    assert main(["topics", "--create"]) == 1
    said = capsys.readouterr().out
    assert f"{facts.name} has retention.ms=86400000 and must have -1 (for ever): run kafka-configs" in said
    assert f"{lanes.name} has 2 partitions and must have 4" in said
    assert f"{lanes.name} has cleanup.policy=compact and must have delete" in said


def test_an_older_broker_is_told() -> None:
    """It describes topics without an identity."""
    require_identities([{"name": "city.facts", "topic_id": "Yv2rTvHkQ8mVw0xJ0c7w9g"}])
    with pytest.raises(BrokersAreOlder, match=r"upgrade them to 3\.3 or newer"):
        require_identities([{"name": "city.facts", "topic_id": None}])


@pytest.mark.kafka
@pytest.mark.slow
def test_wrong_credentials_are_told_and_right_ones_work(tmp_path: Path) -> None:
    with LocalKafka(tmp_path, accounts={"relay": "a right one"}) as kafka:
        brokers = tuple(kafka.servers.split(","))
        with administering(Connection(brokers=brokers, account="relay", password="a right one")) as admin:
            assert admin.brokers() == 1
        with pytest.raises(BrokersRefuse, match="does not accept the account 'relay' with this password: set DRUMTOWER_KAFKA_ACCOUNT"):
            Admin(Connection(brokers=brokers, account="relay", password="a wrong one"))


def test_no_broker_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DRUMTOWER_BROKERS", f"127.0.0.1:{free_port()}")
    assert main(["topics", "--check"]) == 1
    assert "see that the brokers run, that DRUMTOWER_BROKERS names them" in capsys.readouterr().err


def test_the_list_of_topics_needs_no_broker(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DRUMTOWER_BROKERS", "a:1,b:2,c:3")
    assert main(["topics"]) == 0
    [facts] = [line for line in capsys.readouterr().out.splitlines() if line.startswith("drumtower.facts ")]
    assert facts.split()[1:8] == ["1", "3", ">=", "2", "delete", "for", "ever"]


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("DRUMTOWER_BROKERS", "kafka", "DRUMTOWER_BROKERS is 'kafka', not host:port,host:port."),
        ("DRUMTOWER_BROKERS", "", "DRUMTOWER_BROKERS is empty: name the Kafka brokers"),
        ("DRUMTOWER_TOPIC_PREFIX", "城市", "DRUMTOWER_TOPIC_PREFIX is '城市', not letters, digits"),
        ("DRUMTOWER_LANES", "0", "DRUMTOWER_LANES is '0', not a whole number between 1 and 64."),
    ],
)
def test_a_setting_that_means_nothing_is_named(
    variable: str, value: str, says: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(variable, value)
    assert main(["topics", "--check"]) == 1
    assert capsys.readouterr().err.startswith(says)
