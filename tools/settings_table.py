"""`make docs`: the README's table of settings, written from `command_ui.settings`. A test fails when the two differ."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from command_ui import settings

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
BEGIN = "<!-- settings: written by `make docs` -->\n"
END = "<!-- end of settings -->"


def render(rows: Iterable[tuple[str, str, str]]) -> str:
    """The table of (variable, default, meaning)."""
    lines = [f"| `{variable}` | {f'`{default}`' if default else 'none'} | {_cell(meaning)} |" for variable, default, meaning in rows]
    return "\n".join(["| variable | default | what it sets |", "| --- | --- | --- |", *lines]) + "\n"


def current(readme: str) -> str:
    """The table that stands in the README."""
    return readme.split(BEGIN, 1)[1].split(END, 1)[0]


def replaced(readme: str, table: str) -> str:
    """The README with another table."""
    before, rest = readme.split(BEGIN, 1)
    return before + BEGIN + table + END + rest.split(END, 1)[1]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> int:
    """Write the table into the README."""
    README.write_text(replaced(README.read_text("utf-8"), render(settings.table())), "utf-8")
    print(f"Wrote the settings table of {README.relative_to(ROOT)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
