"""The short way out: frames that are put on the wire without the framework are whole frames of the standard."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.frames import Frame, Opcode

from command_ui.live_socket import head_of
from tests.live_link import Picture, console
from tests.server_fixture import City, a_key, city_of, server_of, until


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65_535, 65_536, 1_000_000])
def test_the_head_of_a_frame_is_what_the_library_writes(length: int) -> None:
    text = b"x" * length
    assert head_of(length) + text == Frame(Opcode.TEXT, text).serialize(mask=False)


# An incident of the test weighs so much: two hundred are more than what the system's buffers take for a console that does not read.
WORDS = "火" * 8_000
INCIDENTS = 200


@pytest.fixture(scope="module")
def heavy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[City, list[str]]]:
    """A city with two hundred long incidents, and their numbers."""
    directory: Path = tmp_path_factory.mktemp("heavy")
    with server_of(directory) as server, city_of(server) as city:
        body = {"incident_type": "flood", "place": {"lon": 117, "lat": 39}, "description": WORDS}
        numbers = []
        for _ in range(INCIDENTS // 50):
            commands = [{"name": "open_incident", "key": a_key(), "body": body} for _ in range(50)]
            answers = city.api.post("/api/commands", {"commands": commands}).json()["answers"]
            numbers += [answer["answer"]["result"]["incident"] for answer in answers]
        city.api.until_shown(city.api.get("/api/log", limit=1)["end"])
        yield city, numbers


def a_narrow_socket(city: City) -> socket.socket:
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    narrow.connect(("127.0.0.1", city.server.port))
    return narrow


def figure(city: City, name: str) -> int:
    rows = city.api.client.get("/metrics").text.splitlines()
    return int(next(row for row in rows if row.startswith(f"{name} ")).split()[1])


@pytest.mark.server
def test_a_console_that_reads_again_is_brought_to_now_without_another_change(heavy: tuple[City, list[str]]) -> None:
    """It was passed over: what it missed comes when its last frame has left, in one delta, and holds the newest of each document."""
    city, numbers = heavy
    with console(city.api, sock=a_narrow_socket(city)) as slow, console(city.api) as other:
        theirs = other.watch("incident_board")
        # The library reads a frame or two ahead; then this console is one that does not read.
        for _ in range(3):
            other.hear_type("tick")
        mine = slow.pictures["incident_board"] = Picture("incident_board")
        slow.say(type="subscribe", view="incident_board")
        before = figure(city, "drumtower_consoles_passed_over_total")

        def is_passed_over() -> bool:
            city.api.answer("prioritise_incident", incident=numbers[0], priority=4)
            city.api.answer("prioritise_incident", incident=numbers[0], priority=5)
            return figure(city, "drumtower_consoles_passed_over_total") > before

        until(is_passed_over, "a console that does not read is passed over")
        position = [
            city.api.answer("prioritise_incident", incident=number, priority=priority)["position"]
            for priority in (1, 2, 3)
            for number in numbers[:10]
        ][-1]
        other.until_position(theirs, position)
        assert theirs.deltas > 1, "who reads is held back by nobody"
        slow.until_position(mine, position)
        assert (mine.snapshots, mine.deltas) == (1, 1)
        assert mine.documents == city.api.documents("incident_board")


@pytest.mark.server
def test_frames_that_wait_behind_one_another_all_arrive_in_their_order(heavy: tuple[City, list[str]]) -> None:
    city, _ = heavy
    with console(city.api, sock=a_narrow_socket(city)) as slow:
        for view in ("incident_board", "unit_status", "call_board"):
            slow.say(type="subscribe", view=view)
        slow.say(type="ping", id=7)
        slow.hear_type("pong")
        kinds = [frame.get("view", frame["type"]) for frame in slow.heard if frame["type"] in ("snapshot", "pong")]
        assert kinds == ["incident_board", "unit_status", "call_board", "pong"]


@pytest.mark.server
def test_a_console_that_is_cut_off_with_frames_on_their_way_leaves_nothing_behind(heavy: tuple[City, list[str]]) -> None:
    city, numbers = heavy
    with console(city.api) as other:
        picture = other.watch("incident_board")
        narrow = a_narrow_socket(city)
        with console(city.api, sock=narrow) as slow:
            slow.say(type="subscribe", view="incident_board")
            slow.link.send(json.dumps({"type": "ping", "id": 1}))
            # A cable that is pulled says no goodbye: the reset comes with what was not read.
            narrow.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
            narrow.close()
        other.hear_until(lambda: figure(city, "drumtower_consoles") == 1, "the one that was cut off is let go")
        answer = city.api.answer("prioritise_incident", incident=numbers[0], priority=5)
        other.until_position(picture, answer["position"])
