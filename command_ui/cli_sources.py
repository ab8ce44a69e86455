"""The command line of the sources: the demo city, and the replay of a call log. Both are clients of the public interface."""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from command_ui.cli_data import add_server
from command_ui.settings import Settings
from domain.account_commands import CreateAccount, CreateToken, RevokeToken
from domain.account_decisions import SERVER
from domain.decisions import DECISIONS

if TYPE_CHECKING:
    # The server itself: half a second for whoever serves nothing.
    from command_ui.bootstrap import Running

DEMO_ACCOUNT = "demo-city"


def add_to(commands: Any) -> None:  # noqa: ANN401 -- argparse's subparsers have no public type
    """The commands of this module."""
    demo = commands.add_parser("demo", help="let the demo city live in a server")
    add_server(demo)
    demo.add_argument("--speed", type=float, default=1.0, help="how much faster than the clock (1 to 10)")
    demo.add_argument("--seed", type=int, default=1, help="the same seed gives the same city")
    demo.add_argument("--attached", action="store_true", help="end when the standard input is closed")
    demo.set_defaults(run=_demo)

    replay = commands.add_parser("replay", help="replay a public call log; without a file the week that is shipped")
    replay.add_argument("log", type=Path, nargs="?", help="a CSV file, plain or gzipped")
    replay.add_argument("--mapping", type=Path, help="which column is what (TOML)")
    replay.add_argument("--speed", default="max", help="max, or how much faster than it happened")
    replay.add_argument("--shift-to-now", action="store_true", help="let the log's first call come in now")
    replay.add_argument(
        "--shift-to", type=datetime.fromisoformat, help="go on with a shifted replay: the moment that the earlier run printed"
    )
    replay.add_argument("--guess", action="store_true", help="propose a mapping for the file, write it beside the file and end")
    replay.add_argument("--zone", help="with --guess: the time zone of the log, such as America/New_York")
    add_server(replay)
    replay.set_defaults(run=_replay)


async def start_demo(running: Running, address: str, *, speed: float, seed: int) -> asyncio.subprocess.Process:
    """The demo city as a process of its own, with a token of its own; it knows nothing but the address."""
    token = await _demo_token(running)
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "command_ui.cli",
        "demo",
        "--url",
        address,
        "--speed",
        str(speed),
        "--seed",
        str(seed),
        "--attached",
        env={**os.environ, "DRUMTOWER_TOKEN": token},
        # The pipe's other end falls with the server, however that ends, and the demo city with it.
        stdin=asyncio.subprocess.PIPE,
    )


async def _demo_token(running: Running) -> str:
    machine, accounts = running.center.machine, running.accounts.accounts

    async def send(name: str, command: object) -> dict[str, Any]:
        future = machine.submit(DECISIONS[name], command, account=SERVER, key=f"{SERVER}:{secrets.token_hex(16)}")
        return (await accounts.complete(name, await asyncio.wrap_future(future))).result

    if running.center.document("account_directory", DEMO_ACCOUNT) is None:
        await send(
            "create_account",
            CreateAccount(
                account=DEMO_ACCOUNT,
                zh="演示城市",
                en="Demo city",
                roles=("source", "call_taker", "dispatcher", "administrator"),
                kind="program",
            ),
        )
    directory = running.center.document("account_directory", DEMO_ACCOUNT)
    for earlier in directory.tokens if directory is not None else ():
        await send("revoke_token", RevokeToken(token=earlier.token, reason="the demo city starts anew"))
    token: str = (await send("create_token", CreateToken(account=DEMO_ACCOUNT, label="demo city", days=30)))["token"]
    return token


def _demo(given: argparse.Namespace) -> int:
    from streams.sources.demo_city.running import run_demo_city

    async def run() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for received in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(received, stop.set)
        if given.attached:
            loop.add_reader(sys.stdin.fileno(), stop.set)
        await run_demo_city(base_url=given.url, token=given.token, seed=given.seed, speed=given.speed, stop=stop)

    asyncio.run(run())
    return 0


def _replay(given: argparse.Namespace) -> int:
    from streams.sources.call_log.replaying import replay_call_log

    if given.guess:
        return _guess(given)

    async def run() -> int:
        stop = asyncio.Event()
        for received in (signal.SIGTERM, signal.SIGINT):
            # The batch under way is answered, and the report says how to go on.
            asyncio.get_running_loop().add_signal_handler(received, stop.set)
        return await replay_call_log(
            given.log,
            mapping=given.mapping,
            base_url=given.url,
            token=given.token,
            speed=given.speed,
            shift_to_now=given.shift_to_now,
            shift_to=given.shift_to,
            stop=stop,
        )

    return asyncio.run(run())


def _guess(given: argparse.Namespace) -> int:
    from streams.sources.call_log.cells import LogIsUnreadable
    from streams.sources.call_log.guessing import ZoneIsInDoubt, propose
    from streams.sources.call_log.replaying import mapping_beside

    if given.log is None:
        sys.stderr.write("--guess proposes a mapping for a file: say which, as in `drumtower replay calls.csv --guess`.\n")
        return 1
    settings = Settings.read()
    zone = given.zone or str(settings.time_zone)
    if zone not in available_timezones():
        sys.stderr.write(f"--zone is {zone!r}: it must be a time zone such as America/New_York.\n")
        return 1
    try:
        centre = (settings.map_centre_lon, settings.map_centre_lat)
        text = propose(given.log, zone=zone, centre=centre, is_zone_said=given.zone is not None)
    except (LogIsUnreadable, ZoneIsInDoubt) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    print(text)
    mapping = given.mapping or mapping_beside(given.log)
    try:
        with mapping.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        sys.stderr.write(f"{mapping} is there already and was left as it is: remove it first, or copy from the proposal above.\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"{mapping} cannot be written ({error.strerror}): keep the proposal above elsewhere and name it with --mapping.\n")
        return 1
    print(f"Written to {mapping}. Read it; then `drumtower replay {given.log}`{'' if given.mapping is None else f' --mapping {mapping}'}.")
    return 0
