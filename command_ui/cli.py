"""The command line: `drumtower serve`, and what administrators do from a terminal. `drumtower --help` tells the rest."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from command_ui import cli_data, cli_kafka, cli_move, cli_rebuild, cli_sources, cli_verify, cli_worker
from command_ui.logs import set_up_logs
from command_ui.settings import SettingIsWrong, Settings, table
from domain.refusals import Refusal
from streams.failures import StreamFailure
from streams.sources.interface_errors import InterfaceError


def main(arguments: list[str] | None = None) -> int:
    """The exit code: 0 done, 1 refused or failed (with a sentence), 2 not understood."""
    given = _parser().parse_args(arguments)
    try:
        code: int = given.run(given)
    except (SettingIsWrong, StreamFailure, Refusal, InterfaceError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="drumtower", description="An event-sourced command center for emergencies and public safety (鼓楼)."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    serving = commands.add_parser("serve", help="serve the command center and its console")
    serving.add_argument("--data", type=Path, help="the directory of logs, views, accounts and keys (DRUMTOWER_DATA)")
    serving.add_argument("--host", help="the address to listen on (DRUMTOWER_HOST)")
    serving.add_argument("--port", type=int, help="the port to listen on, 0 for a free one (DRUMTOWER_PORT)")
    serving.add_argument("--demo", action="store_true", help="let the demo city live in it")
    serving.add_argument("--demo-speed", type=float, default=1.0, metavar="N", help="how much faster than the clock the demo city lives")
    serving.add_argument("--demo-seed", type=int, default=1, metavar="N", help="the same seed gives the same city")
    serving.set_defaults(run=_serve)

    settings = commands.add_parser("settings", help="the settings, their defaults and meanings")
    settings.set_defaults(run=_settings)

    cli_verify.add_to(commands)
    cli_data.add_to(commands)
    cli_rebuild.add_to(commands)
    cli_move.add_to(commands)
    cli_sources.add_to(commands)
    cli_kafka.add_to(commands)
    cli_worker.add_to(commands)
    return parser


def _settings(_: argparse.Namespace) -> int:
    for name, default, text in table():
        print(f"{name:32} {default:28} {text}")
    return 0


def _serve(given: argparse.Namespace) -> int:
    from command_ui.bootstrap import Running
    from command_ui.serving import serve

    settings = Settings.read(data=given.data, host=given.host, port=given.port)
    set_up_logs(settings, "gateway" if settings.store else "server")
    # Held for as long as the server lives: the demo city ends with its standard input.
    demo: list[asyncio.subprocess.Process] = []

    async def on_running(running: Running, address: str) -> None:
        print(f"Drumtower (鼓楼) is at {address}", flush=True)
        if running.first_password is not None:
            first = running.first_password
            print(f"Sign in as {first.account} with the password {first.password} (shown this once; change it soon).", flush=True)
        if given.demo:
            demo.append(await cli_sources.start_demo(running, address, speed=given.demo_speed, seed=given.demo_seed))

    serve(settings, progress=_progress if sys.stderr.isatty() else None, on_running=on_running)
    return 0


def _progress(position: int, end: int) -> None:
    sys.stderr.write(f"\rfolding the log into the views: {position:,} of {end:,} facts")
    if position >= end:
        sys.stderr.write("\n")
    sys.stderr.flush()


def read_json(text: str) -> Any:  # noqa: ANN401 -- whatever was written
    """JSON given on the command line, or in the file named after an @."""
    return json.loads(Path(text[1:]).read_text(encoding="utf-8") if text.startswith("@") else text)


if __name__ == "__main__":
    raise SystemExit(main())
