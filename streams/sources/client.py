"""A client of the public interface of docs/protocol.md: commands, batches, intake and views over HTTP with a bearer token.

Every command has an idempotency key, so that whatever got no answer is sent again with the same key and is recorded once. A busy server
(429, 503) is waited for, as long as it asks; one that is down, with growing pauses.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Self

import httpx

from streams.sources.interface_errors import NotPermitted, NotSignedIn, NotUnderstood, Unreachable

# What the server takes in one batch of commands.
BATCH_COMMANDS_MAX = 500
# The server takes 2 MB in one request; the rest is for the envelope.
BATCH_BYTES_MAX = 1_800_000
# What the server takes in one intake request.
INTAKE_ELEMENTS_MAX = 5_000
# Pauses between attempts grow from the first to the last: a restart takes seconds, and a server that comes back is not stormed.
PAUSE_S_FIRST = 0.2
PAUSE_S_MAX = 5.0
# A batch of 500 on a loaded machine takes seconds; beyond this the answer is lost and is asked for again.
ANSWER_S_MAX = 60.0

_BUSY: Final = frozenset({429, 502, 503, 504})

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Command:
    """One command with its idempotency key (8 to 128 printable characters)."""

    name: str
    key: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Accepted:
    """Its facts are on disk. `is_repeated`: they were before this client sent it."""

    result: dict[str, Any]
    is_repeated: bool
    position: int
    facts: tuple[dict[str, Any], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """The command left no fact; the sentences are for people."""

    status: int
    code: str
    en: str
    zh: str
    field: str = ""


Answer = Accepted | Refused


class PublicInterface:
    """Use it as `async with PublicInterface(url, token) as interface`.

    `patience_s` is how long one request is tried before Unreachable is raised; None is for ever.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        *,
        patience_s: float | None = None,
        sleep: Sleep = asyncio.sleep,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        if not re.fullmatch(r"[!-~]+", token):
            # No header can carry it: a client that tried would wait for a server that is there.
            raise NotSignedIn("There is no token, or it has characters that no token has: give one with --token, or in DRUMTOWER_TOKEN.")
        self.base_url = base_url.rstrip("/")
        self.token = token
        self._patience_s = patience_s
        self._sleep = sleep
        self._http = httpx.AsyncClient(
            base_url=self.base_url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=httpx.Timeout(ANSWER_S_MAX, connect=5.0),
            transport=transport,
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._http.aclose()

    async def send(self, command: Command) -> Answer:
        """One command by itself."""
        headers = {"Idempotency-Key": command.key}
        answer, attempts = await self._request("POST", f"/api/commands/{command.name}", json_body=command.body, headers=headers)
        document = _document(answer)
        if answer.is_success:
            return _accepted(document, is_retried=attempts > 1)
        return _refused(answer.status_code, document)

    async def send_all(self, commands: Sequence[Command]) -> list[Answer]:
        """Every command in order, each by itself, in as few requests as may be; the answers in the same order."""
        answers: list[Answer] = []
        for batch in batches(commands):
            answers += await self._send_batch(batch)
        return answers

    async def positions(self, source: str, fixes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """AVL fixes; what was rejected and why."""
        return await self._intake("positions", source, "fixes", fixes)

    async def readings(self, source: str, readings: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Sensor readings; what was rejected and why."""
        return await self._intake("readings", source, "readings", readings)

    async def view(self, view: str, **filters: str) -> dict[str, Any]:
        """The documents of a view by key."""
        answer, _ = await self._request("GET", f"/api/views/{view}", params=filters)
        document = _document(answer)
        if not answer.is_success:
            raise NotUnderstood(f"The view {view} could not be read: {_refused(answer.status_code, document).en}")
        return {key: found for key, _, found in document["documents"]}

    async def document(self, view: str, key: str) -> dict[str, Any] | None:
        """One document of a view; None where there is none."""
        answer, _ = await self._request("GET", f"/api/views/{view}/{key}")
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        document = _document(answer)
        if not answer.is_success:
            raise NotUnderstood(f"{view} of {key} could not be read: {_refused(answer.status_code, document).en}")
        found: dict[str, Any] = document["document"]
        return found

    async def session(self) -> dict[str, Any]:
        """Who this token is, and with which roles."""
        answer, _ = await self._request("GET", "/api/session")
        document = _document(answer)
        if not answer.is_success:
            raise NotUnderstood(f"The session could not be read: {_refused(answer.status_code, document).en}")
        return document

    async def _send_batch(self, batch: Sequence[Command]) -> list[Answer]:
        """A batch in which the store could not be written for some is sent again: the others are answered from their keys."""
        body = {"commands": [{"name": command.name, "key": command.key, "body": command.body} for command in batch]}
        is_retried = False
        pause = Pauses(self._patience_s)
        while True:
            answer, attempts = await self._request("POST", "/api/commands", json_body=body)
            is_retried = is_retried or attempts > 1
            document = _document(answer)
            if not answer.is_success:
                refusal = _refused(answer.status_code, document)
                return [refusal] * len(batch)
            items = document.get("answers", [])
            if len(items) != len(batch):
                raise NotUnderstood(f"A batch of {len(batch)} commands was answered with {len(items)} answers.")
            if not any(item["status"] in _BUSY for item in items):
                return [
                    _accepted(item["answer"], is_retried=is_retried)
                    if "answer" in item
                    else _refused(item["status"], item.get("refusal", {}))
                    for item in items
                ]
            is_retried = True
            busy = next(item for item in items if item["status"] in _BUSY)
            await self._sleep(pause.next(str(busy.get("refusal", {}).get("en", busy["status"]))))

    async def _intake(self, kind: str, source: str, name: str, elements: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        rejected: list[dict[str, Any]] = []
        for start in range(0, len(elements), INTAKE_ELEMENTS_MAX):
            body = {"source": source, name: list(elements[start : start + INTAKE_ELEMENTS_MAX])}
            answer, _ = await self._request("POST", f"/api/intake/{kind}", json_body=body)
            document = _document(answer)
            if not answer.is_success:
                raise NotUnderstood(f"{name} were refused as a whole: {_refused(answer.status_code, document).en}")
            rejected += [{**element, "index": element["index"] + start} for element in document.get("rejected", [])]
        return rejected

    async def _request(
        self,
        method: str,
        path: str,
        *,
        json_body: object = None,
        headers: dict[str, str] | None = None,
        params: dict[str, str] | None = None,
    ) -> tuple[httpx.Response, int]:
        """The first answer that is not «busy», and how many attempts it took. 401 and 403 are errors of the whole program."""
        content = None if json_body is None else json.dumps(json_body, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {**(headers or {}), **({"Content-Type": "application/json"} if content else {})}
        pauses = Pauses(self._patience_s)
        attempts = 0
        while True:
            attempts += 1
            try:
                answer = await self._http.request(method, path, content=content, headers=headers, params=params)
            except httpx.TransportError as error:
                await self._sleep(pauses.next(f"{self.base_url} does not answer ({type(error).__name__})"))
                continue
            if answer.status_code in _BUSY:
                why = f"{self.base_url} is busy ({answer.status_code})"
                await self._sleep(pauses.next(why, asked_s=_retry_after_s(answer)))
                continue
            if answer.status_code == httpx.codes.UNAUTHORIZED:
                raise NotSignedIn(f"{self.base_url} does not know this token: create one with `drumtower token`, or by create_token.")
            if answer.status_code == httpx.codes.FORBIDDEN and not path.startswith("/api/commands/"):
                raise NotPermitted(_refused(answer.status_code, _document(answer)).en)
            return answer, attempts


class Pauses:
    """How long to wait before the next attempt; Unreachable when the patience is spent."""

    def __init__(self, patience_s: float | None) -> None:
        self._left_s = patience_s
        self._pause_s = PAUSE_S_FIRST

    def next(self, why: str, *, asked_s: float | None = None) -> float:
        """The next pause: twice the last, or what the server asks for."""
        pause_s = asked_s if asked_s is not None else self._pause_s
        self._pause_s = min(2 * self._pause_s, PAUSE_S_MAX)
        if self._left_s is not None:
            if pause_s > self._left_s:
                raise Unreachable(f"{why}: given up.")
            self._left_s -= pause_s
        return pause_s


def batches(commands: Iterable[Command]) -> Iterable[list[Command]]:
    """The commands in order, in batches that the server takes: at most 500, and under its limit of bytes."""
    batch: list[Command] = []
    size = 0
    for command in commands:
        length = len(json.dumps(command.body, ensure_ascii=False).encode()) + len(command.name) + len(command.key) + 40
        if batch and (len(batch) == BATCH_COMMANDS_MAX or size + length > BATCH_BYTES_MAX):
            yield batch
            batch, size = [], 0
        batch.append(command)
        size += length
    if batch:
        yield batch


def _retry_after_s(answer: httpx.Response) -> float | None:
    text = answer.headers.get("retry-after", "")
    return float(text) if text.isdigit() else None


def _document(answer: httpx.Response) -> dict[str, Any]:
    try:
        document = answer.json()
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise NotUnderstood(f"{answer.request.method} {answer.request.url.path} was answered {answer.status_code} without a JSON object.")
    return document


def _accepted(document: dict[str, Any], *, is_retried: bool) -> Accepted:
    """A repeat of what this client itself sent before its answer was lost is not called repeated."""
    return Accepted(
        result=document["result"],
        is_repeated=bool(document.get("repeated")) and not is_retried,
        position=int(document["position"]),
        facts=tuple(document.get("facts", ())),
    )


def _refused(status: int, document: dict[str, Any]) -> Refused:
    en = str(document.get("en") or document.get("detail") or f"refused with {status}")
    return Refused(status, str(document.get("code", status)), en, str(document.get("zh", en)), str(document.get("field") or ""))
