"""The command line over a data directory or a server: verify, rebuild, send a command, make accounts and tokens."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import uuid
from pathlib import Path
from typing import Any

from command_ui.settings import Settings
from projections import CATALOGUE
from streams.fact_store import FactStore
from streams.one_machine import Files
from streams.projector import Projector
from streams.sources.client import Command, PublicInterface, Refused
from streams.view_store import ViewStore


def add_to(commands: Any) -> None:  # noqa: ANN401 -- argparse's subparsers have no public type
    """The commands of this module."""
    verify = commands.add_parser("verify", help="fold the log from scratch and compare every view with it")
    verify.add_argument("--data", type=Path, help="the data directory (DRUMTOWER_DATA)")
    verify.set_defaults(run=_verify)

    rebuild = commands.add_parser("rebuild", help="remove the views, so that the next start folds them anew from the log")
    rebuild.add_argument("--data", type=Path, help="the data directory (DRUMTOWER_DATA); nothing may serve it meanwhile")
    rebuild.set_defaults(run=_rebuild)

    send = commands.add_parser("send", help="send one command to a server, or many from a file")
    send.add_argument("name", help="the command, such as define_incident_type; - for a file of many")
    send.add_argument("body", help="its body as JSON, or @FILE; for many: @FILE with [[name, body], ...]")
    add_server(send)
    send.set_defaults(run=_send)


def add_server(parser: argparse.ArgumentParser) -> None:
    """Where the server is, and the token."""
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="the server's address")
    parser.add_argument("--token", default=os.environ.get("DRUMTOWER_TOKEN", ""), help="a bearer token (or DRUMTOWER_TOKEN)")


def _verify(given: argparse.Namespace) -> int:
    files = Files(Settings.read(data=given.data).data)
    facts = FactStore(files.facts)
    end = facts.last_position
    with tempfile.TemporaryDirectory(prefix="drumtower-verify-") as scratch:
        fresh = ViewStore(Path(scratch) / "views.db")
        projector = Projector(facts, fresh, CATALOGUE, lambda _published: None)
        projector.catch_up(_say_progress if sys.stderr.isatty() else None)
        kept = ViewStore(files.views)
        differing = []
        for view in projector.running:
            is_same = fresh.digest(view) == kept.digest(view)
            print(f"{view:20} {fresh.digest(view)[:16]} {'equal' if is_same else 'DIFFERS'}")
            if not is_same:
                differing.append(view)
        kept.close()
        fresh.close()
    facts.close()
    print(f"{end} facts; {'every view equals a fold of the log from scratch' if not differing else ', '.join(differing) + ' differ'}.")
    return 1 if differing else 0


def _rebuild(given: argparse.Namespace) -> int:
    from command_ui.serving import served_alone

    files = Files(Settings.read(data=given.data).data)
    with served_alone(files.directory):
        for file in files.directory.glob("views.db*"):
            file.unlink()
    print("The views are removed; the next start folds them anew from the log.")
    return 0


def _send(given: argparse.Namespace) -> int:
    text = Path(given.body[1:]).read_text(encoding="utf-8") if given.body.startswith("@") else given.body
    try:
        body = json.loads(text)
    except json.JSONDecodeError as error:
        sys.stderr.write(f"The body is not JSON: {error}.\n")
        return 2
    return asyncio.run(_send_all(given, body))


async def _send_all(given: argparse.Namespace, body: Any) -> int:  # noqa: ANN401 -- whatever was written
    pairs = body if given.name == "-" else [(given.name, body)]
    commands = [Command(name=name, key=f"cli-{uuid.uuid4().hex}", body=content) for name, content in pairs]
    async with PublicInterface(given.url, given.token, patience_s=30) as interface:
        answers = await interface.send_all(commands)
    refused = 0
    for command, answer in zip(commands, answers, strict=True):
        if isinstance(answer, Refused):
            refused += 1
            sys.stderr.write(f"{command.name}: {answer.en}\n")
        else:
            print(json.dumps(answer.result, ensure_ascii=False))
    return 1 if refused else 0


def _say_progress(position: int, end: int) -> None:
    sys.stderr.write(f"\rfolding: {position:,} of {end:,} facts" + ("\n" if position >= end else ""))
    sys.stderr.flush()
