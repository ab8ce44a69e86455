"""`make docs`: docs/events-by-view.md, which tells for every fact which views it changes, and for every view which facts make it.

It is read off the code: the domain's event classes and `projections.CATALOGUE`. A test fails when the page is older than the code.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import get_args

import domain
import projections
from domain.fact import Fact
from projections.projection import Projection

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "events-by-view.md"

HEAD = """\
# Events by view

Made by `make docs` from the domain's events and `projections.CATALOGUE`; a test keeps it current. Searching the code for a name on this
page prints its flow.
"""


def render(catalogue: Sequence[Projection], facts: Iterable[type[Fact]]) -> str:
    """The whole page."""
    parts = [
        HEAD,
        "## What each fact changes\n",
        *_facts_table(catalogue, facts),
        "",
        "## What makes each view\n",
        *_views_table(catalogue),
    ]
    return "\n".join(parts) + "\n"


def all_facts() -> list[type[Fact]]:
    """Every fact with a topic of its own that a module of the domain defines, by topic."""
    for module in pkgutil.walk_packages(domain.__path__, "domain."):
        importlib.import_module(module.name)
    facts = {topic(fact): fact for fact in _descendants(Fact) if "TOPIC" in vars(fact) and fact.__module__.startswith("domain.")}
    return [fact for _, fact in sorted(facts.items())]


def topic(fact: type[Fact]) -> str:
    """`incident.opened`."""
    return str(getattr(fact, "TOPIC", fact.__qualname__))


def _facts_table(catalogue: Sequence[Projection], facts: Iterable[type[Fact]]) -> Iterator[str]:
    yield "| fact | says | changes |"
    yield "| --- | --- | --- |"
    for fact in facts:
        # By topic: the library may derive the class that is nested in an aggregate from the one that was written there.
        views = ", ".join(f"`{view.name}`" for view in catalogue if topic(fact) in map(topic, view.facts))
        yield f"| `{topic(fact)}` | {_first_line(fact)} | {views or 'no view'} |"


def _views_table(catalogue: Sequence[Projection]) -> Iterator[str]:
    yield "| view | version | document | facts |"
    yield "| --- | --- | --- | --- |"
    for view in sorted(catalogue, key=lambda each: each.name):
        facts = ", ".join(f"`{name}`" for name in sorted(map(topic, view.facts)))
        yield f"| `{view.name}` | {view.version} | {_documents(view.document)} | {facts} |"


def _documents(document: object) -> str:
    """What a document is; a view of several kinds names each."""
    kinds = get_args(document) or (document,)
    return " ".join(_first_line(kind) for kind in kinds if isinstance(kind, type))


def _first_line(described: type) -> str:
    # `vars`, not `__doc__`: a class without a docstring of its own must not be described by its base.
    text = (vars(described).get("__doc__") or "").strip()
    return text.splitlines()[0].replace("|", "\\|") if text else ""


def _descendants(base: type[Fact]) -> Iterator[type[Fact]]:
    for child in base.__subclasses__():
        yield child
        yield from _descendants(child)


def main() -> int:
    """Write the page."""
    PAGE.write_text(render(projections.CATALOGUE, all_facts()), "utf-8")
    print(f"Wrote {PAGE.relative_to(ROOT)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
