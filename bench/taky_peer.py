"""The peer: PyPI's taky as a real server, and what subscribers and a sender say to it in CoT over TCP."""

from __future__ import annotations

import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from bench.subscribers import Words

ROOT = Path(__file__).resolve().parent.parent
TAKY = ROOT / ".venv-taky" / "bin" / "taky"
START_S_MAX = 20.0
END = b"</event>"
# What says who somebody is, is no event that is measured.
NO_STAMP = -1


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


def event(uid: str, stamp: int, remarks: str = "") -> bytes:
    """One CoT event with its stamp in the remarks."""
    now = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
    stale = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() + 120))
    return (
        f'<event version="2.0" uid="{uid}" type="a-u-X-i-f" how="m-g" time="{now}" start="{now}" stale="{stale}">'
        f'<point lat="39.1178" lon="117.2005" hae="9999999.0" ce="9999999.0" le="9999999.0"/>'
        f'<detail><contact callsign="{uid}"/><remarks source="t{stamp}t">{remarks}</remarks></detail></event>'
    ).encode()


def subscriber(number: int) -> Words:
    """What a subscriber says to be known to the server."""
    return [(event(f"subscriber-{number}", NO_STAMP), b"")]


def stamps_in(heard: bytes) -> Iterator[tuple[int, int]]:
    """As promised by `bench.subscribers.Stamps`."""
    start = 0
    while (end := heard.find(END, start)) >= 0:
        end += len(END)
        stamp = int(heard[start:end].partition(b'source="t')[2].partition(b't"')[0] or NO_STAMP)
        if stamp != NO_STAMP:
            yield end, stamp
        start = end


class Sender:
    """`with Sender(port) as sender:` one link that events are sent on."""

    def __init__(self, port: int) -> None:
        self._link = socket.create_connection(("127.0.0.1", port))
        self._link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Self:
        self._link.sendall(event("sender", NO_STAMP))
        return self

    def __exit__(self, *_: object) -> None:
        self._link.close()

    def send(self, number: int) -> tuple[int, float]:
        """One event; its stamp, and when it was sent in seconds since 1970."""
        one = event(f"incident-{number % 100}", number, "现场有明火,人员被困,请派消防和急救。")
        sent_s = time.time()
        self._link.sendall(one)
        return number, sent_s
