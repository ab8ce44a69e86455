"""What a client of the public interface may be told.

    InterfaceError
     +- Unreachable      no answer within the patience (network, 429, 502, 503, 504)
     +- NotSignedIn      the token is not accepted (401)
     +- NotPermitted     the token's account may not do this (403 on a whole request)
     +- NotUnderstood    an answer that docs/protocol.md does not describe

A refused command is no error: it is an answer (`streams.sources.client.Refused`).
"""

from __future__ import annotations


class InterfaceError(Exception):
    """`str()` gives a sentence for the person who started the program."""


class Unreachable(InterfaceError):
    """The server did not answer, or was too busy, for longer than the caller would wait."""


class NotSignedIn(InterfaceError):
    """The token is unknown, revoked or expired."""


class NotPermitted(InterfaceError):
    """The token's account lacks the role."""


class NotUnderstood(InterfaceError):
    """The answer is not what the protocol says."""
