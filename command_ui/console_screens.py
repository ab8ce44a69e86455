"""The built console: its files, and its page at the address of every screen, so that a screen can be linked to and loaded again."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from fastapi import FastAPI, Response
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

CONSOLE_BUILD: Final = Path(__file__).parent / "console_build"
# As in the console's `screens/route.ts`, but for `dispatch`, which is at the root. What else is asked for and is no file is refused.
SCREENS: Final = ("wall", "incident", "statistics", "administration", "hand-over", "panel")


def serve_console(application: FastAPI) -> None:
    """Serve it below everything else; a checkout whose console was not built serves the interface alone."""
    if not CONSOLE_BUILD.is_dir():
        return

    async def screen() -> Response:
        # A browser asks again each time, so that an upgrade arrives with the next load.
        return FileResponse(CONSOLE_BUILD / "index.html", headers={"Cache-Control": "no-cache"})

    for name in SCREENS:
        application.add_api_route(f"/{name}", screen, include_in_schema=False)
        application.add_api_route(f"/{name}/{{rest:path}}", screen, include_in_schema=False)
    application.mount("/", StaticFiles(directory=CONSOLE_BUILD, html=True), name="console")
