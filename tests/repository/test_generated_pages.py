"""Pages that are read off the code are as new as the code."""

from __future__ import annotations

import pytest

import projections
from command_ui import settings
from tests.repository.tree import ROOT
from tools import events_by_view, settings_table

pytestmark = pytest.mark.repository


def test_the_event_by_view_table_is_current() -> None:
    expected = events_by_view.render(projections.CATALOGUE, events_by_view.all_facts())
    assert expected == events_by_view.PAGE.read_text("utf-8"), "run `make docs`"


def test_every_fact_says_in_a_sentence_what_it_means() -> None:
    silent = [events_by_view.topic(fact) for fact in events_by_view.all_facts() if not vars(fact).get("__doc__")]
    assert silent == []


def test_the_readmes_settings_table_is_current() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert settings_table.render(settings.table()) == settings_table.current(readme), "run `make docs`"


def test_a_settings_table_tells_defaults_and_their_absence() -> None:
    rows = [("DRUMTOWER_PORT", "8000", "The port; 0 takes a free one."), ("DRUMTOWER_ORIGINS", "", "One | several.")]
    assert settings_table.render(rows).splitlines()[2:] == [
        "| `DRUMTOWER_PORT` | `8000` | The port; 0 takes a free one. |",
        "| `DRUMTOWER_ORIGINS` | none | One \\| several. |",
    ]
