"""The grounds that colours are checked against are those that the console draws on, and its words are those that aliases may not take."""

from __future__ import annotations

import re

from domain.colours import ALARMS, GROUNDS, contrast_of
from tests.repository.tree import ROOT

TOKENS = ROOT / "command_ui" / "console" / "src" / "styles" / "tokens.css"


def test_the_grounds_and_the_alarm_colours_are_the_consoles() -> None:
    dark, light = TOKENS.read_text("utf-8").split(":root[data-theme='light']")
    for theme, text in (("dark", dark), ("light", light)):
        values = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", text))
        assert tuple(values[f"ground-{depth}"] for depth in (1, 2, 3)) == GROUNDS[theme]  # type: ignore[index]
        assert tuple(values[f"p{priority}"] for priority in (1, 2, 3)) == ALARMS[theme]  # type: ignore[index]


def test_contrast_is_that_of_the_standard() -> None:
    assert round(contrast_of("#000000", "#ffffff"), 2) == 21
    assert round(contrast_of("#777777", "#ffffff"), 2) == 4.48
