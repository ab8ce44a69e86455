"""The relay on a real broker: everything in order, whatever is killed, doubled, made anew or cut off."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer

from streams.fact_store import FactStore
from streams.kafka import topics
from streams.kafka.admin import TopicsAreWrong
from streams.kafka.connection import BrokersUnreachable, Connection
from streams.kafka.publication import TopicIsOfAnotherLog
from streams.kafka.records import NotOurRecord
from streams.kafka.relay import Relay
from streams.kafka.relay_state import RelayFile
from tests.streams.kafka.published import City, city, come_to, facts_in, until
from tools.local_kafka import LocalKafka
from tools.local_postgres import free_port

pytestmark = pytest.mark.kafka


@pytest.fixture
def town(tmp_path: Path, kafka: LocalKafka, prefix: str) -> Iterator[City]:
    with city(tmp_path, kafka, prefix) as made:
        yield made


def test_every_fact_is_on_every_partition_in_order_and_once(town: City) -> None:
    town.write(5_000)
    relay = town.publish()
    assert set(town.whole().values()) == {1}
    assert {facts_in(town.read(partition)) for partition in town.partitions} == {5_000}
    assert (relay.progress.position, relay.progress.lag) == (5_000, 0)


def test_what_is_written_while_it_runs_follows(town: City, tmp_path: Path) -> None:
    state = RelayFile(tmp_path / "relay.db", town.prefix)
    relay = town.relay(state)

    async def write_and_publish() -> None:
        publishing = asyncio.create_task(until(relay, lambda: relay.progress.position >= 300))
        for _ in range(30):
            await asyncio.to_thread(town.write, 10)
        await publishing

    asyncio.run(write_and_publish())
    state.close()
    assert set(town.whole().values()) == {1}


@pytest.mark.parametrize("is_state_lost", [False, True], ids=["state kept", "state lost"])
def test_the_next_relay_goes_on_where_the_topics_end_and_sends_nothing_twice(town: City, tmp_path: Path, *, is_state_lost: bool) -> None:
    for _ in range(3):
        town.write(100)
        town.publish()
        if is_state_lost:
            (tmp_path / "relay.db").unlink()
    assert set(town.whole().values()) == {1}
    assert {facts_in(town.read(partition)) for partition in town.partitions} == {300}


@pytest.mark.slow
@pytest.mark.faults
def test_a_relay_that_is_killed_in_a_burst_loses_nothing(town: City) -> None:
    town.write(16_000)
    for least in (100, 6_000):
        with town.process() as process:
            # Offsets count records, of which each has two facts on average.
            town.wait_for(town.partitions[0], least // 2)
            assert process.poll() is None, process.stderr and process.stderr.read()
            process.send_signal(signal.SIGKILL)
            process.wait()
    town.publish()
    assert set(town.whole().values()) == {1}


def test_two_relays_at_once_do_no_harm(town: City, tmp_path: Path) -> None:
    town.write(10_000)
    files = [RelayFile(tmp_path / name, town.prefix) for name in ("one.db", "other.db")]
    stores = [town.facts, FactStore(tmp_path / "facts.db")]
    one, other = (town.relay(state, facts) for state, facts in zip(files, stores, strict=True))
    asyncio.run(until(one, lambda: min(one.progress.position, other.progress.position) >= 10_000, other))
    for state in files:
        state.close()
    stores[1].close()
    assert set(town.whole().values()) == {1}


@pytest.mark.parametrize("which", ["facts", "lanes"])
def test_a_topic_that_was_made_anew_begins_an_epoch(town: City, which: str, caplog: pytest.LogCaptureFixture) -> None:
    town.write(500)
    town.publish()
    town.delete(f"{town.prefix}.{which}")
    town.create()
    with caplog.at_level(logging.WARNING):
        town.publish()
    assert set(town.whole().values()) == {2}
    assert f"{town.prefix}.{which} was made anew: publishing from position 1 in epoch 2." in caplog.messages


def test_a_topic_that_is_made_anew_under_a_running_relay_begins_an_epoch(
    town: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.kafka.relay.CHECK_S", 0.2)
    town.write(500)
    state = RelayFile(tmp_path / "relay.db", town.prefix)
    relay = town.relay(state)

    async def make_anew() -> None:
        publishing = asyncio.create_task(until(relay, lambda: relay.progress.epoch == 2 and relay.progress.position >= 600))
        await come_to(relay, 500)
        await asyncio.to_thread(town.delete, topics.facts(town.prefix))
        await asyncio.to_thread(town.create)
        await asyncio.to_thread(town.write, 100)
        await publishing

    asyncio.run(make_anew())
    state.close()
    assert set(town.whole().values()) == {2}


def test_facts_whose_oldest_records_were_removed_begin_an_epoch(town: City, caplog: pytest.LogCaptureFixture) -> None:
    town.write(500)
    town.publish()
    town.remove(town.partitions[0], before=100)
    for _ in range(2):
        with caplog.at_level(logging.WARNING):
            town.publish()
    assert set(town.whole().values()) == {2}
    lost = f"{town.partitions[0][0]}, partition 0 lost its oldest records (it begins at offset 100 and began at 0)"
    assert [message for message in caplog.messages if "lost" in message] == [f"{lost}: publishing from position 1 in epoch 2."]


def test_a_lane_that_retention_has_emptied_goes_on(town: City) -> None:
    town.write(200)
    town.publish()
    lane = town.partitions[1]
    town.remove(lane, before=town.end(lane))
    town.write(10)
    town.publish()
    assert [recorded.position for save in town.read(lane) for recorded in save.facts] == list(range(201, 211))


@pytest.mark.slow
@pytest.mark.faults
def test_a_broker_that_is_killed_and_comes_back_is_waited_for(tmp_path: Path, prefix: str) -> None:
    with LocalKafka(tmp_path / "kafka") as kafka, city(tmp_path, kafka, prefix) as town:
        town.write(1_000)
        state = RelayFile(tmp_path / "relay.db", prefix)
        relay = town.relay(state)

        async def kill_and_start() -> None:
            publishing = asyncio.create_task(until(relay, lambda: relay.progress.position >= 6_000))
            await come_to(relay, 1_000)
            writing = asyncio.create_task(asyncio.to_thread(town.write, 5_000))
            await come_to(relay, 1_001)
            await asyncio.to_thread(kafka.kill, kafka.brokers[0])
            await writing
            await asyncio.to_thread(kafka.start)
            await publishing

        asyncio.run(kill_and_start())
        state.close()
        assert set(town.whole().values()) == {1}


def test_no_broker_is_told_in_a_sentence(tmp_path: Path, prefix: str) -> None:
    facts, state = FactStore(tmp_path / "facts.db"), RelayFile(tmp_path / "relay.db", prefix)
    relay = Relay(facts, Connection(brokers=(f"127.0.0.1:{free_port()}",)), state, prefix=prefix)
    with pytest.raises(BrokersUnreachable, match=r"does not answer .* see that the brokers run, that DRUMTOWER_BROKERS names them"):
        asyncio.run(relay.run(asyncio.Event()))
    state.close()
    facts.close()


def test_topics_that_are_missing_are_told(town: City) -> None:
    town.write(1)
    town.delete(topics.lanes(town.prefix))
    with pytest.raises(TopicsAreWrong, match=f"{town.prefix}.lanes is missing: run `drumtower topics --create`"):
        town.publish()


def test_a_store_that_is_older_than_what_was_published_is_refused(town: City, tmp_path: Path) -> None:
    town.write(100)
    town.publish()
    older = FactStore(tmp_path / "older.db")
    older.append([recorded.fact for recorded in town.facts.facts(0, 60)], ())
    with pytest.raises(TopicIsOfAnotherLog, match="published up to position 100, and the store of record ends at 60"):
        town.publish(facts=older)
    older.close()


def test_another_log_is_refused(town: City, tmp_path: Path) -> None:
    town.write(100)
    town.publish()
    other = FactStore(tmp_path / "other.db")
    other.append([recorded.fact for recorded in town.facts.facts(50)], ())
    other.append([recorded.fact for recorded in town.facts.facts(0, 50)], ())
    with pytest.raises(TopicIsOfAnotherLog, match="another log was published there"):
        town.publish(facts=other)
    other.close()


def test_a_record_of_somebody_else_at_the_end_is_refused(town: City) -> None:
    town.write(10)
    town.publish()

    async def write() -> None:
        producer = AIOKafkaProducer(**town.connection.options)
        await producer.start()
        await producer.send_and_wait(topics.facts(town.prefix), b"hello")
        await producer.stop()

    asyncio.run(write())
    with pytest.raises(
        NotOurRecord, match=rf"{town.prefix}\.facts, partition 0, offset \d+ is not a record of Drumtower: it has no ce_type"
    ):
        town.publish()


def test_a_stopped_relay_says_how_far_it_came(town: City) -> None:
    town.write(50)
    with town.process() as process:
        town.wait_for(town.partitions[-1], 1)
        process.terminate()
        said, log = process.communicate(timeout=30)
    assert process.returncode == 0, log
    assert said == "Stopped; published up to position 50 of 50.\n"
    assert "Publishing from position 1 in epoch 1." in log
