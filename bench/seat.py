"""A console of the administrator in a browser of its own, and what the benchmarks read from the server beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from playwright.sync_api import Browser

from tests.browser.driver import DESK, Console, sign_in_by_request
from tools.server_process import ServerProcess


@contextmanager
def seated(
    browser: Browser,
    server: ServerProcess,
    *,
    settings: dict[str, object] | None = None,
    script: str = "",
    is_signed_in: bool = True,
    announced: tuple[str, ...] = (),
) -> Iterator[Console]:
    """The console of a context with nothing in its cache; `script` runs in every page before the page's own. A fault ends the benchmark."""
    context = browser.new_context(viewport=DESK)
    context.add_init_script(f"localStorage.setItem('drumtower.settings', '{json.dumps(settings or {})}');\n{script}")
    console = Console(context.new_page(), server.base_url)
    console.will_complain(*announced)
    try:
        if is_signed_in:
            sign_in(console, server)
            console.open().ready()
        yield console
        assert console.faults == [], console.faults
    finally:
        context.close()


def sign_in(console: Console, server: ServerProcess) -> None:
    """As the administrator, whose first password is changed at the first sign-in."""
    sign_in_by_request(console.page.context, server.base_url, "admin", server.admin_password)
    if not server.admin_password.endswith("!"):
        server.admin_password += "!"


def document_of(client: httpx.Client, view: str, key: str) -> dict[str, Any]:
    """One document as the server shows it."""
    answer = client.get(f"/api/views/{view}/{key}")
    assert answer.is_success, answer.text
    document: dict[str, Any] = answer.json()["document"]
    return document
