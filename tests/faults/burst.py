"""Operators in a hurry and consoles that come back by themselves, and what must hold of all that they were told, whatever was killed."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.exceptions import InvalidHandshake, WebSocketException

from tests.live_link import Picture, console
from tests.server_fixture import Api, City, Document, a_key, until

CLIENTS = 4
WATCHERS = 2
# There is no such assignment, the unit is elsewhere, the incident is closed, a time is wanted: an operator in a hurry hears them all.
REFUSED = (404, 409, 422)
UNAVAILABLE = 503
WATCHED = ("incident_board", "unit_status", "call_board")


@dataclass
class Sent:
    """A command that a client sent, and what it was answered with, if it was."""

    name: str
    key: str
    body: Document
    answer: Document | None = None


@dataclass
class Desk:
    """An operator in a hurry: opens incidents, sends units, follows and closes. A command without an answer is sent again with its key."""

    base_url: str
    token: str
    seed: int
    units: list[str]
    stop: threading.Event
    sent: list[Sent] = field(default_factory=list)
    refused: int = 0
    again: int = 0
    fault: BaseException | None = None

    def work(self) -> None:
        """Until told to stop; what is unanswered then stays so."""
        try:
            self._work()
        except AssertionError as error:
            self.fault = error

    def _work(self) -> None:
        chance = random.Random(self.seed)
        open_incidents: list[str] = []
        with httpx.Client(headers={"Authorization": f"Bearer {self.token}"}, timeout=10, trust_env=False) as client:
            while not self.stop.is_set():
                match chance.choice(("open", "open", "dispatch", "dispatch", "step", "note", "close")):
                    case "open":
                        place = {"lon": chance.uniform(117.0, 117.4), "lat": chance.uniform(39.0, 39.2)}
                        opened = self.act(client, "open_incident", incident_type="flood", place=place, external_id=a_key())
                        open_incidents += [opened["incident"]] if opened else []
                    case "dispatch" if open_incidents:
                        self.act(client, "dispatch_units", incident=chance.choice(open_incidents), units=chance.sample(self.units, 2))
                    case "step" if open_incidents:
                        name = f"{chance.choice(open_incidents)}/{chance.choice(self.units)}/1"
                        self.act(client, "step_assignment", assignment=name, step=chance.choice(("en_route", "on_scene", "cleared")))
                    case "note" if open_incidents:
                        self.act(client, "add_note", incident=chance.choice(open_incidents), text=a_key())
                    case "close" if len(open_incidents) > 3:
                        incident = open_incidents.pop(chance.randrange(len(open_incidents)))
                        self.act(client, "close_incident", incident=incident, disposition="handled")

    def act(self, client: httpx.Client, name: str, **body: Any) -> Document | None:  # noqa: ANN401 -- a command's fields
        """One command, sent until there is an answer."""
        sent = Sent(name, a_key(), body)
        self.sent.append(sent)
        while not self.stop.is_set():
            try:
                response = client.post(f"{self.base_url}/api/commands/{name}", json=body, headers={"Idempotency-Key": sent.key})
            except httpx.TransportError:
                self.again += 1
                self.stop.wait(0.02)
                continue
            if response.status_code == UNAVAILABLE:
                # Nothing was accepted, or nobody knows: the same key again says which.
                self.again += 1
                self.stop.wait(0.1)
                continue
            if response.status_code == 200:
                sent.answer = response.json()
                result: Document = sent.answer["result"]
                return result
            assert response.status_code in REFUSED, response.text
            self.refused += 1
            return None
        return None


@dataclass
class Watcher:
    """A console that is connected again by itself and resumes from where it was."""

    api: Api
    stop: threading.Event
    pictures: dict[str, Picture] = field(default_factory=lambda: {view: Picture(view) for view in WATCHED})
    links: int = 0
    fault: BaseException | None = None

    def work(self) -> None:
        """Until told to stop."""
        while not self.stop.is_set() and self.fault is None:
            try:
                self.watch()
            except (WebSocketException, InvalidHandshake, OSError, TimeoutError):
                self.stop.wait(0.02)
            except AssertionError as error:
                self.fault = error

    def watch(self) -> None:
        """One link, until it is cut."""
        with console(self.api) as link:
            self.links += 1
            for picture in self.pictures.values():
                if picture.position is None:
                    link.pictures[picture.view] = picture
                    link.say(type="subscribe", view=picture.view)
                else:
                    link.resume(picture)
            while not self.stop.is_set():
                link.hear(within_s=5)


def assert_accepted_exactly_once(city: City, sent: list[Sent]) -> None:
    """Sent once more with its key, each is answered as it was."""
    assert sent, "nothing was accepted"
    for start in range(0, len(sent), 100):
        page = sent[start : start + 100]
        commands = [{"name": item.name, "key": item.key, "body": item.body} for item in page]
        answers = city.api.post("/api/commands", {"commands": commands}).json()["answers"]
        for item, answer in zip(page, answers, strict=True):
            assert item.answer is not None
            assert answer["status"] == 200, f"{item.name} was accepted and is lost: {answer}"
            assert answer["answer"] == {**item.answer, "repeated": True}, f"{item.name} was decided anew"
    facts = every_fact(city)
    times = Counter(fact["fact"]["external_id"] for fact in facts if fact["topic"] == "incident.opened")
    opened = [item.body["external_id"] for item in sent if item.name == "open_incident"]
    assert {times[name] for name in opened} == {1}, "an incident was opened twice, or not at all"
    notes = Counter(fact["fact"]["text"] for fact in facts if fact["topic"] == "incident.note_added")
    assert {notes[item.body["text"]] for item in sent if item.name == "add_note"} == {1}


def settle(city: City, unanswered: list[Sent]) -> None:
    """What nobody was answered is accepted or not, and from then on answered the same for ever."""
    for item in unanswered:
        first = city.api.post(f"/api/commands/{item.name}", item.body, key=item.key)
        assert first.status_code in (200, *REFUSED), first.text
        if first.status_code == 200:
            again = city.api.post(f"/api/commands/{item.name}", item.body, key=item.key)
            assert again.json() == {**first.json(), "repeated": True}


def every_fact(city: City) -> list[Document]:
    """The whole log."""
    facts: list[Document] = []
    while page := city.api.get("/api/log", after=facts[-1]["position"] if facts else 0, limit=1_000)["facts"]:
        facts += page
    assert [fact["position"] for fact in facts] == list(range(1, len(facts) + 1)), "the log has a gap"
    return facts


def assert_no_unit_was_on_two_assignments(city: City) -> None:
    """At no moment of the log."""
    busy: dict[str, str] = {}
    for fact in every_fact(city):
        if fact["topic"] == "assignment.opened":
            unit = fact["fact"]["unit"]
            assert unit not in busy, f"{unit} was on {busy[unit]} and on {fact['fact']['assignment']} at {fact['position']}"
            busy[unit] = fact["fact"]["assignment"]
        elif fact["topic"] == "assignment.ended":
            assert busy.pop(fact["fact"]["unit"], None) == fact["fact"]["assignment"]
    shown = {unit: document["assignment"] for unit, document in city.api.documents("unit_status").items() if document["assignment"]}
    assert shown == busy


def assert_consoles_show_what_the_views_say(city: City, watchers: list[Watcher]) -> None:
    """The picture of each console that came back is that of `GET /api/views`, document by document."""
    end = city.api.get("/api/log", limit=1)["end"]
    city.api.until_shown(end)
    views = {view: city.api.documents(view) for view in WATCHED}
    for watcher in watchers:
        for view, documents in views.items():
            picture = watcher.pictures[view]
            until(lambda w=watcher, p=picture: w.fault is not None or (p.position or 0) >= end, f"a console's {view} at {end}")  # type: ignore[misc]
            assert watcher.fault is None, watcher.fault
            assert picture.documents == documents, view


@dataclass
class Burst:
    """A burst under way."""

    desks: list[Desk]
    watchers: list[Watcher]
    _stop_desks: threading.Event
    _threads: list[threading.Thread]

    @property
    def accepted(self) -> int:
        """Commands that were answered so far."""
        return sum(sent.answer is not None for desk in self.desks for sent in list(desk.sent))

    def until_accepted(self, more: int, what: str, *, within_s: float = 60) -> None:
        """Until so many more are."""
        goal = self.accepted + more
        until(lambda: self.accepted >= goal or self.faults, what, within_s=within_s)
        assert not self.faults, self.faults

    @property
    def faults(self) -> list[BaseException]:
        """What consoles and desks found wrong."""
        found = [*(desk.fault for desk in self.desks), *(watcher.fault for watcher in self.watchers)]
        return [fault for fault in found if fault is not None]

    def end(self) -> None:
        """No more commands; the consoles go on."""
        self._stop_desks.set()
        for thread in self._threads[: len(self.desks)]:
            thread.join(30)

    def audit(self, city: City) -> None:
        """Every promise, once the last command was sent."""
        everything = [sent for desk in self.desks for sent in desk.sent]
        assert_accepted_exactly_once(city, [sent for sent in everything if sent.answer is not None])
        settle(city, [sent for sent in everything if sent.answer is None])
        assert_no_unit_was_on_two_assignments(city)
        assert_consoles_show_what_the_views_say(city, self.watchers)


@contextmanager
def burst(base_urls: list[str], token: str, units: list[str], seed: int) -> Iterator[Burst]:
    """Desks and consoles at these addresses, in turn."""
    stop_desks, stop_watchers = threading.Event(), threading.Event()
    desks = [Desk(base_urls[number % len(base_urls)], token, seed + number, units, stop_desks) for number in range(CLIENTS)]
    watchers = [Watcher(Api(base_urls[number % len(base_urls)], token), stop_watchers) for number in range(WATCHERS)]
    works = [*(desk.work for desk in desks), *(watcher.work for watcher in watchers)]
    threads = [threading.Thread(target=work, daemon=True) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield Burst(desks, watchers, stop_desks, threads)
    finally:
        stop_desks.set()
        stop_watchers.set()
        for thread in threads:
            thread.join(30)
        for watcher in watchers:
            watcher.api.close()
