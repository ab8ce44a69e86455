"""Pictures of a console that are the same whenever they are taken, and how far one is from the last good one.

A picture stands still: the browser's clock is stopped and every time of day, age and date is written as zeros of the same length, so that
two pictures differ by what the console is, not by when it was looked at.
"""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest

from tests.browser.driver import Console

KEPT = Path(__file__).parent / "pictures"

# A point counts as another one when a channel differs by more than this: below it lies what smoothing of text does between two builds.
CHANNEL_DIFFERENCE_MAX = 48
# Of all points, so many may be other ones. A moved row, another colour of a panel, a lost label is far above it; one more letter is below.
SHARE_MAX = 0.004

_STAND_STILL = """() => {
  const timed = /\\d{2,6}(?=[-:.])|(?<=[-:.+])\\d{2,4}|^\\d+$|(?<=[ |])\\d+$/g;
  const zeros = (text) => text.replace(timed, (digits) => '0'.repeat(digits.length));
  const timely = '.clock, .age, .num, time, .timer, .r-how, .link, .tl-r, .maplibregl-ctrl, .d-foot, .tm-event, [data-timely]';
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.parentElement?.closest(timely) && !/\\d\\d:\\d\\d/.test(node.textContent)) continue;
    if (node.parentElement?.closest('[data-steady]')) continue;
    const steady = zeros(node.textContent);
    if (steady !== node.textContent) node.textContent = steady;
  }
  for (const element of document.querySelectorAll('[data-t]')) delete element.dataset.t;
}"""

_DIFFERENCE = """async ([before, after, channel_max]) => {
  const points = async (encoded) => {
    const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${encoded}`)).blob());
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d');
    context.drawImage(bitmap, 0, 0);
    return context.getImageData(0, 0, bitmap.width, bitmap.height);
  };
  const [a, b] = await Promise.all([points(before), points(after)]);
  if (a.width !== b.width || a.height !== b.height) return 1;
  let others = 0;
  for (let at = 0; at < a.data.length; at += 4) {
    const far = Math.max(...[0, 1, 2].map((channel) => Math.abs(a.data[at + channel] - b.data[at + channel])));
    if (far > channel_max) others += 1;
  }
  return others / (a.width * a.height);
}"""


def taken(console: Console) -> bytes:
    """The window as it stands, still, as a PNG. The console's page needs its clock installed before it was opened (`stopping`)."""
    page = console.page
    page.mouse.move(0, 0)
    # Ahead of what the page has reached when it is told, however busy the machine is.
    page.clock.pause_at(page.evaluate("(Date.now() + 2_000) / 1000"))
    page.evaluate(_STAND_STILL)
    return page.screenshot(animations="disabled", caret="hide")


def stopping(console: Console) -> Console:
    """A console whose clock can be stopped; call before it is opened."""
    console.page.clock.install()
    return console


def expect_as_kept(console: Console, name: str) -> None:
    """The picture is the kept one within the tolerance; with PICTURES=take it becomes the kept one."""
    picture = taken(console)
    kept = KEPT / f"{name}.png"
    if os.environ.get("PICTURES") == "take":
        kept.write_bytes(picture)
        return
    assert kept.exists(), f"{kept.name} was never taken: `make pictures`, look at it, and commit it."
    share = difference(console, kept.read_bytes(), picture)
    if share > SHARE_MAX:
        other = Path("test-results") / f"{name}.png"
        other.parent.mkdir(exist_ok=True)
        other.write_bytes(picture)
        pytest.fail(f"{name}: {share:.2%} of the points differ from the last good picture, at most {SHARE_MAX:.2%} may. See {other}.")


def difference(console: Console, before: bytes, after: bytes) -> float:
    """The share of points that differ; 1 for pictures of two sizes. Computed by a blank page of the same browser."""
    blank = console.page.context.new_page()
    try:
        share: float = blank.evaluate(
            _DIFFERENCE, [base64.b64encode(before).decode(), base64.b64encode(after).decode(), CHANNEL_DIFFERENCE_MAX]
        )
        return share
    finally:
        blank.close()
