"""The command line over a server: send commands."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import uuid
from pathlib import Path
from typing import Any


def add_to(commands: Any) -> None:  # noqa: ANN401 -- argparse's subparsers have no public type
    """The command of this module."""
    send = commands.add_parser("send", help="send one command to a server, or many from a file")
    send.add_argument("name", help="the command, such as define_incident_type; - for a file of many")
    send.add_argument("body", help="its body as JSON, or @FILE; for many: @FILE with [[name, body], ...]")
    add_server(send)
    send.set_defaults(run=_send)


def add_server(parser: argparse.ArgumentParser) -> None:
    """Where the server is, and the token."""
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="the server's address")
    parser.add_argument("--token", default=os.environ.get("DRUMTOWER_TOKEN", ""), help="a bearer token (or DRUMTOWER_TOKEN)")


def _send(given: argparse.Namespace) -> int:
    text = Path(given.body[1:]).read_text(encoding="utf-8") if given.body.startswith("@") else given.body
    try:
        body = json.loads(text)
    except json.JSONDecodeError as error:
        sys.stderr.write(f"The body is not JSON: {error}.\n")
        return 2
    return asyncio.run(_send_all(given, body))


async def _send_all(given: argparse.Namespace, body: Any) -> int:  # noqa: ANN401 -- whatever was written
    # A client of HTTP costs whoever is none half a second.
    from streams.sources.client import Command, PublicInterface, Refused

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
