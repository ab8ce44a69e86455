"""What the city is made of, as the consoles see it."""

from __future__ import annotations

import msgspec

from domain import commands as ask
from projections.catalogue import CATALOGUE, Catalogue
from streams.codec import encode
from tests.domain.given_when_then import place
from tests.projections.folding import view_of


def test_every_kind_of_thing_has_a_document_that_says_what_it_is() -> None:
    found = view_of(CATALOGUE, ask.DefineResponsePlan(incident_type="flood", level=2, needs=(ask.PlannedNeed(capability="pump", count=3),)))
    assert set(found) == {
        "agency:fire",
        "agency:ems",
        "district:heping",
        "district:hexi",
        "station:XF01",
        "station:JJ01",
        "incident_type:dwelling_fire",
        "incident_type:flood",
        "response_plan:flood/2",
    }
    raw = {key: msgspec.json.decode(encode(document)) for key, document in found.items()}
    assert {key: document["kind"] for key, document in raw.items()} == {key: key.partition(":")[0] for key in found}
    assert {key: document["code"] for key, document in raw.items()} == {key: key.partition(":")[2] for key in found}
    assert raw["response_plan:flood/2"]["needs"] == [{"capability": "pump", "count": 3}]
    assert (raw["station:XF01"]["lon"], raw["station:JJ01"]["lon"], raw["station:XF01"]["district"]) == (117.19, None, "heping")


def test_the_newest_definition_is_shown_with_its_version() -> None:
    found = view_of(
        CATALOGUE,
        ask.RegisterAgency(agency="fire", zh="消防救援", en="Fire and rescue", short_zh="消"),
        ask.DefineDistrict(district="hexi", zh="河西区", en="Hexi", centre=place(117.2, 39.1), code="120103"),
        ask.DefineIncidentType(
            incident_type="flood",
            zh="内涝",
            en="Flooding",
            category="natural_disaster",
            priority=2,
            questions=(ask.Question(zh="水多深?", en="How deep?"),),
        ),
    )
    agency, district, flood = found["agency:fire"], found["district:hexi"], found["incident_type:flood"]
    assert (agency.zh, agency.short_zh, agency.short_en, agency.version) == ("消防救援", "消", "Fire and rescue", 2)
    assert (district.area_code, district.lon, district.short_zh) == ("120103", 117.2, "河西区")
    assert (flood.en, flood.priority, flood.level, flood.agency, flood.questions[0].en) == ("Flooding", 2, 4, "", "How deep?")


def test_documents_of_every_kind_come_back_from_the_disk_as_they_were() -> None:
    for document in view_of(CATALOGUE).values():
        assert msgspec.json.decode(encode(document), type=Catalogue) == document
