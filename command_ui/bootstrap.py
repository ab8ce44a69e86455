"""The one composition root: how everything is wired into the application that serves."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from command_ui import garbage
from command_ui.accounts.wiring import FirstPassword, WiredAccounts, wire_accounts
from command_ui.api.answers import SHOWN
from command_ui.api.catalogue import catalogue_router
from command_ui.api.colleagues import colleagues_router
from command_ui.api.commands import command_schemas, commands_router
from command_ui.api.health import health_router
from command_ui.api.history import history_router
from command_ui.api.intake import intake_router
from command_ui.api.map import map_router
from command_ui.api.queries import queries_router
from command_ui.api.record import record_router
from command_ui.api.statistics import statistics_router
from command_ui.api.statistics_answers import FIGURES_SHOWN
from command_ui.api.views import views_router
from command_ui.center import Center
from command_ui.console_screens import serve_console
from command_ui.direct import DirectRoutes, Endpoints, endpoints_of
from command_ui.gateway import Gateway
from command_ui.intake_link import IntakeLinks, intake_link_router
from command_ui.live import Live, live_router
from command_ui.problems import PROBLEM_SCHEMA, FieldProblem, Problem, problem_of
from command_ui.settings import Settings
from command_ui.wire import sentence
from domain.refusals import Refusal
from projections import CATALOGUE
from projections.projection import Projection
from streams.failures import StreamFailure

log = logging.getLogger(__name__)


def product_version() -> str:
    """The installed version; a checkout that is not installed says so."""
    try:
        return version("drumtower")
    except PackageNotFoundError:
        return "0+checkout"


@dataclass(frozen=True, slots=True)
class Running:
    """The application as it begins to serve; the first password is there once, on the first start."""

    center: Center
    accounts: WiredAccounts
    first_password: FirstPassword | None


async def _on_running(_: Running) -> None:
    return


def build_application(
    settings: Settings,
    *,
    projections: tuple[Projection, ...] = CATALOGUE,
    progress: Callable[[int, int], None] | None = None,
    on_running: Callable[[Running], Awaitable[None]] = _on_running,
    gateway: Gateway | None = None,
) -> FastAPI:
    """The application over the data directory of the settings, or of a gateway. Views that are folded here have caught up then."""
    center = Center(settings, projections=projections, progress=progress, gateway=gateway)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with center.running():
            beside = [asyncio.create_task(live.run(), name="ticks"), asyncio.create_task(garbage.collect_hourly(), name="garbage")]
            try:
                await on_running(Running(center, accounts, await accounts.first_password()))
                garbage.leave_out_what_there_is()
                yield
            finally:
                for task in beside:
                    task.cancel()
        accounts.accounts.close()

    # Innermost, so that everything that the accounts put around the application is around these as well.
    direct: Endpoints = {}
    application = FastAPI(
        title="Drumtower",
        version=product_version(),
        summary="An open, event-sourced command center for emergencies and public safety.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        # It asks for its settings with each request, and nothing here is configured to be told.
        telemetry={"tracing": False, "metrics": False, "logs": False},
        middleware=[Middleware(DirectRoutes, endpoints=direct)],
    )
    application.state.center = center
    accounts = wire_accounts(application, center, settings, credentials=gateway.credentials if gateway is not None else None)
    guard = accounts.guard
    intake = intake_router(center, guard, settings.body_bytes_max)
    direct.update(endpoints_of(intake))
    live = Live(center, application.version, again=accounts.accounts.again, send_timeout_s=settings.console_stuck_s)
    application.state.live = live
    application.include_router(commands_router(center, guard, accounts.accounts.complete, settings.body_bytes_max))
    application.include_router(intake)
    application.include_router(views_router(center, guard))
    application.include_router(history_router(center, guard))
    application.include_router(queries_router(center, guard))
    application.include_router(catalogue_router(center, guard))
    application.include_router(colleagues_router(center, guard))
    application.include_router(record_router(center, guard))
    application.include_router(statistics_router(center, guard))
    application.include_router(map_router(center, guard, settings))
    application.include_router(health_router(center, live, settings))
    application.include_router(live_router(live, accounts.guard_socket))
    application.include_router(intake_link_router(IntakeLinks(center, accounts.accounts.again), accounts.guard_socket))
    _answer_refusals(application)
    serve_console(application)
    _tell_the_truth(application)
    return application


def _answer_refusals(application: FastAPI) -> None:
    async def refused(_: Request, error: Exception) -> Response:
        problem = problem_of(error)
        if problem is None:
            log.error("a request failed", exc_info=error)
            problem = Problem(500, "failed", "The server failed on this request; it is in its log.", "服务器处理此请求时出错,已记入日志。")
        return problem.response()

    async def invalid(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError), "registered for validation errors only."
        problems = []
        for fault in error.errors():
            field = ".".join(str(part) for part in fault["loc"][1:]) or str(fault["loc"][0])
            en, zh = sentence(field, fault)
            problems.append(FieldProblem(field=field, en=en, zh=zh))
        return Problem(422, "invalid_field", problems[0].en, problems[0].zh, field=problems[0].field, fields=tuple(problems)).response()

    async def not_there(_: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException), "registered for HTTP exceptions only."
        code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "refused")
        zh = {404: "没有这个地址。", 405: "该地址不支持此方法。"}.get(error.status_code, "请求被拒绝。")
        headers = dict(error.headers or {})
        return Problem(error.status_code, code, f"{error.detail}.", zh, headers=headers).response()

    application.add_exception_handler(RequestValidationError, invalid)
    application.add_exception_handler(HTTPException, not_there)
    application.add_exception_handler(Exception, refused)
    for kind in (Problem, Refusal, StreamFailure):
        application.add_exception_handler(kind, refused)


def _tell_the_truth(application: FastAPI) -> None:
    """The OpenAPI document with the commands' named parts and the one form of every refusal."""
    made = application.openapi

    def document() -> dict[str, Any]:
        if application.openapi_schema is None:
            schema = made()
            schemas = schema.setdefault("components", {}).setdefault("schemas", {})
            schemas.update(command_schemas())
            schemas.update(SHOWN)
            schemas.update(FIGURES_SHOWN)
            schemas["Problem"] = PROBLEM_SCHEMA
            refusal = {
                "description": "A refusal: a sentence in both languages.",
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }
            for path in schema["paths"].values():
                for operation in path.values():
                    operation["responses"].pop("422", None)
                    operation["responses"]["4XX"] = refusal
                    operation["responses"]["5XX"] = refusal
            application.openapi_schema = schema
        return application.openapi_schema

    application.openapi = document  # type: ignore[method-assign]  # FastAPI's documented way to extend it
