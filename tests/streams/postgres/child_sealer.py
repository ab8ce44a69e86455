"""A gateway as a process of its own: `python -m tests.streams.postgres.child_sealer ADDRESS MASTER_KEY SUBJECTS`.

It seals one text for each subject, in this order, once it reads a line; and prints what it sealed.
"""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

from streams.postgres.keys import PostgresKeys
from streams.vault import Vault


def main() -> None:
    """Seal them."""
    address, master_key, subjects = sys.argv[1:]
    with closing(Vault(PostgresKeys(address), Path(master_key))) as vault:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        sealed = [vault.seal(f"call:{index}", f"text {index}", is_deferred=True) for index in range(int(subjects))]
        vault.flush()
        sys.stdout.write("\n".join(sealed))


if __name__ == "__main__":
    main()
