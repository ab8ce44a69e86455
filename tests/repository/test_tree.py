"""What no file of the repository may hold, and what every page of it must."""

from __future__ import annotations

import re

import pytest

from tests.repository.tree import ROOT, texts

pytestmark = pytest.mark.repository

# Written in two parts, so that this file does not hold what it looks for.
REGISTRY_HOSTS = [
    "pypi" + ".org", "pythonhosted" + ".org", "registry.npmjs" + ".org", "repo.maven" + ".apache", "repo1.maven" + ".org",
    "deb.debian" + ".org", "static.crates" + ".io", "proxy.golang" + ".org",
]  # fmt: skip
MACHINE_PATH = re.compile(r"(?<![\w.~*)}])/(?:work|root|Users|home)" + r"/[\w.-]+")
# A container's own file system is the image's, not a machine's.
OWN_FILE_SYSTEM = ("docker/",)
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "service", "services", "base", "misc"}
LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")


def test_no_file_names_a_package_registry() -> None:
    found = [f"{name}: {host}" for name, text in texts().items() for host in REGISTRY_HOSTS if host in text]
    assert found == []


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    found = [
        f"{name}: {match.group()}"
        for name, text in texts().items()
        if not name.startswith(OWN_FILE_SYSTEM)
        for match in MACHINE_PATH.finditer(text)
    ]
    assert found == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    found = [name for name in texts() if name.endswith((".py", ".ts", ".tsx")) and EMPTY_NAMES & set(name.rsplit(".", 1)[0].split("/"))]
    assert found == []


def test_no_work_is_left_as_a_remark() -> None:
    remark = re.compile(r"\b(?:TODO|FIXME|XXX)\b")
    code = {name: text for name, text in texts().items() if name.endswith((".py", ".ts", ".tsx", ".css", ".sh")) and name != _THIS}
    assert [name for name, text in code.items() if remark.search(text)] == []


def test_nothing_is_tested_against_a_mock() -> None:
    # A named limit may be set low, so that a test reaches it; behaviour may not be replaced.
    a_limit = r'\((?:\w+, )?"(?:[\w.]+\.)?[A-Z][A-Z_]+",'
    mock = re.compile(rf"^\s*(?:from|import) (?:unittest\.mock|mock)\b|\bmonkeypatch\.setattr\b(?!{a_limit})", re.MULTILINE)
    assert [name for name, text in texts().items() if name.startswith("tests/") and name.endswith(".py") and mock.search(text)] == []


@pytest.mark.parametrize("document", sorted(name for name in texts() if name.endswith(".md")))
def test_every_link_of_a_page_leads_somewhere(document: str) -> None:
    home = (ROOT / document).parent
    targets = [match["target"].split("#")[0] for match in LINK.finditer(_without_code(texts()[document]))]
    missing = [target for target in targets if target and "://" not in target and not (home / target).exists()]
    assert missing == []


def _without_code(text: str) -> str:
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)


_THIS = "tests/repository/test_tree.py"
