"""What is installed only by who goes beyond one machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from streams.failures import StoreUnavailable


@contextmanager
def beyond_one_machine() -> Iterator[None]:
    """Import within: what is not installed is told by a sentence (StoreUnavailable)."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise StoreUnavailable(
            f"{error.name} is not installed, which leads beyond one machine: pip install 'drumtower[cluster]'.",
            f"未安装多机运行所需的 {error.name}:pip install 'drumtower[cluster]'。",
        ) from None
