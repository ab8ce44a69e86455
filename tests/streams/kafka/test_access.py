"""Each process may do its own work on the brokers and nothing else, and the command that says so tells what is not as it must be."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from command_ui.cli import main
from streams.kafka import topics
from streams.kafka.access import ROLES, Role, Rule, account, group, rights, rules
from streams.kafka.access_admin import compared
from streams.kafka.admin import Admin, administering
from streams.kafka.connection import BrokersRefuse, BrokersUnreachable, Connection
from tests.streams.kafka.secured import Secured, as_administrator, installed
from tools.local_kafka import LocalKafka

CITY = "city"


# ------------------------------------------------------------------------------------------------------------ the rights as values


def may(role: Role, operation: str, topic: str) -> bool:
    return any(
        right.role == role
        and operation in right.operations
        and (topic == right.name if right.pattern == "LITERAL" else topic.startswith(right.name))
        for right in rights(CITY)
        if right.kind == "TOPIC"
    )


def test_each_topic_has_one_writer() -> None:
    written = {
        name: [role for role in ROLES if may(role, "WRITE", name)]
        for name in ("city.facts", "city.lanes", "city.view.incident_board", "city.telemetry")
    }
    assert written == {
        "city.facts": ["relay"],
        "city.lanes": ["relay"],
        "city.view.incident_board": ["worker"],
        "city.telemetry": ["gateway"],
    }


def test_nobody_but_the_administrator_makes_changes_or_deletes() -> None:
    assert {operation for right in rights(CITY) for operation in right.operations} == {"READ", "WRITE", "DESCRIBE", "DESCRIBE_CONFIGS"}


def test_a_right_of_one_installation_reaches_no_other() -> None:
    assert all(right.name.startswith("city.") for right in rights(CITY))
    assert {rule.principal for rule in rules(CITY)} == {"User:city-relay", "User:city-worker", "User:city-gateway"}


def test_right_is_what_was_asked_for_and_what_concerns_others() -> None:
    others = [
        Rule("User:town-relay", "TOPIC", "town.facts", "LITERAL", "WRITE"),
        Rule("User:*", "TOPIC", "town.facts", "LITERAL", "READ"),
    ]
    assert list(compared(CITY, [*rules(CITY), *others])) == []


def test_a_right_that_is_missing_is_told() -> None:
    [wrong] = compared(CITY, rules(CITY)[1:])
    assert wrong.en == "the account city-relay may not WRITE topic city.facts: run `drumtower topics --create`."
    assert wrong.zh.endswith("`drumtower topics --create`。")


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (
            Rule("User:city-worker", "TOPIC", "city.facts", "LITERAL", "WRITE"),
            (
                "the account city-worker may WRITE topic city.facts from *, which is not what its work needs: run kafka-acls --remove "
                "--allow-principal 'User:city-worker' --topic 'city.facts' --resource-pattern-type literal --operation WRITE."
            ),
        ),
        (
            Rule("User:*", "TOPIC", "city.", "PREFIXED", "READ"),
            "everybody who is signed in may READ topic city.* from *, which is not what its work needs: run kafka-acls --remove",
        ),
        (Rule("User:*", "TOPIC", "ci", "PREFIXED", "READ"), "everybody who is signed in may READ topic ci*"),
        (Rule("User:*", "TOPIC", "*", "LITERAL", "READ"), "everybody who is signed in may READ topic * from *"),
        (Rule("User:city-relay", "CLUSTER", "kafka-cluster", "LITERAL", "ALTER"), "the account city-relay may ALTER cluster kafka-cluster"),
        (
            Rule("User:city-relay", "TOPIC", "city.facts", "LITERAL", "WRITE", is_allowed=False, host="10.0.0.9"),
            (
                "the account city-relay is denied to WRITE topic city.facts from 10.0.0.9, which is not what its work needs: "
                "run kafka-acls --remove --deny-principal"
            ),
        ),
    ],
)
def test_a_right_beyond_its_work_is_told_with_the_command_that_takes_it_away(rule: Rule, says: str) -> None:
    [wrong] = compared(CITY, [*rules(CITY), rule])
    assert wrong.en.startswith(says)
    assert wrong.zh.endswith("。")


def test_the_list_of_rights_needs_no_broker(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["topics"]) == 0
    [line] = [line for line in capsys.readouterr().out.splitlines() if line.startswith("drumtower-worker ") and " group " in line]
    assert line.rstrip().split(maxsplit=4) == [
        "drumtower-worker",
        "READ",
        "group",
        "drumtower.views",
        "shares the lanes with the other workers",
    ]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("city-relay\n", "line 1 of {path} is not an account and its password, with a space between."),
        ("# ours\ncity-relay a secret\n", "line 2 of {path} is not an account and its password"),
        (None, "{path} cannot be read: No such file"),
    ],
)
def test_a_file_of_accounts_that_is_none_is_told_without_what_is_in_it(
    lines: str | None, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "accounts"
    if lines is not None:
        path.write_text(lines, "utf-8")
    assert main(["topics", "--create", "--accounts", str(path)]) == 1
    told = capsys.readouterr().err
    assert told.startswith("--accounts: " + says.format(path=path))
    assert "secret" not in told


def test_accounts_are_made_by_create_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["topics", "--check", "--accounts", str(tmp_path)]) == 1
    assert capsys.readouterr().err == "--accounts makes accounts: it goes with --create.\n"


# ---------------------------------------------------------------------------------------------------------------- on a real broker


@pytest.fixture
def city(secured_kafka: LocalKafka, prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Secured:
    return installed(secured_kafka, prefix, tmp_path, monkeypatch)


# What is refused is refused at once, but for a client that goes on asking; what is not takes milliseconds.
ANSWER_S_MAX = 15.0


async def wrote(connection: Connection, topic: str) -> bool:
    """Whether the brokers take a record as the relay, the workers and the gateways write it."""
    producer = AIOKafkaProducer(**connection.options, acks="all", enable_idempotence=True)
    try:
        async with asyncio.timeout(ANSWER_S_MAX):
            await producer.start()
            await producer.send_and_wait(topic, b"{}", key=b"key", partition=0)
    except (KafkaError, TimeoutError):
        return False
    finally:
        await producer.stop()
    return True


async def read(connection: Connection, topic: str) -> bool:
    """Whether they give its first record, without a group."""
    consumer = AIOKafkaConsumer(**connection.options, enable_auto_commit=False, auto_offset_reset="none")
    try:
        async with asyncio.timeout(ANSWER_S_MAX):
            await consumer.start()
            consumer.assign([TopicPartition(topic, 0)])
            consumer.seek(TopicPartition(topic, 0), 0)
            return bool(await consumer.getone())
    except (KafkaError, TimeoutError):
        return False
    finally:
        await consumer.stop()


async def joined(connection: Connection, topic: str, name: str) -> bool:
    """Whether they take a member of the group of workers."""
    consumer = AIOKafkaConsumer(topic, **connection.options, group_id=name, group_instance_id="one")
    try:
        async with asyncio.timeout(ANSWER_S_MAX):
            await consumer.start()
    except (KafkaError, TimeoutError):
        return False
    finally:
        await consumer.stop()
    return True


async def done(work: Callable[[Connection, str], Awaitable[bool]], city: Secured, every: list[str]) -> dict[Role, set[str]]:
    """The topics with which each role could do it."""
    tried = [(role, topic) for role in ROLES for topic in every]
    answers = await asyncio.gather(*(work(city.as_role(role), topic) for role, topic in tried))
    return {
        role: {topic for (tried_by, topic), was_done in zip(tried, answers, strict=True) if was_done and tried_by == role} for role in ROLES
    }


@pytest.mark.kafka
@pytest.mark.slow
def test_each_account_does_its_own_work_and_no_other(city: Secured) -> None:
    board = topics.view(city.prefix, "incident_board")
    facts, lanes, telemetry = topics.facts(city.prefix), topics.lanes(city.prefix), topics.telemetry(city.prefix)
    every = [facts, lanes, board, telemetry]
    assert asyncio.run(done(wrote, city, every)) == {"relay": {facts, lanes}, "worker": {board}, "gateway": {telemetry}}
    assert asyncio.run(done(read, city, every)) == {"relay": {facts, lanes}, "worker": {lanes}, "gateway": {board, telemetry}}


@pytest.mark.kafka
def test_only_workers_join_the_group_of_workers(city: Secured) -> None:
    lanes, name = topics.lanes(city.prefix), group(city.prefix)
    assert asyncio.run(joined(city.as_role("worker"), lanes, name))
    assert not asyncio.run(joined(city.as_role("relay"), lanes, name))


@pytest.mark.kafka
def test_no_process_gives_rights_or_makes_topics(
    city: Secured, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for role in ROLES:
        with administering(city.as_role(role)) as admin, pytest.raises(BrokersRefuse, match=r"not do this \((Cluster|Topic)Authorization"):
            admin.create([topics.telemetry_topic(f"{city.prefix}.other", brokers=1, telemetry_days=1)])
    monkeypatch.setenv("DRUMTOWER_KAFKA_ACCOUNT", account(city.prefix, "relay"))
    monkeypatch.setenv("DRUMTOWER_KAFKA_PASSWORD", city.as_role("relay").password)
    assert main(["topics", "--check"]) == 1
    capsys.readouterr()


@pytest.mark.kafka
def test_what_was_made_is_found_right_and_making_it_again_changes_nothing(capsys: pytest.CaptureFixture[str], city: Secured) -> None:
    made = [line for line in capsys.readouterr().out.splitlines() if line.startswith(f"{city.prefix}-")]
    assert len(made) == len(rights(city.prefix))
    assert all(" created " in line for line in made)
    assert main(["topics", "--check"]) == 0
    assert main(["topics", "--create"]) == 0
    assert " created " not in capsys.readouterr().out


@pytest.mark.kafka
def test_what_is_missing_or_too_much_on_the_brokers_is_told(
    secured_kafka: LocalKafka, prefix: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    as_administrator(secured_kafka, prefix, monkeypatch)
    assert main(["topics", "--check"]) == 1
    told = capsys.readouterr().out
    assert f"the account {prefix}-relay is missing: run `drumtower topics --create --accounts FILE`" in told
    assert f"the account {prefix}-worker may not READ topic {prefix}.lanes: run `drumtower topics --create`." in told
    city = installed(secured_kafka, prefix, tmp_path, monkeypatch)
    with administering(city.administrator) as admin:
        give(admin, Rule(f"User:{prefix}-worker", "TOPIC", f"{prefix}.facts", "LITERAL", "WRITE"))
    assert main(["topics", "--check"]) == 1
    assert f"the account {prefix}-worker may WRITE topic {prefix}.facts from *, which is not what its work needs" in capsys.readouterr().out


def give(admin: Admin, rule: Rule) -> None:
    from streams.kafka.access_admin import _acl

    admin.ask(lambda client: client.create_acls([_acl(rule)]))


@pytest.mark.kafka
def test_brokers_without_an_authorizer_are_told_and_pass(
    kafka: LocalKafka, prefix: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DRUMTOWER_BROKERS", kafka.servers)
    monkeypatch.setenv("DRUMTOWER_TOPIC_PREFIX", prefix)
    assert main(["topics", "--create"]) == 0
    assert "The brokers check no rights (they have no authorizer): whoever reaches them may do everything." in capsys.readouterr().out


@pytest.mark.kafka
def test_who_comes_in_another_way_than_asked_is_refused_with_a_sentence(city: Secured, tmp_path: Path) -> None:
    from datetime import UTC, datetime

    from streams.pipes.certificates import AUTHORITY, prepare

    prepare(tmp_path / "another", {}, now=datetime(2026, 11, 27, tzinfo=UTC))
    relay = city.as_role("relay")
    wrong: list[tuple[dict[str, Any], type[Exception], str]] = [
        ({"password": "wrong"}, BrokersRefuse, f"does not accept the account '{city.prefix}-relay' with this password"),
        ({"ca": tmp_path / "another" / AUTHORITY}, BrokersUnreachable, "shows a certificate for which the authority in .* does not vouch"),
        ({"ca": None}, BrokersUnreachable, "does not answer at .* over SASL_PLAINTEXT .* that they expect this kind of connection"),
        ({"account": ""}, BrokersUnreachable, "does not answer at .* over SSL .* that they expect this kind of connection"),
        ({"account": "", "ca": None}, BrokersUnreachable, "does not answer at .* over PLAINTEXT"),
    ]
    for change, failure, says in wrong:
        with pytest.raises(failure, match=says):
            replace(relay, **change).require_answer()
    relay.require_answer()
