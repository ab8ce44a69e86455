"""A direct way to the few endpoints that are called all the time.

The framework asks its routes in turn, opens exit stacks and looks for dependencies before an endpoint runs: for one fix that is a third of
its way to the consoles (docs/adr/0008). An endpoint that is named here is found by one look-up. It
stays a route of the framework as well, so that the OpenAPI document tells it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from command_ui.problems import problem_of

Endpoint = Callable[[Request], Awaitable[Response]]
Endpoints = dict[tuple[str, str], Endpoint]
"""By method and whole path."""


def endpoints_of(router: APIRouter) -> Endpoints:
    """The endpoints of a router whose paths are whole, and whose endpoints take the request and give the answer themselves."""
    routes = [route for route in router.routes if isinstance(route, APIRoute)]
    return {(method, route.path): route.endpoint for route in routes for method in route.methods or ()}


class DirectRoutes:
    """ASGI middleware: what goes to one of `endpoints` goes straight there, everything else to the application."""

    def __init__(self, app: ASGIApp, *, endpoints: Endpoints) -> None:
        self._app = app
        self._endpoints = endpoints

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI says it. What is no refusal goes on to the framework, which answers and logs a failure."""
        endpoint = self._endpoints.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        if endpoint is None:
            await self._app(scope, receive, send)
            return
        try:
            response = await endpoint(Request(scope, receive))
        except Exception as error:
            problem = problem_of(error)
            if problem is None:
                raise
            response = problem.response()
        await response(scope, receive, send)
