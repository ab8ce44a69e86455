"""The compose files without a Docker: what they start exists, its settings are known, and are those of the servers that the tests run."""

from __future__ import annotations

import re
import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from command_ui.cli import _parser
from command_ui.settings import IN_FILE, PREFIX, Settings
from streams.kafka.access import account
from streams.pipes import broker, postgres
from streams.pipes.installation import PROCESSES, Installation, equip
from streams.postgres.roles import name_of
from tests.repository.tree import ROOT

pytestmark = pytest.mark.repository

FILES = ("compose.one-machine.yaml", "compose.kafka.yaml")
JOBS = {"pipes", "set-up"}
BROKERS = {"kafka-1", "kafka-2", "kafka-3"}
# Which folder of secrets each service may see.
FOLDERS = {
    **{name: name for name in BROKERS},
    "postgres": "postgres",
    "set-up": "admin",
    "relay": "relay",
    "worker-1": "worker",
    "worker-2": "worker",
    "gateway-1": "gateway",
    "gateway-2": "gateway",
}


def compose(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker" / name).read_text("utf-8"))
    return found


SERVICES: dict[str, dict[str, Any]] = compose("compose.kafka.yaml")["services"]
OURS = [name for name, service in SERVICES.items() if service["image"] == "drumtower-cluster"]


def script(service: dict[str, Any]) -> list[list[str]]:
    """The commands of a service that begin with our program, in words."""
    if service.get("entrypoint") is None:
        return [["drumtower", *service["command"]]]
    lines = service["command"][0].splitlines()
    return [shlex.split(line) for line in lines if line.startswith("drumtower ")]


def test_it_is_what_the_mission_says() -> None:
    assert set(SERVICES) == JOBS | BROKERS | {"postgres", "relay", "worker-1", "worker-2", "gateway-1", "gateway-2", "proxy"}


@pytest.mark.parametrize("name", OURS)
def test_every_command_is_understood(name: str) -> None:
    commands = script(SERVICES[name])
    assert commands
    for words in commands:
        assert callable(_parser().parse_args(words[1:]).run)


@pytest.mark.parametrize("name", OURS)
def test_every_setting_is_known_and_means_something(name: str) -> None:
    environment: dict[str, str] = {**SERVICES[name].get("environment", {})}
    # Uvicorn's own: whose X-Forwarded-For is believed.
    assert environment.pop("FORWARDED_ALLOW_IPS", "*") == "*"
    assert all(variable.startswith(PREFIX) for variable in environment)
    Settings.read(
        {variable.removesuffix(IN_FILE): "secret" if variable.endswith(IN_FILE) else value for variable, value in environment.items()}
    )


@pytest.mark.parametrize("name", [name for name in OURS if name != "pipes"])
def test_each_process_comes_as_itself_over_verified_tls(name: str) -> None:
    environment, role = SERVICES[name]["environment"], FOLDERS[name]
    store = urlsplit(environment["DRUMTOWER_STORE"])
    assert environment["DRUMTOWER_KAFKA_ACCOUNT"] == (account("drumtower", role) if role in PROCESSES else broker.ADMINISTRATOR)
    assert store.username == (name_of(role) if role in PROCESSES else "drumtower")
    assert parse_qs(store.query)["sslmode"] == ["verify-full"]
    assert environment["DRUMTOWER_KAFKA_CA"] == parse_qs(store.query)["sslrootcert"][0] == "/pipes/ca.pem"


@pytest.mark.parametrize("file", FILES)
def test_no_secret_stands_in_a_compose_file(file: str) -> None:
    for service in compose(file)["services"].values():
        for variable, value in service.get("environment", {}).items():
            assert "PASSWORD" not in variable or variable.endswith(IN_FILE)
            assert urlsplit(str(value)).password is None


def test_each_service_sees_its_own_secrets_and_no_others() -> None:
    for name, service in SERVICES.items():
        seen = [volume for volume in service.get("volumes", []) if re.search(r":/pipes\b", volume)]
        if name == "pipes":
            assert {volume.split(":")[0] for volume in seen} == {"authority", *(f"{folder}-pipes" for folder in FOLDERS.values())}
        else:
            assert seen == ([f"{FOLDERS[name]}-pipes:/pipes:ro"] if name in FOLDERS else [])


@pytest.fixture(scope="module")
def pipes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the service `pipes` writes."""
    directory = tmp_path_factory.mktemp("pipes")
    everybody = Installation(
        brokers=sorted(BROKERS),
        postgres="postgres",
        kafka_accounts={process: account("drumtower", process) for process in PROCESSES},
        postgres_roles={process: name_of(process) for process in PROCESSES},
    )
    equip(directory, everybody, now=datetime(2026, 11, 27, tzinfo=UTC))
    return directory


@pytest.mark.parametrize("name", sorted(FOLDERS))
def test_every_file_that_a_service_reads_is_written_for_it(name: str, pipes: Path) -> None:
    named = set(re.findall(r"/pipes/([\w.]+)", str(SERVICES[name])))
    if name in BROKERS:
        named |= set(re.findall(r"/pipes/([\w.]+)", (pipes / name / "server.properties").read_text("utf-8")))
    assert named
    assert [file for file in named if not (pipes / FOLDERS[name] / file).is_file()] == []


@pytest.mark.parametrize("name", sorted(BROKERS))
def test_brokers_are_secured_as_those_that_the_tests_run(name: str, pipes: Path) -> None:
    """`tools/local_kafka.py` starts brokers on these settings; only names, ports and paths are another machine's."""
    lines = (pipes / name / "server.properties").read_text("utf-8").splitlines()
    properties = dict(line.split("=", 1) for line in lines)
    local = broker.Node(number=1, name="broker-1", host="127.0.0.1", listens_at="127.0.0.1")
    proven = broker.secured(local, [local], key=Path("k"), authority=Path("a")) | broker.clustered(local, [local], data=Path("d"))
    assert set(properties) == set(proven)
    places = {
        "listeners", "advertised.listeners", "ssl.keystore.location", "ssl.truststore.location", "super.users", "log.dirs", "node.id",
        "controller.quorum.voters",
    }  # fmt: skip
    copies = {setting for setting in proven if "replication.factor" in setting or setting.endswith("min.isr")}
    assert {key: properties[key] for key in proven if key not in places | copies} == {
        key: proven[key] for key in proven if key not in places | copies
    }
    assert {properties[key] for key in copies} == {"3", "2"}
    assert properties["log.dirs"] == next(volume.split(":")[1] for volume in SERVICES[name]["volumes"] if "-data:" in volume)


def test_postgres_is_secured_as_the_one_that_the_tests_run() -> None:
    words = SERVICES["postgres"]["command"]
    assert words[1::2] == ["-c"] * (len(words) // 2)
    pipes = Path("/pipes")
    assert dict(word.split("=", 1) for word in words[2::2]) == postgres.secured(
        key=pipes / "server.pem", authority=pipes / "ca.pem", rules=pipes / "pg_hba.conf"
    )


def test_the_brokers_are_of_the_release_that_the_tests_run() -> None:
    [version] = re.findall(
        r"<artifactId>kafka_[\d.]+</artifactId>\s*<version>([^<]+)</version>", (ROOT / "tools/kafka/pom.xml").read_text("utf-8")
    )
    assert {SERVICES[name]["image"] for name in BROKERS} == {f"apache/kafka:{version}"}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_is_pinned_and_may_do_little(name: str) -> None:
    service = SERVICES[name]
    assert name in OURS or re.search(r":\d+\.\d+", service["image"])
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] != "always"
    assert "healthcheck" in service or name.startswith("gateway"), "a gateway's is in its image"
    # Whoever is not ours says as whom it runs; ours do in their image. One job is root, without a network.
    assert ("user" in service) == (name not in OURS or name == "pipes")
    assert name == "pipes" or service.get("user", "10001").split(":")[0] not in {"0", "root"}
    assert name != "pipes" or service["network_mode"] == "none"


def test_only_the_proxy_is_reached_from_outside_and_only_from_this_host() -> None:
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"proxy"}
    assert all(port.startswith("127.0.0.1:") for port in SERVICES["proxy"]["ports"])


