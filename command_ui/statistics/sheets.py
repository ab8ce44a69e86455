"""Tables for a spreadsheet: UTF-8 with a byte order mark, so that Excel opens Chinese, and no cell that it would take for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from typing import Final

from fastapi import Response

# What Excel, Calc and Sheets begin a formula with; tab and carriage return hide one behind white space (OWASP, «CSV injection»).
FORMULA_BEGINS: Final = ("=", "+", "-", "@", "\t", "\r")
BYTE_ORDER_MARK: Final = "\ufeff"

Cell = str | float | int | datetime | None


def sheet(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """RFC 4180, with the mark before it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return BYTE_ORDER_MARK + text.getvalue()


def attached(name: str, since: datetime, until: datetime, zone: tzinfo, text: str) -> Response:
    """An answer that a browser saves under the name of the period."""
    period = f"{since.astimezone(zone):%Y%m%dT%H%M}-{until.astimezone(zone):%Y%m%dT%H%M}"
    headers = {"Content-Disposition": f'attachment; filename="{name}_{period}.csv"', "Vary": "Accept"}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, float):
        return f"{value:.6g}"
    text = str(value)
    # A number of ours may be negative; a text that begins like a formula may have been typed by anybody.
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA_BEGINS) else text
