"""Log lines for machines: one JSON object a line, by which a command is followed from the console to the store."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from command_ui.logs import JsonLines
from tests.server_fixture import a_key, city_of, server_of


def line(record: logging.LogRecord) -> dict[str, object]:
    """The line of this record."""
    read: dict[str, object] = json.loads(JsonLines("relay").format(record))
    return read


def test_a_line_says_when_where_what_and_about_which_command() -> None:
    record = logging.LogRecord("streams.writer", logging.INFO, __file__, 1, "accepted %s", ("add_note",), None)
    record.correlation, record.position = "key-1", 7
    read = line(record)
    assert str(read.pop("time")).endswith("+00:00")
    assert read == {
        "level": "INFO",
        "logger": "streams.writer",
        "process": "relay",
        "message": "accepted add_note",
        "correlation": "key-1",
        "position": 7,
    }


def test_a_failure_has_its_traceback_in_the_same_line() -> None:
    try:
        raise ValueError("no\nway")
    except ValueError as error:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "it failed", (), (type(error), error, error.__traceback__))
    text = JsonLines("relay").format(record)
    assert "\n" not in text
    assert "ValueError: no\nway" in json.loads(text)["traceback"]


@pytest.mark.server
def test_a_command_is_found_in_the_log_by_its_key(tmp_path: Path) -> None:
    accepted, refused = a_key(), a_key()
    with server_of(tmp_path, DRUMTOWER_LOG_FORMAT="json", DRUMTOWER_LOG_LEVEL="INFO") as server, city_of(server) as city:
        answer = city.api.answer("open_incident", key=accepted, incident_type="flood", place={"lon": 117.2, "lat": 39.1})
        city.api.post("/api/commands/close_incident", {"incident": "261127-9999", "disposition": "handled"}, key=refused)
        text = server.log_text
    lines = [json.loads(each) for each in text.splitlines()]
    [said] = [each for each in lines if str(each.get("correlation", "")).endswith(accepted)]
    assert (said["command"], said["position"], said["account"]) == ("open_incident", answer["position"], "tester")
    [said] = [each for each in lines if str(each.get("correlation", "")).endswith(refused)]
    assert said["refusal"] == "UnknownThing"
