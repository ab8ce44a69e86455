"""Who may do what on the brokers, as values: each process has an account of its own with the least rights that do its work.

No Kafka is needed to read it. Writing and reading each bring DESCRIBE (where a topic is, how far it reaches); an idempotent producer needs
no right beyond WRITE since Kafka 2.8. The administrator's account is in the brokers' `super.users`: who may give rights could take any.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from streams.kafka import topics

Role = Literal["relay", "worker", "gateway"]
Kind = Literal["TOPIC", "GROUP", "CLUSTER"]
Pattern = Literal["LITERAL", "PREFIXED"]

ROLES: Final[tuple[Role, ...]] = ("relay", "worker", "gateway")


@dataclass(frozen=True, slots=True, order=True)
class Rule:
    """One rule as the brokers keep it: this account may do this to what has this name, or a name that begins so."""

    principal: str
    kind: str
    name: str
    pattern: str
    operation: str
    is_allowed: bool = True
    host: str = "*"


@dataclass(frozen=True, slots=True)
class Right:
    """What a role may do to one thing, and why."""

    role: Role
    kind: Kind
    name: str
    pattern: Pattern
    operations: tuple[str, ...]
    why: str


def account(prefix: str, role: str) -> str:
    """The account of a role: each installation on the brokers has its own."""
    return f"{prefix}-{role}"


def group(prefix: str) -> str:
    """The group by which workers share the lanes."""
    return f"{prefix}.views"


def rights(prefix: str) -> tuple[Right, ...]:
    """Every right of every role."""
    facts, lanes, views, telemetry = topics.facts(prefix), topics.lanes(prefix), topics.view(prefix, ""), topics.telemetry(prefix)
    return (
        Right("relay", "TOPIC", facts, "LITERAL", ("WRITE", "READ", "DESCRIBE_CONFIGS"), "publishes; its last record tells how far it is"),
        Right(
            "relay", "TOPIC", lanes, "LITERAL", ("WRITE", "READ", "DESCRIBE_CONFIGS"), "publishes; their last records tell how far it is"
        ),
        Right("worker", "TOPIC", lanes, "LITERAL", ("READ", "DESCRIBE_CONFIGS"), "folds what stands there"),
        Right("worker", "GROUP", group(prefix), "LITERAL", ("READ",), "shares the lanes with the other workers"),
        Right("worker", "TOPIC", views, "PREFIXED", ("WRITE", "DESCRIBE_CONFIGS"), "publishes what changed in the views"),
        Right("gateway", "TOPIC", views, "PREFIXED", ("READ", "DESCRIBE_CONFIGS"), "follows the views"),
        Right(
            "gateway", "TOPIC", telemetry, "LITERAL", ("READ", "WRITE", "DESCRIBE_CONFIGS"), "takes in what sources report, and shows it"
        ),
        Right("gateway", "TOPIC", facts, "LITERAL", ("DESCRIBE",), "shows how far behind the relay is"),
        Right("gateway", "TOPIC", lanes, "LITERAL", ("DESCRIBE",), "shows how far behind the workers are"),
    )


def rules(prefix: str) -> tuple[Rule, ...]:
    """The same as the brokers keep it."""
    return tuple(rule for right in rights(prefix) for rule in rules_of(prefix, right))


def rules_of(prefix: str, right: Right) -> tuple[Rule, ...]:
    """One rule for each operation."""
    principal = f"User:{account(prefix, right.role)}"
    return tuple(Rule(principal, right.kind, right.name, right.pattern, operation) for operation in right.operations)
