"""The whole path of one incident by keyboard, and the acts of the command bar: the tests prove them, the benchmark counts them."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser.driver import Console

# From F2 to the close with two units, each followed en route and to the scene.
PATH_STROKES_MAX = 28
# From the key of the command bar to Enter, one unit.
DISPATCH_STROKES_MAX = 14
STEP_STROKES_MAX = 9


def from_intake_to_close(console: Console, *, duplicate: str, units: tuple[str, str]) -> str:
    """Take a call at Gulou, open the incident, send these two units, follow them to the scene, note, close. The incident's number.

    `duplicate` is an open incident at the same place, which must be offered; `units` are the two nearest there: the first is proposed,
    the second is the dispatcher's own choice.
    """
    page = console.page
    console.press("F2")
    expect(console.intake.locator("[data-field='place']")).to_be_focused()
    console.write("gulou")
    expect(console.suggestions.filter(has_text="鼓楼").first).to_be_visible()
    console.press("Enter")
    expect(console.intake.locator("[data-field='incident_type']")).to_be_focused()
    expect(console.intake.locator(".dup")).to_contain_text([duplicate.split("-")[1]])
    console.write("zz")
    expect(console.suggestions.filter(has_text="住宅火灾").first).to_be_visible()
    console.press("Enter")
    expect(console.intake.get_by_role("radio").first).to_be_focused()
    console.press("2")
    expect(console.intake.locator("[data-field='description']")).to_be_focused()
    console.press("Control+Enter")

    # The recommendation takes the focus: the nearest is proposed, the dispatcher takes the next one as well.
    expect(console.panel.locator("h2 .num")).not_to_have_text(duplicate.split("-")[1])
    expect(console.candidates.nth(0)).to_be_focused()
    expect(console.candidates.nth(0)).to_contain_text(units[0])
    expect(console.candidates.nth(0)).to_have_attribute("aria-selected", "true")
    number = str(page.evaluate("JSON.parse(sessionStorage.getItem('drumtower.ui')).selected"))
    console.press("ArrowDown", "Space")
    expect(console.candidates.nth(1)).to_have_attribute("aria-selected", "true")
    console.press("Control+Enter")

    expect(console.assigned).to_have_count(2)
    expect(console.assigned.nth(0)).to_be_focused()
    for index, unit in enumerate(units):
        if index:
            console.press("ArrowDown")
        expect(console.assigned.nth(index)).to_be_focused()
        expect(console.assigned.nth(index)).to_contain_text(unit)
        console.press("F7")
        expect(console.message).to_contain_text(f"{unit} 出动")
        console.press("F8")
        expect(console.message).to_contain_text(f"{unit} 到场")

    console.press("N")
    expect(console.note).to_be_focused()
    console.write("out")
    console.press("Enter")
    expect(console.timeline.filter(has_text="out")).to_be_visible()
    expect(console.note).to_have_value("")
    # The queue takes in what is new once a second: a script may be through with an incident before it was ever listed.
    expect(console.row(number)).to_be_visible()
    console.press("Alt+c")
    expect(page.get_by_role("dialog").get_by_role("radio").first).to_be_focused()
    console.press("1")
    console.press("Control+Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(console.message).to_contain_text("已结案")
    return number


def dispatch_by_command(console: Console, *, unit: str, incident: str) -> None:
    """Send a unit to an incident by its number: «E0703 to 31»."""
    console.press("/")
    console.write(f"{unit} to {int(incident.split('-')[1])}")
    expect(_will(console)).to_contain_text(f"派 {unit} 到 {incident.split('-')[1]}")
    console.press("Enter")
    expect(console.message).to_contain_text(unit)


def step_by_command(console: Console, *, unit: str, typed: str, told: str) -> None:
    """Record a step of a unit: «E0703 e», or «E0703» alone for its next one."""
    console.press("/")
    console.write(f"{unit} {typed}".strip())
    expect(_will(console)).to_contain_text(f"登记 {unit}「{told}」")
    console.press("Enter")
    expect(console.message).to_contain_text(f"{unit} {told}")


def _will(console: Console) -> Locator:
    """What Enter would do."""
    return console.page.locator(".cmd-list [role='option'][aria-selected='true']")
