"""The configuration: one frozen value, read once from environment variables that begin with `DRUMTOWER_`. Its errors name the variable."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

PREFIX = "DRUMTOWER_"
# What Kafka allows in the name of a topic, with room for what follows.
TOPIC_PREFIX = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.ASCII)
WHOLE = re.compile(r"-?[0-9]{1,18}")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class SettingIsWrong(ValueError):
    """A variable holds what it cannot mean; the sentence names it."""


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not WHOLE.fullmatch(text) or not low <= int(text) <= high:
            raise ValueError(f"not a whole number between {low} and {high}")
        return int(text)

    return read


def _number(low: float, high: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not low <= value <= high:
            raise ValueError(f"not a number between {low:g} and {high:g}")
        return value

    return read


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError("not a time zone of the IANA database, such as Asia/Shanghai") from None


def _flag(text: str) -> bool:
    if text.lower() not in {"yes", "no", "true", "false", "1", "0"}:
        raise ValueError("not yes or no")
    return text.lower() in {"yes", "true", "1"}


def _log_level(text: str) -> str:
    if text.upper() not in LOG_LEVELS:
        raise ValueError("not DEBUG, INFO, WARNING or ERROR")
    return text.upper()


def _log_format(text: str) -> str:
    if text.lower() not in {"text", "json"}:
        raise ValueError("not text or json")
    return text.lower()


def _text(text: str) -> str:
    return text


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.replace(",", " ").split() if word)


def _addresses(text: str) -> tuple[str, ...]:
    found = _words(text)
    for each in found:
        host, _, port = each.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) <= 65535:
            raise ValueError("not host:port,host:port")
    return found


def _topic_prefix(text: str) -> str:
    if not TOPIC_PREFIX.fullmatch(text):
        raise ValueError("not letters, digits, dots, hyphens and underscores, at most 100 of them")
    return text


def _setting(default: Any, read: Callable[[str], Any], text: str) -> Any:  # noqa: ANN401 -- a field of any type
    return field(default=default, metadata={"read": read, "help": text})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an administrator may set. The variable is the field's name in capitals after `DRUMTOWER_`."""

    data: Path = _setting(Path("data"), Path, "The directory of the logs, views, accounts and keys.")
    store: str = _setting("", _text, "The store of record beyond one machine: postgresql://account:password@host:5432/database.")
    master_key: Path | None = _setting(None, Path, "The file of the key that wraps the keys of personal data; beside them when not set.")
    host: str = _setting("127.0.0.1", _text, "The address to listen on. Anything but loopback belongs behind TLS.")
    port: int = _setting(8000, _whole(0, 65535), "The port to listen on; 0 takes a free one and prints it.")
    time_zone: ZoneInfo = _setting(ZoneInfo("Asia/Shanghai"), _zone, "The agency's zone: its days number the incidents.")
    agency_name_zh: str = _setting("天津市应急指挥中心", _text, "The center's name in Chinese, on the sign-in and the top bar.")
    agency_name_en: str = _setting("Tianjin Emergency Command Center", _text, "The center's name in English.")
    map_centre_lon: float = _setting(117.215, _number(-180, 180), "Longitude of the map's first view, in degrees.")
    map_centre_lat: float = _setting(39.118, _number(-90, 90), "Latitude of the map's first view, in degrees.")
    map_zoom: float = _setting(11.5, _number(1, 20), "Zoom of the map's first view.")
    telemetry_days: float = _setting(7.0, _number(0.01, 3650), "How many days fixes and readings are kept. Decisions are kept for ever.")
    access_days: float = _setting(183.0, _number(1, 3650), "How many days it is kept who opened the record of an incident.")
    position_stale_s: float = _setting(60.0, _number(1, 86400), "After how many seconds a unit's position is shown as stale.")
    source_late_s: float = _setting(30.0, _number(1, 86400), "After how many seconds without data a source is late.")
    source_silent_s: float = _setting(120.0, _number(1, 864000), "After how many seconds without data a source is silent.")
    session_hours: float = _setting(12.0, _number(0.01, 72), "How long a sign-in lasts: a shift.")
    session_idle_hours: float = _setting(8.0, _number(0.01, 72), "How long a sign-in lasts without use.")
    secure_cookies: bool = _setting(False, _flag, "Whether cookies are sent over TLS only; set it to yes behind TLS.")
    allowed_origins: tuple[str, ...] = _setting((), _words, "Further origins that may open the live link, such as https://cc.example.cn.")
    console_stuck_s: float = _setting(20.0, _number(1, 3600), "After how many seconds a console that takes no frame is let go.")
    body_bytes_max: int = _setting(2_000_000, _whole(1_000, 100_000_000), "The largest request body in bytes.")
    brokers: tuple[str, ...] = _setting((), _addresses, "The Kafka brokers, as host:port,host:port. None on one machine.")
    topic_prefix: str = _setting("drumtower", _topic_prefix, "How the names of all Kafka topics begin.")
    lanes: int = _setting(4, _whole(1, 64), "Over how many partitions the views are spread, and so over how many workers at most.")
    kafka_account: str = _setting("", _text, "The account at the brokers (SCRAM-SHA-512); none when not set.")
    kafka_password: str = _setting("", _text, "Its password.")
    kafka_ca: Path | None = _setting(None, Path, "The file of the authority that signed the brokers' certificates; without it, no TLS.")
    worker_name: str = _setting("", _text, "A name of this worker alone; one that comes back under it has its lanes at once.")
    log_format: str = _setting(
        "text", _log_format, "How it says it: text for people, or json, a line of JSON with the command's correlation."
    )
    log_level: str = _setting("WARNING", _log_level, "How much the server says: DEBUG, INFO, WARNING or ERROR.")

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None, **given: Any) -> Settings:  # noqa: ANN401 -- fields by name
        """The settings of the environment; what the command line has `given` (and not None) goes before it. Raises SettingIsWrong."""
        environment = os.environ if environment is None else environment
        known = {variable(entry.name): entry for entry in fields(cls)}
        for name in environment:
            if name.startswith(PREFIX) and name not in known and name not in OTHER_VARIABLES:
                raise SettingIsWrong(f"{name} is not a setting. Known are {', '.join(sorted(known))}.")
        values: dict[str, Any] = {}
        for name, entry in known.items():
            if name in environment:
                values[entry.name] = _read(name, entry, environment[name])
            if (value := given.get(entry.name)) is not None:
                values[entry.name] = _read(f"--{entry.name}", entry, str(value))
        return cls(**values)


def _read(name: str, entry: Field[Any], text: str) -> Any:  # noqa: ANN401 -- a field of any type
    try:
        return entry.metadata["read"](text)
    except ValueError as error:
        raise SettingIsWrong(f"{name} is {text!r}, {error}.") from None


# Read by the tests and by clients, not by the server.
OTHER_VARIABLES = frozenset({"DRUMTOWER_SHARED", "DRUMTOWER_TOKEN"})


def variable(name: str) -> str:
    """`port` is `DRUMTOWER_PORT`."""
    return PREFIX + name.upper()


def table() -> list[tuple[str, str, str]]:
    """Variable, default and meaning of every setting, for the README."""
    return [(variable(entry.name), _shown(entry.default), entry.metadata["help"]) for entry in fields(Settings)]


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return " ".join(value)
    if value is None:
        return ""
    return str(value)
