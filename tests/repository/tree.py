"""The files that the repository holds, as git tells: tracked, or new and not ignored."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# Pictures, fonts and archives hold no text of ours.
TEXT_BYTES_MAX = 2_000_000


@cache
def files() -> tuple[Path, ...]:
    """Every file that is, or would be, committed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    return tuple(sorted(ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()))


@cache
def texts() -> dict[str, str]:
    """The text files of that list, by their path in the repository; large data files are left out."""
    found: dict[str, str] = {}
    for path in files():
        data = path.read_bytes()
        if len(data) <= TEXT_BYTES_MAX and b"\0" not in data:
            found[str(path.relative_to(ROOT))] = data.decode("utf-8")
    return found
