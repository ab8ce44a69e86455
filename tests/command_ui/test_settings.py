"""Every setting that is wrong is refused with its variable's name, before anything is opened."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from command_ui.settings import SettingIsWrong, Settings, table, variable

WRONG = [
    ("DRUMTOWER_PORT", "http", "not a whole number between 0 and 65535"),
    ("DRUMTOWER_PORT", "65536", "not a whole number between 0 and 65535"),
    ("DRUMTOWER_PORT", "-1", "not a whole number between 0 and 65535"),
    ("DRUMTOWER_PORT", "", "not a whole number between 0 and 65535"),
    ("DRUMTOWER_PORT", "8e3", "not a whole number between 0 and 65535"),
    ("DRUMTOWER_PORT", "--8", "not a whole number between 0 and 65535"),
    ("DRUMTOWER_PORT", "²", "not a whole number between 0 and 65535"),
    ("DRUMTOWER_BODY_BYTES_MAX", "999", "not a whole number between 1000 and 100000000"),
    ("DRUMTOWER_TIME_ZONE", "Tianjin", "not a time zone of the IANA database, such as Asia/Shanghai"),
    ("DRUMTOWER_TIME_ZONE", "../../etc/passwd", "not a time zone of the IANA database, such as Asia/Shanghai"),
    ("DRUMTOWER_TIME_ZONE", "", "not a time zone of the IANA database, such as Asia/Shanghai"),
    ("DRUMTOWER_MAP_CENTRE_LON", "181", "not a number between -180 and 180"),
    ("DRUMTOWER_MAP_CENTRE_LAT", "north", "not a number between -90 and 90"),
    ("DRUMTOWER_MAP_ZOOM", "nan", "not a number between 1 and 20"),
    ("DRUMTOWER_TELEMETRY_DAYS", "inf", "not a number between 0.01 and 3650"),
    ("DRUMTOWER_SESSION_HOURS", "0", "not a number between 0.01 and 72"),
    ("DRUMTOWER_SECURE_COOKIES", "maybe", "not yes or no"),
    ("DRUMTOWER_LOG_LEVEL", "CHATTY", "not DEBUG, INFO, WARNING or ERROR"),
]


@pytest.mark.parametrize(("name", "value", "why"), WRONG)
def test_a_wrong_value_is_refused_with_the_variable_s_name(name: str, value: str, why: str) -> None:
    with pytest.raises(SettingIsWrong) as refused:
        Settings.read({name: value})
    assert str(refused.value) == f"{name} is {value!r}, {why}."


def test_a_variable_that_is_no_setting_is_refused_and_the_known_ones_are_named() -> None:
    """A typing error would otherwise be a default that nobody chose."""
    with pytest.raises(SettingIsWrong, match=r"DRUMTOWER_PROT is not a setting. Known are .*DRUMTOWER_PORT"):
        Settings.read({"DRUMTOWER_PROT": "8000"})


@pytest.mark.parametrize(
    ("name", "value", "field", "meant"),
    [
        ("DRUMTOWER_PORT", "0", "port", 0),
        ("DRUMTOWER_DATA", "/srv/drumtower", "data", Path("/srv/drumtower")),
        ("DRUMTOWER_TIME_ZONE", "UTC", "time_zone", ZoneInfo("UTC")),
        ("DRUMTOWER_SECURE_COOKIES", "Yes", "secure_cookies", True),
        ("DRUMTOWER_SECURE_COOKIES", "0", "secure_cookies", False),
        (
            "DRUMTOWER_ALLOWED_ORIGINS",
            "https://a.example, https://b.example",
            "allowed_origins",
            ("https://a.example", "https://b.example"),
        ),
        ("DRUMTOWER_MAP_CENTRE_LON", "-73.5", "map_centre_lon", -73.5),
        ("DRUMTOWER_AGENCY_NAME_ZH", "鼓楼", "agency_name_zh", "鼓楼"),
        ("DRUMTOWER_LOG_LEVEL", "info", "log_level", "INFO"),
    ],
)
def test_a_right_value_is_read(name: str, value: str, field: str, meant: object) -> None:
    assert getattr(Settings.read({name: value}), field) == meant


def test_what_the_command_line_says_goes_before_the_environment() -> None:
    environment = {"DRUMTOWER_PORT": "9000", "DRUMTOWER_HOST": "::1"}
    settings = Settings.read(environment, port=9001, host=None)
    assert (settings.port, settings.host) == (9001, "::1")


def test_other_programs_variables_are_left_alone() -> None:
    assert Settings.read({"PATH": "/bin", "drumtower_port": "x", "DRUMTOWER_SHARED": "/data"}) == Settings()


def test_every_setting_is_in_the_table_with_a_default_that_can_be_read_back() -> None:
    rows = {name: default for name, default, _ in table()}
    assert set(rows) == {variable(entry.name) for entry in fields(Settings)}
    set_by_default = {variable(entry.name) for entry in fields(Settings) if entry.default is not None}
    assert Settings.read({name: default for name, default in rows.items() if name in set_by_default}) == Settings()
    assert all(text.endswith(".") for _, _, text in table())


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("a secret\n", "utf-8")
    assert Settings.read({"DRUMTOWER_KAFKA_PASSWORD_FILE": str(tmp_path / "secret")}).kafka_password == "a secret"


def test_a_file_of_a_secret_that_cannot_be_read_is_told_by_its_variable(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"\xff\xfe")
    for path, why in ((tmp_path / "none", "No such file or directory"), (tmp_path / "secret", "it is not text")):
        with pytest.raises(SettingIsWrong) as refused:
            Settings.read({"DRUMTOWER_STORE_FILE": str(path)})
        assert str(refused.value) == f"DRUMTOWER_STORE_FILE is {str(path)!r}, which cannot be read: {why}."


def test_a_secret_stands_in_one_place() -> None:
    with pytest.raises(SettingIsWrong, match="DRUMTOWER_STORE and DRUMTOWER_STORE_FILE are both set"):
        Settings.read({"DRUMTOWER_STORE": "postgresql://db/city", "DRUMTOWER_STORE_FILE": "store"})


def test_only_secrets_stand_in_files() -> None:
    with pytest.raises(SettingIsWrong, match="DRUMTOWER_PORT_FILE is not a setting"):
        Settings.read({"DRUMTOWER_PORT_FILE": "port"})
