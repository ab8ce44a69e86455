"""Serving a data directory: one process a directory, on a socket of our own, stopped by the usual signals."""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import uvicorn

from command_ui import garbage
from command_ui.bootstrap import Running, build_application
from command_ui.gateway import is_gateway, open_gateway
from command_ui.live import FRAME_BYTES_MAX
from command_ui.live_socket import LiveSocket
from command_ui.settings import Settings
from projections import CATALOGUE
from streams.failures import StoreUnavailable, StreamFailure, opening

# A console answers a ping within this, or its link is dead and it is let go.
PING_S = 20.0
# A connection that nobody uses is kept longer than clients and proxies keep theirs (5 to 60 s). Where the server closes first, a request
# that leaves at that very moment is lost, and one that records something must not be sent again unasked.
IDLE_S = 75
# How long requests under way may take when the server is told to stop.
STOP_S = 10
# Connections that wait to be accepted while a thousand consoles reconnect at once.
BACKLOG = 2_048


class DirectoryIsServed(StreamFailure):
    """Another process serves this directory."""


class PortIsTaken(StreamFailure):
    """The address cannot be listened on."""


@contextlib.contextmanager
def served_alone(directory: Path) -> Iterator[None]:
    """Hold the directory's lock; it falls with the process, however that ends. Raises DirectoryIsServed."""
    if directory.exists() and not directory.is_dir():
        raise StoreUnavailable(
            f"{directory} is a file, and the data need a directory: choose another with --data.",
            f"{directory} 是文件,而数据需要目录:请用 --data 另选。",
        )
    with opening(directory):
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (directory / "serving.lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            other = lock.read().strip() or "unknown"
            raise DirectoryIsServed(
                f"{directory} is served by process {other} already: stop it, or choose another directory with --data.",
                f"{directory} 已由进程 {other} 提供服务:请先停止它,或用 --data 另选目录。",
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises PortIsTaken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise PortIsTaken(
            f"{host}:{port} cannot be listened on ({error.strerror}): choose another with --port.",
            f"无法监听 {host}:{port}({error.strerror}):请用 --port 另选端口。",
        ) from None
    listening.listen(BACKLOG)
    return listening


def serve(
    settings: Settings,
    *,
    progress: Callable[[int, int], None] | None,
    on_running: Callable[[Running, str], Awaitable[None]],
) -> None:
    """Serve until told to stop. `on_running` is awaited with the address just before the first request is answered."""
    garbage.look_at_what_is_new()
    with contextlib.ExitStack() as held:
        gateway = None
        if is_gateway(settings):
            gateway = held.enter_context(open_gateway(settings, CATALOGUE))
        else:
            held.enter_context(served_alone(settings.data))
        listening = listen(settings.host, settings.port)
        host, port = listening.getsockname()[:2]
        address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

        async def running(state: Running) -> None:
            await on_running(state, address)

        application = build_application(settings, progress=progress, on_running=running, gateway=gateway)
        config = uvicorn.Config(
            application,
            log_level=settings.log_level.lower(),
            # Its lines go the way of all others.
            log_config=None,
            access_log=False,
            server_header=False,
            # Measured: 49,000 frames/s on this implementation, 11,500 on the next; compression would cost 30-70 % more CPU.
            ws=LiveSocket,
            ws_max_size=4 * FRAME_BYTES_MAX,
            ws_per_message_deflate=False,
            ws_ping_interval=PING_S,
            ws_ping_timeout=PING_S,
            timeout_keep_alive=IDLE_S,
            timeout_graceful_shutdown=STOP_S,
        )
        uvicorn.Server(config).run(sockets=[listening])
