"""The README's commands and code blocks are run, so that a newcomer's first ten minutes are tested too."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repository.tree import ROOT

pytestmark = pytest.mark.repository

PAGES = ("README.md", "CONTRIBUTING.md", "docs/operators-guide.md")
BLOCK = re.compile(r"^```(?P<language>\w*)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
# Pictures that the page's viewer draws; nothing to run.
DRAWN = {"mermaid"}


def blocks() -> list[tuple[str, str, str]]:
    """(page, language, code) of every fenced block."""
    return [(page, match["language"], match["code"]) for page in PAGES for match in BLOCK.finditer((ROOT / page).read_text("utf-8"))]


def commands() -> list[tuple[str, str]]:
    """(page, command) of every line of every shell block, and of the commands that stand inside a sentence."""
    lines = [(page, line) for page, language, code in blocks() if language == "sh" for line in code.splitlines()]
    inline = [(page, span) for page in PAGES for span in re.findall(r"`((?:make|drumtower) [^`]+)`", (ROOT / page).read_text("utf-8"))]
    return sorted({(page, line.split(" #")[0].strip()) for page, line in lines + inline if line.split(" #")[0].strip()})


def drumtower() -> Path:
    """The installed command, beside the interpreter that runs the tests."""
    return Path(sys.executable).parent / "drumtower"


def run(*words: str | Path) -> str:
    done = subprocess.run(words, cwd=ROOT, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_block_is_of_a_kind_that_is_run_here() -> None:
    # Python blocks are run by `test_readme_program.py`, mappings of call logs by `test_guides_mappings.py`, against a server.
    assert {language for _, language, _ in blocks()} - DRAWN <= {"sh", "python", "toml", "csv"}


@pytest.mark.parametrize(("document", "command"), commands())
def test_every_command_of_a_page_exists_with_its_options(document: str, command: str) -> None:
    words = shlex.split(command.replace(" DIR", " directory").replace(" N", " 8000"))
    match words[0]:
        case "make":
            # A dry run reads the Makefile, the target and the variables, and starts nothing but further dry runs.
            run("make", "--dry-run", *words[1:])
        case "drumtower":
            subcommands = [word for word in words[1:2] if not word.startswith("-")]
            told = run(drumtower(), *subcommands, "--help")
            missing = [word for word in words[1:] if word.startswith("--") and word not in told]
            assert missing == [], f"{document}: `{command}`"
        case "export":
            name, _, value = words[1].partition("=")
            assert name.startswith("DRUMTOWER_"), f"{document}: `{command}`"
            assert value, f"{document}: `{command}`"
        case _:
            pytest.fail(f"{document}: nothing here knows how to try `{command}`")


def test_make_help_tells_every_target_and_what_it_does() -> None:
    told = re.findall(r"^  make ([a-z]+) +\S", run("make", "help"), re.MULTILINE)
    assert {
        "help",
        "run",
        "cluster",
        "test",
        "check",
        "bench",
        "pictures",
        "types",
        "docs",
        "lock",
        "kafka",
        "console",
        "wheel",
        "clean",
    } == set(told)


def test_make_without_a_target_tells_what_there_is() -> None:
    assert run("make") == run("make", "help")


def test_the_picture_of_the_readme_is_there() -> None:
    assert (ROOT / "docs/pictures/dispatch.png").read_bytes().startswith(b"\x89PNG")
