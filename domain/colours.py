"""Colours of agencies and unit statuses. There is no common code of them in the world, so they are configurable; within rules.

A colour never says anything alone: mark, letter and place say the same. It is given for both themes, since none serves on a dark and on a
light ground; it stands out from the grounds (WCAG 2.2, 1.4.11: 3 to 1 for what is not text), and it is not taken for an alarm.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from domain.recommendation import STATUS_EN, STATUS_ZH
from domain.refusals import Invalid

Theme = Literal["dark", "light"]
Painted = Literal["agency", "status"]
UNIT_STATUSES: Final = ("available", "dispatched", "acknowledged", "en_route", "on_scene", "transporting", "out_of_service")

# As in the console's tokens.css, which a test compares: the grounds that marks are drawn on, and the colours that ask for an act.
GROUNDS: Final[dict[Theme, tuple[str, ...]]] = {
    "dark": ("#1c1f21", "#272b2e", "#353b3f"),
    "light": ("#e4e6e7", "#d4d8da", "#c1c7ca"),
}
ALARMS: Final[dict[Theme, tuple[str, ...]]] = {
    "dark": ("#d3322a", "#e2922f", "#d6bd55"),
    "light": ("#b91f17", "#b45a00", "#806600"),
}
CONTRAST_MIN = 3.0
HEX = re.compile(r"#[0-9a-f]{6}")
# CIE76: below this two small marks are told apart only side by side.
ALARM_DISTANCE_MIN = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Colour:
    """What the mark of an agency or of a status is painted with, in either theme."""

    of: Painted
    code: str
    dark: str
    light: str


class ColourIsMalformed(Invalid):
    """It is not written as colours are."""

    en = "{colour} for {code} is not a colour: write # and six hexadecimal digits, such as #7fb2d9."
    zh = "{code_zh}的颜色 {colour} 不是颜色:请写 # 加六位十六进制数,例如 #7fb2d9。"
    about = "colours"


class ColourIsFaint(Invalid):
    """It does not stand out from the ground."""

    en = "{colour} for {code} has a contrast of {contrast} to 1 on the {theme} ground {ground}: at least 3 to 1 is needed."
    zh = "{code_zh}的颜色 {colour} 在{theme_zh}底色 {ground} 上对比度只有 {contrast}:1,至少需要 3:1。"
    about = "colours"


class ColourIsAnAlarms(Invalid):
    """It would be taken for what needs an act."""

    en = "{colour} for {code} looks like {alarm}, which the {theme} screen keeps for what needs an act: choose another hue."
    zh = "{code_zh}的颜色 {colour} 与{theme_zh}画面中表示「需要处置」的 {alarm} 太接近,请换一种色相。"
    about = "colours"


class ColourIsDoubled(Invalid):
    """One thing, one colour."""

    en = "{code} has two colours: give it one."
    zh = "{code_zh}有两种颜色,只能有一种。"
    about = "colours"


class StatusIsUnknown(Invalid):
    """No unit is ever in that status."""

    en = "There is no unit status {code}."
    zh = "没有这种单位状态:{code}。"
    about = "colours"


THEMES_ZH: Final[dict[Theme, str]] = {"dark": "深色", "light": "浅色"}


def require_sound(colours: Iterable[Colour]) -> None:
    """Refuse what cannot be seen, is taken for an alarm, is doubled, or paints no status."""
    seen: set[tuple[str, str]] = set()
    for index, colour in enumerate(colours):
        if colour.of == "status" and colour.code not in UNIT_STATUSES:
            raise StatusIsUnknown(code=colour.code, field=f"colours.{index}.code")
        if (colour.of, colour.code) in seen:
            raise ColourIsDoubled(**_words(colour), field=f"colours.{index}.code")
        seen.add((colour.of, colour.code))
        for theme, value in (("dark", colour.dark), ("light", colour.light)):
            _require_visible(_words(colour), value, theme, f"colours.{index}.{theme}")  # type: ignore[arg-type]  # the two themes


def _words(colour: Colour) -> dict[str, str]:
    """What is painted: an agency by its code, a status by its name."""
    if colour.of == "status":
        return {"code": f"“{STATUS_EN[colour.code]}”", "code_zh": f"「{STATUS_ZH[colour.code]}」"}
    return {"code": colour.code, "code_zh": f"{colour.code} "}


def _require_visible(painted: dict[str, str], colour: str, theme: Theme, field: str) -> None:
    if not HEX.fullmatch(colour):
        raise ColourIsMalformed(**painted, colour=colour, field=field)
    told = {**painted, "colour": colour, "theme": theme, "theme_zh": THEMES_ZH[theme], "field": field}
    for ground in GROUNDS[theme]:
        contrast = contrast_of(colour, ground)
        if contrast < CONTRAST_MIN:
            raise ColourIsFaint(**told, ground=ground, contrast=f"{math.floor(contrast * 10) / 10:.1f}")
    for alarm in ALARMS[theme]:
        if distance_of(colour, alarm) < ALARM_DISTANCE_MIN:
            raise ColourIsAnAlarms(**told, alarm=alarm)


def contrast_of(one: str, other: str) -> float:
    """The contrast ratio of two colours `#rrggbb` (WCAG 2.2), from 1 to 21."""
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def distance_of(one: str, other: str) -> float:
    """How far apart two colours look: the distance in CIELAB (CIE76)."""
    return math.dist(_lab(one), _lab(other))


def _linear(colour: str) -> tuple[float, float, float]:
    """Red, green and blue as light (IEC 61966-2-1), 0 to 1."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _lab(colour: str) -> tuple[float, float, float]:
    """CIELAB under D65."""
    red, green, blue = _linear(colour)
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    cubes = [part ** (1 / 3) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116 for part in (x, y, z)]
    return 116 * cubes[1] - 16, 500 * (cubes[0] - cubes[1]), 200 * (cubes[1] - cubes[2])
