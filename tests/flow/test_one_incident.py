"""The whole path over HTTP: a call becomes an incident, units are sent and followed, mistakes are mended, and everything is told."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest

from tests.server_fixture import City, now, until
from tools.server_process import ROOT

pytestmark = pytest.mark.server


def test_a_call_is_followed_from_the_ring_to_the_close(city: City) -> None:  # noqa: PLR0915 -- a whole life is one story
    api = city.api
    place = {"lon": 117.190, "lat": 39.110}
    engine, ladder = city.unit("engine", lon=117.191, lat=39.110), city.unit("ladder", lon=117.200, lat=39.120)
    broken = city.unit("engine", lon=117.190, lat=39.110)
    api.send("put_out_of_service", unit=broken, reason="检修")

    # A call rings, is answered, and asks about a fire.
    received = now() - timedelta(seconds=60)
    call = city.call(
        place=place,
        address="和平区南京路 1 号",
        district="heping",
        incident_type="dwelling_fire",
        description="厨房起火",
        caller_name="王小明",
        caller_number="13800001234",
        received_at=received.isoformat(),
        answered_at=(received + timedelta(seconds=6)).isoformat(),
    )
    shown = api.documents("call_board")[call]
    assert shown["has_caller"]
    assert "王小明" not in str(shown), "a caller's name is not on the board"
    assert api.send("reveal_caller", call=call, purpose="回拨")["caller_number"] == "13800001234"

    # Nothing near is known, so it becomes an incident; the second caller is shown it.
    here = {"lon": place["lon"], "lat": place["lat"], "incident_type": "dwelling_fire"}
    before = {candidate["incident"] for candidate in api.get("/api/possible_duplicates", **here)["candidates"]}
    incident = api.send("open_incident", incident_type="dwelling_fire", place=place, district="heping", call=call)["incident"]
    offered = api.get("/api/possible_duplicates", **here)["candidates"]
    assert {candidate["incident"] for candidate in offered} - before == {incident}
    assert offered[0]["same_type"]
    assert offered[0]["distance_m"] < 1
    assert offered[0]["zh"] != offered[0]["en"]
    second = city.call(place={"lon": 117.1901, "lat": 39.1101}, incident_type="dwelling_fire")
    api.send("link_call", call=second, incident=incident)
    assert api.documents("incident_board")[incident]["calls"] == [call, second]

    # The recommendation has reasons, and says what is short.
    offer = api.get(f"/api/incidents/{incident}/recommendation")
    needs = {need["capability"]: need for need in offer["needs"]}
    assert needs["engine"]["count"] == 2
    ranked = {candidate["unit"]: candidate for candidate in offer["candidates"]}
    assert ranked[engine]["is_proposed"]
    assert ranked[ladder]["is_proposed"]
    assert ranked[engine]["eta_s"] < ranked[ladder]["eta_s"]
    assert offer["candidates"][0]["unit"] == broken, "a nearer unit that cannot go stands first, with its reason"
    assert not ranked[broken]["is_suitable"]
    assert all(candidate["reason_en"] and candidate["reason_zh"] for candidate in offer["candidates"])
    assert offer["eta_method"] == "great_circle_x_1.35"

    # Two are sent; a third that is no unit is named.
    sent = api.refused(404, "dispatch_units", incident=incident, units=["NOBODY"])
    assert sent["code"] == "unknown_thing"
    recommended = [candidate["unit"] for candidate in offer["candidates"] if candidate["is_proposed"]]
    sent = api.send("dispatch_units", incident=incident, units=[engine, ladder, "NOBODY"], recommended=recommended, reason="最近")
    first, other = sent["assignments"]
    assert [first, other] == [f"{incident}/{engine}/1", f"{incident}/{ladder}/1"]
    assert [(refused["unit"], refused["code"]) for refused in sent["refused"]] == [("NOBODY", "unknown_thing")]
    assert api.documents("unit_status")[engine]["status"] == "dispatched"
    assert api.documents("incident_board")[incident]["phase"] == "dispatched"
    elsewhere = city.incident(lon=117.3)
    taken = api.refused(409, "dispatch_units", incident=elsewhere, units=[engine])
    assert taken["code"] == "unit_is_assigned"
    assert incident in taken["en"]

    # Steps: as they happen, learnt late, corrected, taken back.
    for step in ("acknowledged", "en_route", "on_scene"):
        api.send("step_assignment", assignment=first, step=step)
    assert api.documents("incident_board")[incident]["phase"] == "on_scene"
    late = now() - timedelta(seconds=40)
    api.send("step_assignment", assignment=other, step="en_route", occurred_at=late.isoformat())
    row = next(row for row in api.documents("incident_board")[incident]["assignments"] if row["unit"] == ladder)
    assert set(row["late"]) == {"en_route"}, "both times of what was learnt late are shown"
    assert row["times"]["en_route"] < row["late"]["en_route"]
    corrected = late + timedelta(seconds=5)
    api.send("correct_step_time", assignment=other, step="en_route", occurred_at=corrected.isoformat(), reason="电台记录")
    api.send("step_assignment", assignment=other, step="on_scene")
    api.send("undo_step", assignment=other, step="on_scene", reason="按错")
    assert api.documents("unit_status")[ladder]["status"] == "en_route"

    # Notes, one of them struck out; the words stay.
    note = api.send("add_note", incident=incident, text="二楼有人被困")["note"]
    wrong = api.send("add_note", incident=incident, text="三楼有人被困")["note"]
    api.send("strike_note", incident=incident, note=wrong, reason="楼层有误")
    entries = api.document("incident_timeline", incident)["entries"]
    notes = {entry["note"]: entry for entry in entries if entry["topic"] == "incident.note_added"}
    assert not notes[note]["is_struck"]
    assert notes[wrong]["is_struck"]
    assert notes[wrong]["struck_reason"] == "楼层有误"
    assert "三楼有人被困" in notes[wrong]["zh"]

    # Merged and taken apart, split.
    api.send("merge_incidents", incident=incident, merged=elsewhere)
    assert elsewhere not in api.documents("incident_board")
    assert api.documents("incident_board")[incident]["merged"] == [elsewhere]
    assert api.refused(409, "prioritise_incident", incident=elsewhere, priority=1)["code"] == "incident_is_merged"
    api.send("unmerge_incident", incident=elsewhere, reason="两处起火")
    assert api.documents("incident_board")[elsewhere]["merged_into"] in (None, "")
    apart = api.send("split_incident", incident=incident, calls=[second], reason="另一栋楼")["incident"]
    assert api.documents("incident_board")[incident]["calls"] == [call]
    assert api.documents("incident_board")[apart]["calls"] == [second]

    # Closed with its units released, looked at, reopened with a reason.
    closed = api.send("close_incident", incident=incident, disposition="handled", remark="明火扑灭")
    assert set(closed["released"]) == {engine, ladder}
    assert incident not in api.documents("incident_board")
    assert api.documents("unit_status")[engine]["status"] == "available"
    assert api.refused(409, "close_incident", incident=incident, disposition="handled")["code"] == "incident_is_closed"
    assert api.document("incident_board", incident)["disposition"] == "handled"
    api.send("reopen_incident", incident=incident, reason="复燃")
    assert not api.documents("incident_board")[incident]["is_closed"]

    topics = [entry["topic"] for entry in api.document("incident_timeline", incident)["entries"]]
    told = {
        "incident.opened",
        "incident.call_linked",
        "incident.units_chosen",
        "assignment.step_recorded",
        "assignment.step_time_corrected",
        "assignment.step_undone",
        "incident.note_added",
        "incident.absorbed",
        "incident.given_back",
        "incident.split_off",
        "incident.closed",
        "incident.reopened",
    }
    assert told <= set(topics), f"the timeline does not tell {told - set(topics)}"
    positions = [entry["position"] for entry in api.document("incident_timeline", incident)["entries"]]
    assert positions == sorted(positions)


def test_the_intervals_of_an_assignment_are_those_of_its_times(city: City) -> None:
    """NFPA 1225 and 1710: answer, call processing, turnout, travel, on scene."""
    api = city.api
    unit = city.unit("engine")
    start = now() - timedelta(seconds=600)

    def after(seconds: float) -> str:
        return (start + timedelta(seconds=seconds)).isoformat()

    call = city.call(received_at=after(0), answered_at=after(7))
    incident = city.incident("flood", call=call, occurred_at=after(30), district="nankai")
    assignment = api.send("dispatch_units", incident=incident, units=[unit], occurred_at=after(60))["assignments"][0]
    for step, seconds in (("en_route", 120), ("on_scene", 420), ("cleared", 540)):
        api.send("step_assignment", assignment=assignment, step=step, occurred_at=after(seconds))
    row = api.document("response_times", assignment)
    measured = {name: row[name] for name in ("answer_s", "call_processing_s", "turnout_s", "travel_s", "on_scene_s", "total_s")}
    expected = {"answer_s": 7, "call_processing_s": 53, "turnout_s": 60, "travel_s": 300, "on_scene_s": 120, "total_s": 420}
    assert measured == pytest.approx(expected, abs=0.001)
    groups = {group["group"]: group["intervals"] for group in api.get("/api/response_times", group_by="incident_type")["groups"]}
    assert groups["flood"]["travel_s"]["count"] == 1
    assert groups["flood"]["travel_s"]["p90"] == pytest.approx(300, abs=0.001)


def test_a_view_is_given_as_it_was_known_and_as_it_was(city: City) -> None:
    """A time learnt late: at that time nobody knew of it, and it was so."""
    api = city.api
    unit = city.unit("engine")
    incident = city.incident()
    assignment = api.send("dispatch_units", incident=incident, units=[unit])["assignments"][0]
    sent_at = now()
    until(lambda: (now() - sent_at).total_seconds() > 0.2, "some time passes")
    between = now()
    until(lambda: (now() - between).total_seconds() > 0.2, "some time passes")
    api.send("step_assignment", assignment=assignment, step="en_route", occurred_at=sent_at.isoformat())

    def status(clock: str) -> str:
        documents = api.documents("unit_status", as_of=between.isoformat(), clock=clock)
        return str(documents[unit]["status"])

    assert status("recorded") == "dispatched"
    assert status("occurred") == "en_route"
    one = {clock: api.document("incident_board", incident, as_of=between.isoformat(), clock=clock) for clock in ("recorded", "occurred")}
    assert [set(one[clock]["assignments"][0]["times"]) for clock in ("recorded", "occurred")] == [
        {"dispatched"},
        {"dispatched", "en_route"},
    ]
    before = api.client.get(f"/api/views/incident_board/{incident}", params={"as_of": "2020-01-01T00:00:00Z"})
    assert before.status_code == 404


def test_an_alarm_becomes_an_incident(city: City) -> None:
    api = city.api
    alarm = api.send(
        "raise_alarm", sensor="BTN-1", condition="pressed", priority=1, zh="报警按钮", en="Button", place={"lon": 117.2, "lat": 39.1}
    )
    name = alarm["alarm"]
    again = api.send("raise_alarm", sensor="BTN-1", condition="pressed", priority=1)
    assert again["alarm"] == name, "a repeating trigger is one alarm"
    assert api.documents("alarm_board")[name]["count"] == 2
    incident = city.incident(alarm=name)
    assert api.documents("incident_board")[incident]["alarms"] == [name]
    assert api.documents("alarm_board")[name]["incident"] == incident
    api.send("acknowledge_alarm", alarm=name)
    api.send("shelve_alarm", alarm=name, minutes=10, reason="检修")
    assert api.documents("alarm_board")[name]["state"] == "shelved"
    api.send("unshelve_alarm", alarm=name)
    api.send("return_alarm_to_normal", alarm=name)
    assert name not in api.documents("alarm_board")


def test_the_views_equal_a_fold_of_the_log_from_scratch(city: City) -> None:
    """`GET /api/digest` is what `drumtower verify` computes anew."""
    city.incident()
    digest = city.api.get("/api/digest")
    verified = subprocess.run(
        [sys.executable, "-m", "command_ui.cli", "verify", "--data", str(city.server.directory)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert f"{digest['position']} facts" in verified.stdout
    folded = {line.split()[0]: line.split()[1] for line in verified.stdout.splitlines() if line.endswith(" equal")}
    assert folded == {view: whole[:16] for view, whole in digest["views"].items()}
