"""Accounts and rights as they are on the brokers: found, made where missing, and compared with how they should be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
    ScramMechanism,
    UserScramCredentialUpsertion,
)
from kafka.errors import SecurityDisabledError

from streams.kafka.access import ROLES, Rule, account, rules
from streams.kafka.admin import Admin, Wrong
from streams.kafka.connection import BrokersRefuse

# Everybody who is signed in: a right of this one is everybody's.
EVERYBODY: Final = "User:*"
# What a guesser of passwords pays who has stolen the brokers' disks; Kafka takes up to 16,384.
ITERATIONS: Final = 16_384


def found_rules(admin: Admin) -> list[Rule] | None:
    """Every rule on the brokers; None where they have no authorizer, and whoever reaches them may do everything."""
    everything = ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY)
    try:
        acls, _ = admin.ask(lambda client: client.describe_acls(_any_of(everything)))
    except SecurityDisabledError:
        return None
    return list(map(_rule, acls))


def grant(admin: Admin, prefix: str) -> list[Rule]:
    """Give every role its rights; those that were missing. Nothing is taken away: `compared` tells what is too much."""
    there = set(found_rules(admin) or ())
    missing = [rule for rule in rules(prefix) if rule not in there]

    def create(client: Any) -> None:  # noqa: ANN401 -- kafka-python has no types
        for error in client.create_acls(list(map(_acl, missing)))["failed"]:
            raise error

    if missing:
        admin.ask(create)
    return missing


def create_accounts(admin: Admin, passwords: Mapping[str, str]) -> None:
    """Accounts that sign in with a password (SCRAM-SHA-512); the password of one that is there is changed."""
    asked = [
        UserScramCredentialUpsertion(name, ScramMechanism.SCRAM_SHA_512, password, iterations=ITERATIONS)
        for name, password in passwords.items()
    ]
    answers: dict[str, str | None] = admin.ask(lambda client: client.alter_user_scram_credentials(asked))
    for name, refused in answers.items():
        if refused is not None:
            raise BrokersRefuse(f"The account {name} cannot be made: {refused}.", f"无法建立账号 {name}:{refused}。")


def missing_accounts(admin: Admin, prefix: str) -> list[Wrong]:
    """A sentence for each role whose account is not there."""
    names = [account(prefix, role) for role in ROLES]
    answers = admin.ask(lambda client: client.describe_user_scram_credentials(names))
    return [
        Wrong(
            name,
            f"the account {name} is missing: run `drumtower topics --create --accounts FILE`, with a line «{name} PASSWORD» in the file.",
            f"缺少账号 {name}:请运行 `drumtower topics --create --accounts FILE`,文件中写一行「{name} 口令」。",
        )
        for name in names
        if not answers.get(name, {}).get("credential_infos")
    ]


def compared(prefix: str, found: Collection[Rule]) -> Iterator[Wrong]:
    """What is wrong about the rights: those that a role lacks, those that it has beyond its work, and what everybody may."""
    wanted = set(rules(prefix))
    for rule in sorted(wanted - set(found)):
        yield Wrong(
            rule.name,
            f"{_who(rule)} may not {rule.operation} {_what(rule)}: run `drumtower topics --create`.",
            f"{_who(rule)} 无权对 {_what(rule)} 执行 {rule.operation}:请运行 `drumtower topics --create`。",
        )
    for rule in sorted(_beyond(prefix, set(found) - wanted)):
        command = f"kafka-acls --remove --{'allow' if rule.is_allowed else 'deny'}-principal '{rule.principal}' {_options(rule)}"
        may = "may" if rule.is_allowed else "is denied to"
        yield Wrong(
            rule.name,
            f"{_who(rule)} {may} {rule.operation} {_what(rule)} from {rule.host}, which is not what its work needs: run {command}.",
            f"{_who(rule)} 对 {_what(rule)} 的 {rule.operation} 规则并非其工作所需:请运行 {command}。",
        )


def _beyond(prefix: str, found: Iterable[Rule]) -> Iterator[Rule]:
    ours = {f"User:{account(prefix, role)}" for role in ROLES}
    for rule in found:
        reaches_us = rule.name == "*" or rule.name.startswith(f"{prefix}.") or (rule.pattern == "PREFIXED" and prefix.startswith(rule.name))
        if rule.principal in ours or (rule.principal == EVERYBODY and reaches_us):
            yield rule


def _any_of(pattern: ResourcePatternFilter) -> ACLFilter:
    return ACLFilter(None, None, ACLOperation.ANY, ACLPermissionType.ANY, pattern)


def _rule(acl: ACL) -> Rule:
    pattern = acl.resource_pattern
    is_allowed = acl.permission_type == ACLPermissionType.ALLOW
    return Rule(
        acl.principal,
        pattern.resource_type.name,
        pattern.resource_name,
        pattern.pattern_type.name,
        acl.operation.name,
        is_allowed=is_allowed,
        host=acl.host,
    )


def _acl(rule: Rule) -> ACL:
    pattern = ResourcePattern(ResourceType[rule.kind], rule.name, ACLResourcePatternType[rule.pattern])
    return ACL(rule.principal, rule.host, ACLOperation[rule.operation], ACLPermissionType.ALLOW, pattern)


def _who(rule: Rule) -> str:
    return "everybody who is signed in" if rule.principal == EVERYBODY else f"the account {rule.principal.removeprefix('User:')}"


def _what(rule: Rule) -> str:
    return f"{rule.kind.lower()} {rule.name}{'*' if rule.pattern == 'PREFIXED' else ''}"


def _options(rule: Rule) -> str:
    named = "--cluster" if rule.kind == "CLUSTER" else f"--{rule.kind.lower().replace('_', '-')} '{rule.name}'"
    return f"{named} --resource-pattern-type {rule.pattern.lower()} --operation {rule.operation}"
