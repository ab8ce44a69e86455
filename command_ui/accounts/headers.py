"""What every answer tells the browser to forbid: foreign scripts, frames, guesses of content types."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY: Final = (
    "default-src 'self'",
    "script-src 'self'",
    # The map's worker; older builds of it start from a blob.
    "worker-src 'self' blob:",
    "child-src blob:",
    # React Aria writes a style element for touch; no style can read or send anything here.
    "style-src 'self' 'unsafe-inline'",
    # Sprites and canvases of the map.
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
)
CONTENT_SECURITY_POLICY: Final = "; ".join(_POLICY)

_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    # For browsers that do not know frame-ancestors.
    "X-Frame-Options": "DENY",
    # Identifiers of incidents and calls stand in paths: they are told to nobody.
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
# Behind TLS, always behind TLS: a year.
_STRICT_TRANSPORT: Final = "max-age=31536000"


class SecurityHeaders:
    """Adds them to every HTTP answer; what an answer says itself goes first. Documents of the interface are kept by no cache."""

    def __init__(self, app: ASGIApp, *, is_tls: bool = False) -> None:
        self._app = app
        self._headers = {**_HEADERS, **({"Strict-Transport-Security": _STRICT_TRANSPORT} if is_tls else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI says it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_document = scope["path"].startswith("/api/") and not scope["path"].startswith("/api/map")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if is_document:
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, send_with_headers)
