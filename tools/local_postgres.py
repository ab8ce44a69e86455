"""A real PostgreSQL on this machine, in a directory of its own, on loopback: for tests, benchmarks and `make cluster`.

`secured`, as `docker/compose.kafka.yaml` has it: over TLS and with SCRAM alone. Then `postgres.ca` is what clients believe.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Self
from urllib.parse import quote

import psutil

from streams.pipes.certificates import AUTHORITY, prepare
from streams.pipes.postgres import HBA, secured
from tools.bound_process import killed_with_us, start

# What an idle machine does in two seconds, a busy one may need a minute for.
LOOPBACK = "127.0.0.1"
START_S_MAX = 60
STOP_S_MAX = 30
# The server refuses to run as root; Debian's package brings this account.
ACCOUNT = "postgres"
# Durable as a city's: a commit is on disk before it is answered. Memory and connections for one machine of two cores.
SETTINGS = {
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "max_wal_size": "512MB",
    "log_min_messages": "warning",
}


_DATABASES = "SELECT datname FROM pg_database WHERE NOT datistemplate"


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port


def programs() -> Path | None:
    """The folder of PostgreSQL's programs: the newest that Debian has installed, else the one in the path; None without either."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parent.parent.name))
    if installed:
        return installed[-1].parent
    found = shutil.which("postgres")
    return Path(found).resolve().parent if found else None


@dataclass
class LocalPostgres:
    """`with LocalPostgres(directory) as postgres:`; then `postgres.address("mine")` of a database that `postgres.make("mine")` made."""

    directory: Path
    port: int = field(default_factory=free_port)
    password: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    secured: bool = False
    process: subprocess.Popen[bytes] | None = None
    hosts: Sequence[str] = (LOOPBACK,)
    """Loopback addresses at which it listens."""

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def data(self) -> Path:
        """The server's own directory."""
        return self.directory / "postgres"

    @property
    def ca(self) -> Path:
        """The file of the authority that signed the server's certificate, where it is secured."""
        return self.directory / "authority" / AUTHORITY

    def address(self, database: str = "postgres", *, role: str = "drumtower", password: str = "", host: str = LOOPBACK) -> str:
        """postgresql://…, with the password: the owner's, where no role is named."""
        verified = f"?sslmode=verify-full&sslrootcert={quote(str(self.ca), safe='')}" if self.secured else ""
        return f"postgresql://{role}:{quote(password or self.password, safe='')}@{host}:{self.port}/{database}{verified}"

    def start(self) -> Self:
        """Start it, on what it held before if it ran already; it takes connections when this returns."""
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        settings = SETTINGS | {"listen_addresses": ",".join(self.hosts)}
        if self.secured:
            settings |= secured(key=self._key, authority=self.ca, rules=self._rules)
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with (self.directory / "postgres.log").open("ab") as log:
            self.process = start([*_as_account(), _program("postgres"), "-D", str(self.data), "-p", str(self.port), *options], log=log)
        self._run("pg_isready", "-q", "-h", LOOPBACK, "-p", str(self.port), "-t", "1", within_s=START_S_MAX)
        return self

    def make(self, database: str) -> str:
        """An empty database; its address."""
        self._run("createdb", "-h", LOOPBACK, "-p", str(self.port), "-U", "drumtower", "-T", "template0", "-E", "UTF8", database)
        return self.address(database)

    def databases(self) -> list[str]:
        """The names of its databases."""
        return self._run("psql", "-h", LOOPBACK, "-p", str(self.port), "-U", "drumtower", "-AtX", "-c", _DATABASES, "postgres").split()

    def drop(self, database: str) -> None:
        """Remove a database, whoever is connected to it."""
        self._run("dropdb", "-f", "-h", LOOPBACK, "-p", str(self.port), "-U", "drumtower", database)

    def kill(self) -> None:
        """`kill -9` of every process of the server: what is not in its log is gone."""
        assert self.process is not None, "the server was not started."
        server = psutil.Process(self.process.pid)
        # Its backends lead sessions of their own: a signal for its group would not reach them.
        every = [server, *server.children(recursive=True)]
        for process in every:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.wait(STOP_S_MAX)
        psutil.wait_procs(every[1:], STOP_S_MAX)

    def stop(self) -> None:
        """Stop it, and cut off whoever is connected."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(STOP_S_MAX)
        except subprocess.TimeoutExpired:
            self.kill()

    @property
    def _key(self) -> Path:
        return self.directory / "postgres.pem"

    @property
    def _rules(self) -> Path:
        return self.directory / "pg_hba.conf"

    def _initialise(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        if self.secured:
            prepare(self.ca.parent, {self._key: ("localhost", *self.hosts)}, now=datetime.now(UTC))
            # The server runs under an account of its own.
            self.ca.parent.chmod(0o755)
            self._rules.write_text(HBA, "utf-8")
        self.data.mkdir(mode=0o700)
        secret = self.directory / "postgres.password"
        secret.write_text(self.password, "utf-8")
        if os.geteuid() == 0:
            account = pwd.getpwnam(ACCOUNT)
            for path in (self.data, secret, *([self._key] if self.secured else [])):
                os.chown(path, account.pw_uid, account.pw_gid)
        self._run(
            "initdb",
            "-D",
            str(self.data),
            "-U",
            "drumtower",
            "--pwfile",
            str(secret),
            "--auth",
            "scram-sha-256",
            "-E",
            "UTF8",
            "--no-locale",
        )

    def _run(self, name: str, *arguments: str, within_s: float = 0.0) -> str:
        """What one of PostgreSQL's programs says, run again and again for so long where it fails. Raises RuntimeError."""
        # Another account's home may hold certificates that this one cannot read, and the client would want to.
        environment = {**os.environ, "PGPASSWORD": self.password, "HOME": str(self.directory)}
        command = [*_as_account(), _program(name), *arguments]
        deadline = time.monotonic() + within_s
        while True:
            done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment, cwd="/")
            if done.returncode == 0:
                return done.stdout
            if time.monotonic() >= deadline or self._has_ended():
                raise RuntimeError(
                    f"{name} failed ({done.returncode}): {done.stderr or done.stdout} See {self.directory / 'postgres.log'}."
                )

    def _has_ended(self) -> bool:
        """Whether the server is gone; it is given a tenth of a second to go."""
        if self.process is None:
            return True
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(0.1)
            return True
        return False


def _program(name: str) -> str:
    found = programs()
    if found is None:
        raise RuntimeError("PostgreSQL is not installed: tools/need postgresql says what to do.")
    return str(found / name)


def _as_account() -> list[str]:
    if os.geteuid() != 0:
        return []
    # The signal is set anew: it is forgotten with the change of the account.
    return [*killed_with_us(), f"--reuid={ACCOUNT}", f"--regid={ACCOUNT}", "--clear-groups"]
