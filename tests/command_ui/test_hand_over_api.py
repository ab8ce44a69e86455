"""A change of shift over the interface: the server takes the list, a repeat takes none anew, and nobody sees beyond their scope."""

from __future__ import annotations

import pytest

from tests.server_fixture import Api, City, a_key, refusal, until

pytestmark = pytest.mark.server


def items_of(api: Api, hand_over: str) -> list[str]:
    return [item["work"]["item"] for item in api.document("hand_over_board", hand_over)["items"]]


def test_the_list_is_the_servers_and_a_repeat_begins_no_second_shift(city: City) -> None:
    incident = city.incident()
    city.api.send("make_promise", text="回拨报警人", incident=incident)
    key = a_key()
    first = city.api.answer("begin_hand_over", key=key)
    city.incident()
    again = city.api.answer("begin_hand_over", key=key)
    assert (again["repeated"], again["result"]) == (True, first["result"])
    city.api.until_shown(first["position"])
    assert f"incident:{incident}" in items_of(city.api, first["result"]["hand_over"])


def test_the_next_operator_accepts_and_the_board_forgets(city: City) -> None:
    city.incident()
    hand_over = city.api.send("begin_hand_over", remark="夜班平稳")["hand_over"]
    assert hand_over in city.api.documents("hand_over_board")
    with city.account("dispatcher") as successor:
        accepted = successor.answer("accept_hand_over", hand_over=hand_over)
        assert accepted["result"]["waiting"] == 0
        city.api.until_shown(accepted["position"])
        assert successor.document("hand_over_board", hand_over)["state"] == "accepted"
    until(lambda: hand_over not in city.api.documents("hand_over_board"), "the board forgets it")


def test_a_hand_over_of_the_whole_city_is_not_shown_to_a_district(city: City) -> None:
    hand_over = city.api.send("begin_hand_over")["hand_over"]
    with city.account("dispatcher", districts=("heping",)) as reader:
        assert hand_over not in reader.documents("hand_over_board")
        assert refusal(reader.client.get(f"/api/views/hand_over_board/{hand_over}"), 403)["code"] == "out_of_scope"
        assert reader.refused(403, "accept_hand_over", hand_over=hand_over)["code"] == "out_of_scope"
        begun = reader.answer("begin_hand_over")
    city.api.until_shown(begun["position"])
    own = begun["result"]["hand_over"]
    assert own in city.api.documents("hand_over_board"), "who reaches farther sees the list of who reaches less"


def test_a_promise_is_in_the_record_of_its_incident(city: City) -> None:
    incident = city.incident()
    city.api.send("make_promise", text="回拨报警人", incident=incident)
    facts = city.api.get(f"/api/incidents/{incident}/record")["record"]["facts"]
    assert [fact["zh"] for fact in facts if fact["about"] == "promise"] == ["承诺:回拨报警人"]


def test_colleagues_are_persons_at_a_desk(city: City) -> None:
    operator, _ = city.person("dispatcher")
    analyst, _ = city.person("analyst")
    names = {one["account"] for one in city.api.get("/api/colleagues")["colleagues"]}
    assert operator in names
    assert analyst not in names


def test_an_incident_is_handed_to_a_colleague(city: City) -> None:
    operator, _ = city.person("dispatcher")
    incident = city.incident()
    city.api.send("hand_incident", incident=incident, to=operator, reason="换席")
    document = city.api.document("incident_board", incident)
    assert document["responsible"] == operator
    assert document["handed_by"]
    history = next(one for one in city.api.get(f"/api/incidents/{incident}/record")["record"]["fields"] if one["field"] == "responsible")
    assert [(value["value"], value["reason"]) for value in history["values"]] == [(operator, "换席")]
