"""What a PostgreSQL server is told so that it is spoken to over TLS and with passwords that are never sent (SCRAM) alone."""

from __future__ import annotations

from pathlib import Path
from typing import Final

# Nobody comes in by the network but so; the socket is for the server's own first start, in its own container.
HBA: Final = """\
# type   database   user  address  method
local    all        all            scram-sha-256
hostssl  all        all   all      scram-sha-256
hostnossl all       all   all      reject
"""


def secured(*, key: Path, authority: Path, rules: Path) -> dict[str, str]:
    """The server's settings. `key` holds its key and its certificate, `rules` what is above."""
    return {
        "ssl": "on",
        "ssl_cert_file": str(key),
        "ssl_key_file": str(key),
        "ssl_ca_file": str(authority),
        "ssl_min_protocol_version": "TLSv1.2",
        "password_encryption": "scram-sha-256",
        "hba_file": str(rules),
    }
