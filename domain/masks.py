"""What may be shown of a caller to everybody: enough to tell two callers apart, not to know one."""

from __future__ import annotations

# A mainland mobile number is shown as 138****6677: the operator's block and the last four digits.
SHOWN_HEAD, SHOWN_TAIL = 3, 4
# Of an eight-digit landline that would leave one digit to guess: a number shows its head only where this many stay hidden.
HIDDEN_MIN = 4


def mask_number(number: str) -> str:
    """`138****6677`; a number of up to ten characters, such as a landline's, shows its last two only."""
    digits = number.strip()
    if len(digits) < SHOWN_HEAD + HIDDEN_MIN + SHOWN_TAIL:
        return "*" * max(0, len(digits) - 2) + digits[-2:] if digits else ""
    return f"{digits[:SHOWN_HEAD]}{'*' * (len(digits) - SHOWN_HEAD - SHOWN_TAIL)}{digits[-SHOWN_TAIL:]}"


def mask_name(name: str) -> str:
    """`周**`: the first character stays."""
    name = name.strip()
    return name[:1] + "*" * min(2, max(0, len(name) - 1))


def mask_caller(name: str, number: str) -> str:
    """Name and number, masked, as one line."""
    return " ".join(part for part in (mask_name(name), mask_number(number)) if part)
