"""Every refusal of the domain is a sentence in both languages, under a name of its own."""

from __future__ import annotations

import importlib
import pkgutil
import string
from collections import Counter

import pytest

import domain
from domain import commands as ask
from domain.assignment import STEP_EN, STEP_ZH, STEPS, Step
from domain.dispatch_decisions import NoUnitCanGo
from domain.refusals import AlreadyExists, Conflict, Invalid, NotAllowed, NotFound, Refusal, UnknownThing
from tests.domain.given_when_then import Desk, at, dispatched, opened, sent, stepped

for _module in pkgutil.iter_modules(domain.__path__):
    importlib.import_module(f"domain.{_module.name}")


def every(kind: type[Refusal]) -> list[type[Refusal]]:
    """The refusals that are raised: the leaves of the tree."""
    below = kind.__subclasses__()
    return [leaf for each in below for leaf in every(each)] if below else [kind]


OF_THE_DOMAIN = sorted(
    (kind for kind in every(Refusal) if kind.__module__.startswith("domain.") and kind is not NotAllowed),
    key=lambda kind: kind.__name__,
)


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("kind", OF_THE_DOMAIN, ids=lambda kind: kind.__name__)
def test_a_refusal_speaks_both_languages_and_is_of_one_kind(kind: type[Refusal]) -> None:
    assert kind.en.endswith((".", "{reasons_en}"))
    assert kind.zh.endswith(("。", "{reasons_zh}"))
    assert any("\u4e00" <= character <= "\u9fff" for character in kind.zh)
    assert not any("\u4e00" <= character <= "\u9fff" for character in kind.en)
    assert issubclass(kind, NotFound | NotAllowed | Invalid | Conflict)
    assert kind.__doc__


@pytest.mark.parametrize("kind", OF_THE_DOMAIN, ids=lambda kind: kind.__name__)
def test_both_sentences_say_the_same_things(kind: type[Refusal]) -> None:
    def said(template: str) -> set[str]:
        return {name.removesuffix("_zh").removesuffix("_en") for name in placeholders(template)}

    assert said(kind.en) == said(kind.zh)


def test_codes_on_the_wire_are_unique() -> None:
    codes = Counter(kind.__new__(kind).code for kind in OF_THE_DOMAIN)
    assert [code for code, count in codes.items() if count > 1] == []


def test_a_code_is_the_name_in_snake_case() -> None:
    assert UnknownThing(kind="incident_type", name="x").code == "unknown_thing"
    assert NoUnitCanGo(incident="I", reasons_en="a.", reasons_zh="a。").code == "no_unit_can_go"


def test_a_refusal_names_its_field() -> None:
    assert UnknownThing(kind="incident_type", name="x").field == "incident_type"
    assert NoUnitCanGo(incident="I", reasons_en="a.", reasons_zh="a。").field == "units"
    assert AlreadyExists(kind="unit", name="E11").sentence_zh == "单位E11已存在。"


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_told_in_words_in_both_languages(desk: Desk, step: Step) -> None:
    """`en_route` is a code of the wire; an operator reads «en route» and 「出动」."""
    desk.given(opened(), dispatched("E11"))
    assignment = sent("E11")
    others = [
        ask.UndoStep(assignment=assignment, step=step),
        ask.CorrectStepTime(assignment=assignment, step=step, occurred_at=at(1), reason="?"),
    ]
    told = [_refused(desk, command) for command in others]
    desk.given(stepped(step))
    told.append(_refused(desk, stepped(step)))
    last: Step = "at_destination" if step != "at_destination" else "transporting"
    desk.given(stepped(last), stepped("cleared"))
    told.append(_refused(desk, ask.UndoStep(assignment=assignment, step=step)))
    for refusal in told:
        assert f"«{STEP_EN[step]}»" in refusal.sentence_en
        assert f"「{STEP_ZH[step]}」" in refusal.sentence_zh
        assert "_" not in refusal.sentence_en


def _refused(desk: Desk, command: object) -> Refusal:
    desk.when(command)
    assert desk.refusal is not None, f"{command} was accepted"
    return desk.refusal
