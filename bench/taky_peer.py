"""The peer: PyPI's taky as a real server, with subscribers and a sender that speak CoT over TCP."""

from __future__ import annotations

import asyncio
import multiprocessing
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parent.parent
TAKY = ROOT / ".venv-taky" / "bin" / "taky"
START_S_MAX = 20.0
END = b"</event>"


@dataclass
class Heard:
    """What the subscribers of one process heard: seconds from the sending to the arrival, one entry a delivery."""

    delays_s: list[float] = field(default_factory=list)


class Taky:
    """`with Taky() as server:` on a free port of the loopback."""

    def __init__(self) -> None:
        self._directory = tempfile.TemporaryDirectory()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]

    def __enter__(self) -> Self:
        configuration = Path(self._directory.name) / "taky.conf"
        configuration.write_text(
            f"[taky]\nhostname = taky.local\nbind_ip = 127.0.0.1\nroot_dir = {self._directory.name}\n"
            f"[cot_server]\nbind_ip = 127.0.0.1\nport = {self.port}\n"
            f"[dp_server]\nupload_path = {self._directory.name}\n[ssl]\nenabled = false\n"
        )
        self._process = subprocess.Popen(
            [TAKY, "-l", "critical", "-c", str(configuration)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self._directory.name,
        )
        latest = time.monotonic() + START_S_MAX
        while time.monotonic() < latest:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return self
        raise AssertionError("taky did not start.")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait()
        self._directory.cleanup()


def event(uid: str, stamp: str, remarks: str = "") -> bytes:
    """One CoT event with its sending time in the remarks."""
    now = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
    stale = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() + 120))
    return (
        f'<event version="2.0" uid="{uid}" type="a-u-X-i-f" how="m-g" time="{now}" start="{now}" stale="{stale}">'
        f'<point lat="39.1178" lon="117.2005" hae="9999999.0" ce="9999999.0" le="9999999.0"/>'
        f'<detail><contact callsign="{uid}"/><remarks source="t{stamp}t">{remarks}</remarks></detail></event>'
    ).encode()


def send_events(port: int, *, rate: float, seconds: float) -> int:
    """Send so many events a second; how many were sent."""
    sent = 0
    with socket.create_connection(("127.0.0.1", port)) as link:
        link.sendall(event("sender", "0"))
        began = time.perf_counter()
        while (due := began + sent / rate) < began + seconds:
            time.sleep(max(0.0, due - time.perf_counter()))
            link.sendall(event(f"incident-{sent % 100}", f"{time.time():.6f}", "现场有明火,人员被困,请派消防和急救。"))
            sent += 1
        time.sleep(1.0)
    return sent


async def _listen(port: int, number: int, heard: Heard, ready: asyncio.Event) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(event(f"subscriber-{number}", "0"))
    await writer.drain()
    ready.set()
    try:
        while True:
            try:
                raw = await reader.readuntil(END)
            except (asyncio.IncompleteReadError, ConnectionError):
                return
            now = time.time()
            stamp = raw.partition(b'source="t')[2].partition(b't"')[0]
            if stamp not in {b"", b"0"}:
                heard.delays_s.append(now - float(stamp))
    finally:
        writer.close()


async def _run(port: int, subscribers: int, pipe: Connection) -> None:
    heard = Heard()
    events = [asyncio.Event() for _ in range(subscribers)]
    tasks = [asyncio.create_task(_listen(port, number, heard, ready)) for number, ready in enumerate(events)]
    await asyncio.gather(*(ready.wait() for ready in events))
    pipe.send("ready")
    while not await asyncio.to_thread(pipe.poll, 0.2):
        pass
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    pipe.send(heard)


def _main(port: int, subscribers: int, pipe: Connection) -> None:
    asyncio.run(_run(port, subscribers, pipe))


class Subscribers:
    """`with Subscribers(port, 50) as subscribers:`; `finish()` gives what they heard."""

    def __init__(self, port: int, subscribers: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_main, args=(port, subscribers, theirs), daemon=True)
        self._process.start()

    def __enter__(self) -> Self:
        assert self._pipe.recv() == "ready", "subscribers begin connected."
        return self

    def finish(self) -> Heard:
        """What they heard until now."""
        self._pipe.send("stop")
        heard: Heard = self._pipe.recv()
        return heard

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.join()
