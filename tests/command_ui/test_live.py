"""The live protocol against the running server: snapshot and deltas without a gap, filters, resume, and how bad clients end."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from projections import CATALOGUE
from tests.live_link import Picture, console
from tests.server_fixture import Api, City, Document, a_key, city_of, now, server_of, until

pytestmark = pytest.mark.server


def test_a_link_begins_with_a_hello_that_names_every_view_s_epoch(city: City) -> None:
    with console(city.api) as link:
        hello = link.hear()
        assert hello["type"] == "hello"
        assert hello["account"] == "tester"
        assert set(hello["epochs"]) >= {projection.name for projection in CATALOGUE}


def test_every_view_gives_a_snapshot_that_equals_its_rest_answer(city: City) -> None:
    unit = city.unit()
    city.api.post("/api/intake/positions", {"source": "x", "fixes": [{"unit": unit, "lon": 117.2, "lat": 39.1, "at": now().isoformat()}]})
    city.incident(call=city.call())
    with console(city.api) as link:
        for view in ("incident_board", "call_board", "unit_status", "unit_position", "alarm_board", "catalogue", "account_directory"):
            assert link.watch(view).documents == city.api.documents(view), view
        assert set(link.watch("source_health").documents) == set(city.api.documents("source_health"))


def test_deltas_follow_on_the_snapshot_without_a_gap(city: City) -> None:
    unit = city.unit()
    with console(city.api) as link:
        board, units = link.watch("incident_board"), link.watch("unit_status")
        incident = city.incident()
        city.api.send("dispatch_units", incident=incident, units=[unit])
        for number in range(20):
            city.api.answer("prioritise_incident", incident=incident, priority=1 + number % 5)
        answer = city.api.answer("close_incident", incident=incident, disposition="handled")
        link.until_position(board, answer["position"])
        link.until_position(units, answer["position"])
        assert incident not in board.documents, "what left is told"
        assert board.documents == city.api.documents("incident_board")
        assert units.documents == city.api.documents("unit_status")
        assert (board.snapshots, units.snapshots) == (1, 1)


def test_a_second_console_sees_what_the_first_does(city: City) -> None:
    with console(city.api) as one, console(city.api) as other:
        pictures = [(link, link.watch("incident_board")) for link in (one, other)]
        incident = city.incident()
        for link, picture in pictures:
            link.hear_until(lambda picture=picture: incident in picture.documents, "the new incident")  # type: ignore[misc]
        assert pictures[0][1].documents == pictures[1][1].documents


def test_a_console_that_was_cut_off_resumes_with_one_delta(city: City) -> None:
    leaving, staying = city.incident(), city.incident()
    with console(city.api) as link:
        picture = link.watch("incident_board")
    city.api.send("close_incident", incident=leaving, disposition="handled")
    city.api.send("prioritise_incident", incident=staying, priority=1)
    opened = city.incident()
    with console(city.api) as link:
        link.resume(picture)
        assert (picture.snapshots, picture.deltas) == (1, 1)
        assert picture.documents == city.api.documents("incident_board")
        assert opened in picture.documents
        assert leaving not in picture.documents


@pytest.mark.parametrize(("since", "epoch"), [(-1, None), (10**9, None), (10**500, None), (None, "of-another-life"), (0, None)])
def test_a_resume_from_where_the_server_does_not_know_is_a_snapshot(city: City, since: int | None, epoch: str | None) -> None:
    with console(city.api) as link:
        known = link.watch("call_board")
        picture = Picture("call_board", epoch or known.epoch, known.position if since is None else since)
        if since == 0 and epoch is None:
            # From the very beginning everything is known, or a snapshot says so: either way the picture is whole.
            link.resume(picture)
        else:
            link.resume(picture)
            assert picture.snapshots == 1
        assert picture.documents == city.api.documents("call_board")


def test_a_filter_by_district_shows_what_enters_and_tells_what_leaves(city: City) -> None:
    with console(city.api) as link:
        picture = link.watch("incident_board", districts=["heping"])
        incident, other = city.incident(district="heping"), city.incident(district="nankai")
        link.hear_until(lambda: incident in picture.documents, "the incident in the district")
        answer = city.api.answer("relocate_incident", incident=incident, place={"lon": 117.1, "lat": 39.1}, district="nankai")
        link.until_position(picture, answer["position"])
        assert not {incident, other} & set(picture.documents)
        answer = city.api.answer("relocate_incident", incident=other, place={"lon": 117.1, "lat": 39.1}, district="heping")
        link.until_position(picture, answer["position"])
        assert other in picture.documents


def test_an_agency_s_link_never_names_what_it_may_not_see(city: City) -> None:
    ours, theirs = city.incident("medical"), city.incident("flood")
    with city.account("agency", agencies=("ambulance",)) as agency, console(agency) as link:
        board, units = link.watch("incident_board"), link.watch("unit_status")
        engine = city.unit("engine")
        city.api.send("dispatch_units", incident=theirs, units=[engine])
        city.api.send("close_incident", incident=theirs, disposition="handled")
        answer = city.api.answer("close_incident", incident=ours, disposition="handled")
        link.until_position(board, answer["position"])
        link.until_position(units, answer["position"])
        assert ours not in board.documents, "what it had and left is told"
        heard = str([frame for frame in link.heard if frame.get("view") in ("incident_board", "unit_status")])
        assert ours in heard
        assert theirs not in heard
        assert engine not in heard


def test_a_scope_that_widened_while_the_link_was_cut_is_answered_by_a_snapshot(city: City) -> None:
    here, there = city.incident(district="heping"), city.incident(district="nankai")
    with city.account("dispatcher", districts=("heping",)) as desk:
        with console(desk) as link:
            picture = link.watch("incident_board")
            assert {here, there} & set(picture.documents) == {here}
        account = desk.get("/api/session")["account"]
        city.api.answer("change_account", account=account, districts=["heping", "nankai"])
        with console(desk) as link:
            link.resume(picture)
            assert (picture.snapshots, picture.deltas) == (2, 0)
            assert picture.documents == desk.documents("incident_board")
            assert {here, there} <= set(picture.documents)


def test_filters_by_agency_and_by_keys(city: City) -> None:
    fire, medical = city.incident(), city.incident("medical")
    with console(city.api) as link:
        assert {fire, medical} & set(link.watch("incident_board", agencies=["ambulance"]).documents) == {medical}
        assert set(link.watch("incident_board", keys=[fire]).documents) == {fire}
        picture = link.watch("incident_board", keys=["000000-0000"])
        answer = city.api.answer("prioritise_incident", incident=fire, priority=5)
        link.until_position(picture, answer["position"])
        assert picture.documents == {}


def test_a_timeline_is_watched_by_its_key(city: City) -> None:
    incident = city.incident()
    with console(city.api) as link:
        picture = link.watch("incident_timeline", keys=[incident])
        city.api.answer("add_note", incident=incident, text="水源不足")
        link.hear_until(lambda: "水源不足" in str(picture.documents[incident]), "the note")
        assert picture.documents[incident] == city.api.document("incident_timeline", incident)


def test_a_timeline_without_keys_is_refused_and_the_link_goes_on(city: City) -> None:
    with console(city.api) as link:
        link.say(type="subscribe", view="incident_timeline")
        refused = link.hear_type("refused")
        assert (refused["code"], refused["view"]) == ("keys_are_missing", "incident_timeline")
        assert refused["zh"]
        assert link.watch("incident_board").position is not None


def test_an_unknown_view_and_a_forbidden_one_are_refused_and_the_link_goes_on(city: City) -> None:
    with console(city.api) as link:
        for unknown in ("no_such_view", "recommendation"):
            link.say(type="subscribe", view=unknown)
            refused = link.hear_type("refused")
            assert (refused["view"], refused["code"]) == (unknown, "unknown_view")
            assert (refused["en"], refused["zh"]) == (f"There is no view {unknown}.", f"没有视图 {unknown}。")
        link.say(type="unsubscribe", view="no_such_view")
        assert link.watch("incident_board").position is not None
    with city.account("source") as source, console(source) as link:
        link.say(type="subscribe", view="incident_board")
        assert link.hear_type("refused")["code"] == "view_is_not_allowed"


def test_a_view_that_is_left_is_told_no_more(city: City) -> None:
    with console(city.api) as link:
        picture, calls = link.watch("incident_board"), link.watch("call_board")
        link.say(type="unsubscribe", view="incident_board")
        link.say(type="ping", id=7)
        assert link.hear_type("pong")["id"] == 7
        before = picture.position
        answer = city.api.answer("open_incident", incident_type="flood", place={"lon": 117.0, "lat": 39.0})
        link.until_position(calls, answer["position"])
        assert picture.position == before


def test_a_tick_comes_every_second_with_the_positions(city: City) -> None:
    with console(city.api) as link:
        first, second = link.hear_type("tick"), link.hear_type("tick", within_s=5)
        assert set(first["positions"]) >= {"incident_board", "unit_position"}
        assert second["server_time"] > first["server_time"]
        assert second["lag"] == {}


WEST, EAST = [117.0, 39.0, 117.1, 39.1], [118.0, 39.0, 118.1, 39.1]


def report(city: City, unit: str, lon: float) -> None:
    body = {"source": "avl", "fixes": [{"unit": unit, "lon": lon, "lat": 39.05, "at": now().isoformat(), "speed_kmh": 40}]}
    assert city.api.post("/api/intake/positions", body).json()["accepted"] == 1


def test_a_fix_comes_to_the_consoles_whose_map_shows_the_place(city: City) -> None:
    unit = city.unit()
    report(city, unit, 117.05)
    with console(city.api) as west, console(city.api) as east:
        seen, elsewhere = west.watch("unit_position", viewport=WEST), east.watch("unit_position", viewport=EAST)
        assert unit in seen.documents
        assert unit not in elsewhere.documents
        report(city, unit, 117.06)
        west.hear_until(lambda: seen.documents[unit][0] == pytest.approx(117.06), "the newer fix")
        report(city, unit, 118.05)
        east.hear_until(lambda: unit in elsewhere.documents, "the unit that came")
        west.hear_until(lambda: seen.documents[unit][0] == pytest.approx(118.05), "no ghost stays where it left")


GARBAGE = {
    "no JSON": "hello",
    "not an object": "[]",
    "no type": "{}",
    "an unknown type": '{"type":"explode"}',
    "an unknown field": '{"type":"subscribe","view":"incident_board","colour":"red"}',
    "a view that is no text": '{"type":"subscribe","view":7}',
    "a viewport of three": '{"type":"subscribe","view":"unit_position","filter":{"viewport":[1,2,3]}}',
    "a viewport beyond the world": '{"type":"subscribe","view":"unit_position","filter":{"viewport":[1e308,1,1e308,2]}}',
    "too many keys": json.dumps({"type": "subscribe", "view": "incident_board", "filter": {"keys": ["k"] * 201}}),
    "nothing": "",
    "deep": '{"type":' * 2_000,
    "too large": json.dumps({"type": "ping", "view": "x" * 20_000}),
}


@pytest.mark.parametrize("garbage", [*GARBAGE.values(), b"\x00\xff\xfe"], ids=[*GARBAGE, "bytes"])
def test_a_frame_that_is_not_understood_is_refused_and_ends_the_link(city: City, garbage: str | bytes) -> None:
    with console(city.api) as link, console(city.api) as other:
        other.watch("incident_board")
        link.link.send(garbage)
        assert link.close_code() == 4400
        refused = link.heard[-1]
        assert refused["type"] == "refused"
        assert refused["code"] in ("frame_not_understood", "frame_refused")
        assert refused["en"]
        assert refused["zh"]
        other.say(type="ping", id=1)
        assert other.hear_type("pong")["id"] == 1


def test_too_many_frames_in_a_second_end_the_link(city: City) -> None:
    with console(city.api) as link:
        with contextlib.suppress(ConnectionClosed):
            for number in range(200):
                link.say(type="ping", id=number)
                link.hear()
        assert link.close_code() == 4400
        assert link.heard[-1]["code"] == "frame_refused"


def test_nobody_gets_a_link_without_a_sign_in(city: City) -> None:
    with console(Api(city.api.base_url)) as link:
        assert link.close_code() == 4401
    with console(city.api, Authorization="Bearer dt_nonsense") as link:
        assert link.close_code() == 4401


def cookie_of(city: City, account: str, password: str) -> str:
    browser = Api(city.api.base_url)
    try:
        assert browser.client.post("/api/sign_in", json={"account": account, "password": password}).status_code == 200
        return f"drumtower_session={browser.client.cookies['drumtower_session']}"
    finally:
        browser.close()


def test_a_page_of_another_origin_gets_no_link(city: City) -> None:
    cookie = cookie_of(city, *city.person("dispatcher"))
    with console(city.api, origin="https://evil.example", Cookie=cookie) as link:
        assert link.close_code() == 4403
    with console(city.api, origin=city.api.base_url, Cookie=cookie) as link:
        assert link.hear()["type"] == "hello"


def test_signing_out_ends_the_account_s_link_and_says_so(city: City) -> None:
    cookie = cookie_of(city, *city.person("dispatcher"))
    with console(city.api, Cookie=cookie) as link, console(city.api) as other:
        link.watch("incident_board")
        other.watch("incident_board")
        browser = Api(city.api.base_url)
        session = browser.client.get("/api/session", headers={"Cookie": cookie}).json()
        browser.client.post("/api/sign_out", headers={"Cookie": cookie, "X-CSRF-Token": session["csrf"]})
        browser.close()
        assert link.close_code() == 4401
        said = link.heard[-1]
        assert (said["type"], said["reason"]) == ("session_ends", "signed_out")
        assert said["zh"]
        other.say(type="ping", id=1)
        assert other.hear_type("pong")["id"] == 1, "the others go on"


@pytest.mark.parametrize(
    ("command", "more", "reason"),
    [
        ("disable_account", {"reason": "离职"}, "disabled"),
        ("set_password", {}, "password_changed"),
        ("change_account", {"districts": ["heping"]}, "rights_changed"),
    ],
)
def test_a_session_that_is_over_ends_its_link_and_says_why(city: City, command: str, more: Document, reason: str) -> None:
    account, password = city.person("dispatcher")
    with console(city.api, Cookie=cookie_of(city, account, password)) as link:
        link.watch("incident_board")
        city.api.send(command, account=account, **more)
        assert link.close_code() == 4401
        assert (link.heard[-1]["type"], link.heard[-1]["reason"]) == ("session_ends", reason)


def test_a_revoked_token_ends_its_link(city: City) -> None:
    with city.account("dispatcher") as program:
        account = program.get("/api/session")["account"]
        with console(program) as link:
            link.watch("incident_board")
            city.api.send("revoke_token", token=f"{account}/1", reason="轮换")
            assert link.close_code() == 4401
            assert link.heard[-1]["type"] == "session_ends"


def resident_kb(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


# Each incident of the test weighs so much; the picture is larger than what the system's buffers take.
WORDS = "火" * 8_000
INCIDENTS = 600
# What may come on top of the log's own work while a console does not read: far less than the frames that it was not sent.
GROWTH_KB_MAX = 150_000


@pytest.mark.slow
def test_a_console_that_never_reads_is_passed_over_and_let_go_and_costs_nobody(tmp_path: Path) -> None:
    """It holds one frame on its way, never a queue; others get every change; after a while it is closed as too slow."""
    with server_of(tmp_path, DRUMTOWER_CONSOLE_STUCK_S="4") as server, city_of(server) as city:
        opened = [
            {
                "name": "open_incident",
                "key": a_key(),
                "body": {"incident_type": "flood", "place": {"lon": 117, "lat": 39}, "description": WORDS},
            }
            for _ in range(INCIDENTS)
        ]
        numbers = []
        for start in range(0, INCIDENTS, 50):
            answers = city.api.post("/api/commands", {"commands": opened[start : start + 50]}).json()["answers"]
            numbers += [answer["answer"]["result"]["incident"] for answer in answers]
        city.api.until_shown(city.api.get("/api/log", limit=1)["end"])
        assert server.process is not None

        deaf_socket = socket.socket()
        deaf_socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        deaf_socket.connect(("127.0.0.1", server.port))
        with console(city.api, sock=deaf_socket) as deaf, console(city.api) as other:
            picture = other.watch("incident_board")
            for view in ("incident_board", "unit_status", "call_board", "incident_board", "incident_board"):
                deaf.say(type="subscribe", view=view)
            before_kb = resident_kb(server.process.pid)
            started = time.monotonic()
            for number in numbers[:200]:
                answer = city.api.answer("prioritise_incident", incident=number, priority=1)
                other.until_position(picture, answer["position"])
            grown_kb = resident_kb(server.process.pid) - before_kb
            assert grown_kb < GROWTH_KB_MAX, f"{grown_kb} kB for a console that does not read"
            assert sum(document["priority"] == 1 for document in picture.documents.values()) == 200

            def consoles() -> int:
                return int(
                    next(row for row in city.api.client.get("/metrics").text.splitlines() if row.startswith("drumtower_consoles ")).split()[
                        1
                    ]
                )

            until(lambda: consoles() == 1, "the one that does not read is let go")
            assert time.monotonic() - started < 30
            assert deaf.close_code() == 4408, "what it finds when it begins to read after all"
            other.say(type="ping", id=1)
            assert other.hear_type("pong")["id"] == 1


def test_a_console_that_is_only_slow_gets_the_newest_of_each_document(city: City) -> None:
    incident = city.incident()
    with console(city.api) as link:
        picture = link.watch("incident_board")
        answers = [city.api.answer("prioritise_incident", incident=incident, priority=1 + number % 5) for number in range(50)]
        link.until_position(picture, answers[-1]["position"])
        assert picture.documents[incident]["priority"] == 5
