"""Which web pages may send in the name of a browser that is signed in.

SameSite cookies keep other sites' forms out; a WebSocket and an old browser are asked for the page's `Origin` besides. Programs send none.
"""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from domain.refusals import NotAllowed

_DEFAULT_PORTS = {"http": 80, "https": 443}


class OriginIsForeign(NotAllowed):
    """The page that sends this is not the console of this server."""

    en = "The page {origin} is not of this server ({host}): it may not send in your name. DRUMTOWER_ALLOWED_ORIGINS names further ones."
    zh = "页面 {origin} 不属于本服务器({host}),不能以您的名义发送。可在 DRUMTOWER_ALLOWED_ORIGINS 中增加允许的来源。"


def is_allowed_origin(origin: str | None, host: str, allowed: Collection[str] = ()) -> bool:
    """Whether a page of this origin may send to the server that the browser calls `host`.

    No origin at all is not a page. The scheme is not compared: behind a proxy that ends TLS the server sees another one than the browser.
    """
    if origin is None:
        return True
    if origin.rstrip("/") in {entry.rstrip("/") for entry in allowed}:
        return True
    try:
        page = urlsplit(origin)
        here = urlsplit(f"{page.scheme}://{host}")
        default = _DEFAULT_PORTS.get(page.scheme)
        theirs, ours = (page.hostname, page.port or default), (here.hostname, here.port or default)
    except ValueError:
        return False
    return default is not None and page.hostname is not None and theirs == ours


def require_origin(origin: str | None, host: str, allowed: Collection[str] = ()) -> None:
    """Refuse (OriginIsForeign) a page of another origin."""
    if not is_allowed_origin(origin, host, allowed):
        raise OriginIsForeign(origin=(origin or "")[:200], host=host[:200])
