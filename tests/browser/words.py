"""Every word that a page shows or speaks: text, and what a screen reader or a pointer finds beside it."""

from __future__ import annotations

import re

from playwright.sync_api import Page

CHINESE = re.compile(r"[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]")
LATIN_WORD = re.compile(r"[A-Za-z]{3,}")

_COLLECT = """() => {
  const found = [];
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true });
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!element || ['SCRIPT', 'STYLE'].includes(element.tagName) || element.closest('[data-words], kbd')) continue;
    if (isShown(element)) found.push(node.textContent);
  }
  for (const element of document.querySelectorAll('[aria-label], [title], [placeholder], [alt], [aria-description]')) {
    if (element.closest('[data-words]') || !isShown(element)) continue;
    for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'aria-description']) {
      const text = element.getAttribute(name);
      const isSilent = name.startsWith('aria-') && element.closest("[aria-hidden='true']");
      if (text && !isSilent) found.push(text);
    }
  }
  return [document.title, ...found].map((text) => text.trim()).filter(Boolean);
}"""


def words_on(page: Page) -> list[str]:
    """All of them now. What stands in `data-words` is data in whatever language it came (a note, an address), and left out."""
    found: list[str] = page.evaluate(_COLLECT)
    return found


def chinese_in(page: Page, *, known: frozenset[str] = frozenset()) -> list[str]:
    """What is Chinese on a page that should be English."""
    return sorted({text for text in words_on(page) if CHINESE.search(text) and text not in known})


def latin_in(page: Page, *, known: frozenset[str] = frozenset()) -> list[str]:
    """Words of Latin letters on a page that should be Chinese; `known` are names, units of measure and keys."""
    found = {word for text in words_on(page) for word in LATIN_WORD.findall(text)}
    return sorted(found - known)
