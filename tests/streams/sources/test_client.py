"""What the client does when the server is busy, lost or refuses: answers that a real server gives only when it is broken."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import httpx
import pytest

from streams.sources.client import BATCH_BYTES_MAX, BATCH_COMMANDS_MAX, Accepted, Answer, Command, Pauses, PublicInterface, Refused, batches
from streams.sources.interface_errors import NotSignedIn, Unreachable

Respond = Callable[[httpx.Request], httpx.Response]
ANSWER = {"position": 7, "recorded_at": "2026-11-23T06:32:07Z", "repeated": False, "facts": [], "result": {"call": "C261123-0001"}}
TAKE = Command("take_call", "key-00000001", {"source": "110"})


def sent(respond: Respond, *commands: Command, patience_s: float | None = 60.0) -> tuple[list[Answer], list[float]]:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    async def run() -> list[Answer]:
        transport = httpx.MockTransport(respond)
        async with PublicInterface("http://drumtower", "dt_x", patience_s=patience_s, sleep=sleep, transport=transport) as interface:
            if len(commands) == 1:
                return [await interface.send(commands[0])]
            return await interface.send_all(commands)

    return asyncio.run(run()), pauses


def in_turn(*responses: httpx.Response | Exception) -> tuple[Respond, list[httpx.Request]]:
    left, seen = list(responses), []

    def respond(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        response = left.pop(0)
        if isinstance(response, Exception):
            raise response
        return response

    return respond, seen


def test_a_busy_server_is_asked_again_after_the_time_that_it_asks_for() -> None:
    respond, seen = in_turn(httpx.Response(429, headers={"Retry-After": "3"}), httpx.Response(200, json=ANSWER))
    answers, pauses = sent(respond, TAKE)
    assert answers == [Accepted({"call": "C261123-0001"}, is_repeated=False, position=7)]
    assert pauses == [3.0]
    assert [request.headers["Idempotency-Key"] for request in seen] == ["key-00000001", "key-00000001"]


def test_a_lost_answer_is_asked_for_with_the_same_key_and_is_not_called_repeated() -> None:
    respond, seen = in_turn(httpx.ReadTimeout("lost"), httpx.Response(200, json=ANSWER | {"repeated": True}))
    answers, _ = sent(respond, TAKE)
    assert answers == [Accepted({"call": "C261123-0001"}, is_repeated=False, position=7)]
    assert seen[0].headers["Idempotency-Key"] == seen[1].headers["Idempotency-Key"]


def test_a_repeat_of_an_earlier_run_is_called_repeated() -> None:
    answers, _ = sent(in_turn(httpx.Response(200, json=ANSWER | {"repeated": True}))[0], TAKE)
    assert isinstance(answers[0], Accepted)
    assert answers[0].is_repeated


def test_a_refusal_is_an_answer_with_both_sentences() -> None:
    refusal = {"code": "unit_is_assigned", "en": "E0406 is assigned.", "zh": "E0406 正在执行。", "field": "units"}
    answers, _ = sent(in_turn(httpx.Response(409, json=refusal))[0], TAKE)
    assert answers == [Refused(409, "unit_is_assigned", "E0406 is assigned.", "E0406 正在执行。", "units")]


def test_a_server_that_stays_away_ends_in_a_sentence() -> None:
    respond, _ = in_turn(*[httpx.ConnectError("refused")] * 50)
    with pytest.raises(Unreachable, match=r"http://drumtower does not answer \(ConnectError\): given up\."):
        sent(respond, TAKE, patience_s=2.0)


def test_an_unknown_token_ends_in_a_sentence() -> None:
    with pytest.raises(NotSignedIn, match="does not know this token"):
        sent(in_turn(httpx.Response(401, json={}))[0], TAKE)


def test_a_batch_whose_store_could_not_be_written_is_sent_again_with_the_same_keys() -> None:
    taken, busy = {"status": 200, "answer": ANSWER}, {"status": 503, "refusal": {"en": "The disk is full."}}
    respond, seen = in_turn(
        httpx.Response(200, json={"answers": [taken, busy]}),
        httpx.Response(200, json={"answers": [{"status": 200, "answer": ANSWER | {"repeated": True}}, taken]}),
    )
    answers, pauses = sent(respond, TAKE, Command("take_call", "key-00000002", {"source": "120"}))
    assert [isinstance(answer, Accepted) and not answer.is_repeated for answer in answers] == [True, True]
    assert len(pauses) == 1
    assert json.loads(seen[0].content) == json.loads(seen[1].content)


def test_batches_keep_the_order_and_the_limits_of_the_server() -> None:
    commands = [Command("add_note", f"key-{number:08d}", {"text": "x" * (number * 40)}) for number in range(1_300)]
    cut = list(batches(commands))
    assert [command for batch in cut for command in batch] == commands
    assert max(map(len, cut)) <= BATCH_COMMANDS_MAX
    assert max(len(json.dumps([command.body for command in batch])) for batch in cut) <= BATCH_BYTES_MAX


def test_pauses_grow_and_end_with_the_patience() -> None:
    pauses = Pauses(3.0)
    assert [pauses.next("busy") for _ in range(3)] == [0.2, 0.4, 0.8]
    with pytest.raises(Unreachable):
        pauses.next("busy", asked_s=60.0)
