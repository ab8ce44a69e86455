"""`kill -9` at random moments in the middle of a burst: what was accepted is there, once, and every console comes to the same picture."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidHandshake, WebSocketException

from tests.live_link import Picture, console
from tests.server_fixture import Api, City, Document, a_key, city_of, now, server_of, until
from tools.server_process import ROOT, ServerProcess

pytestmark = [pytest.mark.server, pytest.mark.faults, pytest.mark.slow]

KILLS = 4
CLIENTS = 4
UNITS = 8
# There is no such assignment, the unit is elsewhere, the incident is closed, a time is wanted: an operator in a hurry hears them all.
REFUSED = (404, 409, 422)
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

    server: ServerProcess
    seed: int
    units: list[str]
    stop: threading.Event
    sent: list[Sent] = field(default_factory=list)
    refused: int = 0
    again: int = 0

    def work(self) -> None:
        """Until told to stop; what is unanswered then stays so."""
        chance = random.Random(self.seed)
        open_incidents: list[str] = []
        with httpx.Client(headers={"Authorization": f"Bearer {self.server.token}"}, timeout=10, trust_env=False) as client:
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
                response = client.post(f"{self.server.base_url}/api/commands/{name}", json=body, headers={"Idempotency-Key": sent.key})
            except httpx.TransportError:
                self.again += 1
                self.stop.wait(0.02)
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


def test_what_was_accepted_survives_kills_in_the_middle_of_a_burst(tmp_path: Path) -> None:
    seed = 261_123
    chance = random.Random(seed)
    with server_of(tmp_path) as server, city_of(server) as city:
        units = [city.unit() for _ in range(UNITS)]
        stop_desks, stop_watchers = threading.Event(), threading.Event()
        desks = [Desk(server, seed + number, units, stop_desks) for number in range(CLIENTS)]
        watchers = [Watcher(Api(server.base_url, server.token), stop_watchers) for _ in range(2)]
        threads = [
            threading.Thread(target=work, daemon=True) for work in (*(desk.work for desk in desks), *(watcher.work for watcher in watchers))
        ]
        for thread in threads:
            thread.start()
        for _ in range(KILLS):
            goal = accepted(desks) + chance.randrange(20, 120)
            until(lambda goal=goal: accepted(desks) >= goal, "the burst", within_s=60)  # type: ignore[misc]
            server.kill()
            server.start()
        goal = accepted(desks) + 20
        until(lambda: accepted(desks) >= goal, "work after the last kill", within_s=60)
        stop_desks.set()
        for thread in threads[:CLIENTS]:
            thread.join(30)
        assert sum(desk.again for desk in desks) > 0, "no command was under way when the server was killed"

        everything = [sent for desk in desks for sent in desk.sent]
        assert_accepted_exactly_once(city, [sent for sent in everything if sent.answer is not None])
        settle(city, [sent for sent in everything if sent.answer is None])
        assert_no_unit_was_on_two_assignments(city)
        assert_consoles_show_what_the_views_say(city, watchers)
        stop_watchers.set()
        for thread in threads:
            thread.join(30)
        assert all(watcher.links >= KILLS for watcher in watchers), "the consoles came back after each kill"
        assert_views_equal_a_fold_from_scratch(tmp_path)
        for watcher in watchers:
            watcher.api.close()


def accepted(desks: list[Desk]) -> int:
    """Commands that were answered so far."""
    return sum(sent.answer is not None for desk in desks for sent in list(desk.sent))


def assert_accepted_exactly_once(city: City, sent: list[Sent]) -> None:
    """Sent once more with its key, each is answered as it was."""
    assert len(sent) > 100
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


def assert_views_equal_a_fold_from_scratch(directory: Path) -> None:
    """As `drumtower verify` finds it."""
    verify = [sys.executable, "-m", "command_ui.cli", "verify", "--data", str(directory)]
    verified = subprocess.run(verify, cwd=ROOT, capture_output=True, text=True, check=False)
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_readings_and_fixes_that_were_taken_are_there_after_a_kill(tmp_path: Path) -> None:
    """A restart empties no map, and an alarm that was raised stays raised."""
    with server_of(tmp_path) as server, city_of(server) as city:
        unit = city.unit()
        sensor = city.sensor({"condition": "high", "value": 50.0})
        fix = {"unit": unit, "lon": 117.25, "lat": 39.15, "at": now().isoformat()}
        city.api.post("/api/intake/positions", {"source": "avl", "fixes": [fix]})
        city.api.post("/api/intake/readings", {"source": "m", "readings": [{"sensor": sensor, "value": 70, "at": now().isoformat()}]})
        server.kill()
        server.start()
        assert city.api.documents("unit_position")[unit][:2] == [pytest.approx(117.25), pytest.approx(39.15)]

        def raised() -> list[Document]:
            return [alarm for alarm in city.api.documents("alarm_board").values() if alarm["sensor"] == sensor]

        until(raised, "the alarm, raised before the kill or from the reading's place on the log")
        city.api.post("/api/intake/readings", {"source": "m", "readings": [{"sensor": sensor, "value": 75, "at": now().isoformat()}]})
        assert [(alarm["condition"], alarm["state"]) for alarm in raised()] == [("high", "raised")]