def test_consoles_come_no_further_than_to_the_gateways() -> None:
    on = {name: set(service.get("networks", [])) for name, service in SERVICES.items() if name != "pipes"}
    assert {name for name, networks in on.items() if "front" in networks} == {"proxy", "gateway-1", "gateway-2"}
    assert on["proxy"] == {"front"}
    assert {name for name, networks in on.items() if "back" in networks} == set(on) - {"proxy"}
    assert compose("compose.kafka.yaml")["networks"] == {"front": None, "back": {"internal": True}}


def test_processes_wait_for_what_they_need() -> None:
    for name in set(OURS) - JOBS:
        assert SERVICES[name]["depends_on"] == {"set-up": {"condition": "service_completed_successfully"}}
    assert set(SERVICES["set-up"]["depends_on"]) == BROKERS | {"postgres"}
    for name in [*BROKERS, "postgres"]:
        assert SERVICES[name]["depends_on"] == {"pipes": {"condition": "service_completed_successfully"}}


@pytest.mark.parametrize("file", FILES)
def test_every_volume_is_declared_and_used(file: str) -> None:
    whole = compose(file)
    used = {volume.split(":")[0] for service in whole["services"].values() for volume in service.get("volumes", [])}
    assert {volume for volume in used if not volume.startswith(".")} == set(whole["volumes"])
    assert all((ROOT / "docker" / volume).is_file() for volume in used if volume.startswith("."))


def test_the_proxy_knows_every_gateway_and_asks_whether_it_is_ready() -> None:
    caddyfile = (ROOT / "docker/Caddyfile").read_text("utf-8")
    gateways = [name for name in SERVICES if name.startswith("gateway")]
    assert re.findall(r"(gateway-\d+):8000", caddyfile) == gateways
    assert "health_uri /api/ready" in caddyfile
    origin = SERVICES["gateway-1"]["environment"]["DRUMTOWER_ALLOWED_ORIGINS"]
    assert SERVICES["proxy"]["ports"] == [f"127.0.0.1:{urlsplit(origin).port}:{urlsplit(origin).port}"]


def test_the_image_holds_the_requirements_that_it_is_built_with() -> None:
    wanted = SERVICES["relay"]["build"]["args"]["REQUIREMENTS"]
    assert (ROOT / f"requirements/{wanted}.lock").is_file()
    assert "requirements/${REQUIREMENTS}.lock" in (ROOT / "docker/Dockerfile").read_text("utf-8")
