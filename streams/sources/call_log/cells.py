"""A call log's file to its cells: bytes, text, header, rows. A row that cannot be read is a sentence, and costs no other row."""

from __future__ import annotations

import _csv
import csv
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

# A mapping that fits nothing makes every row bad: the first sentences say it, the number says the rest.
SENTENCES_KEPT_MAX = 1_000
# Addresses of up to 64 kB in a cell are an error of the file, not of the reader.
CELL_CHARACTERS_MAX = 65_536
# What spreadsheets of the world put between cells.
DELIMITERS: Final = (",", ";", "\t", "|")

_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class LogIsUnreadable(ValueError):
    """The file as a whole cannot be read; `str()` is a sentence."""


def content_of(path: Path) -> bytes:
    """The file's bytes, unpacked where it is gzipped. LogIsUnreadable with a sentence."""
    try:
        content = path.read_bytes()
        if content[:2] == _GZIP:
            content = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise LogIsUnreadable(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from None
    if content[:4] == _ZIP:
        raise LogIsUnreadable(f"{path} is a spreadsheet or an archive, not a CSV file: save the sheet as CSV, or unpack it first.")
    return content


def likely_encoding(content: bytes) -> str:
    """The first of the usual encodings that the bytes are valid in; latin-1 fits everything, so it comes last."""
    if content[:2] in _UTF16:
        return "utf-16"
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return "latin-1"


def decoded(path: Path, content: bytes, encoding: str) -> str:
    """The text without its byte order mark. LogIsUnreadable with a sentence."""
    try:
        return content.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        likely = likely_encoding(content)
        raise LogIsUnreadable(
            f"{path}, line {line}: byte {error.start} is not {encoding}; set `encoding` in the mapping (it may be {likely})."
        ) from None
    except UnicodeError as error:
        raise LogIsUnreadable(f"{path} is not {encoding} ({error}); set `encoding` in the mapping.") from None
    except LookupError:
        raise LogIsUnreadable(f"{encoding!r} is not an encoding that is known here; set `encoding` in the mapping.") from None


@dataclass(slots=True)
class Cells:
    """The rows of a text as (line, cells by column). What is no row is counted in `bad`, with a sentence."""

    path: Path
    text: str
    delimiter: str = "auto"
    header: list[str] = field(default_factory=list)
    bad: int = 0
    bad_sentences: list[str] = field(default_factory=list)
    _lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        # Not `splitlines`, which also breaks at form feeds and at separators that Chinese text may hold.
        self._lines = self.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self.text = ""
        first = next((line for line in self._lines if line.strip()), "")
        if self.delimiter == "auto":
            self.delimiter = max(DELIMITERS, key=first.count)
        if not first:
            raise LogIsUnreadable(f"{self.path} is empty.")

    def __iter__(self) -> Iterator[tuple[int, dict[str, str]]]:
        csv.field_size_limit(CELL_CHARACTERS_MAX)
        next_line = self._read_header()
        reader, start = self._reader_from(next_line), next_line
        while True:
            line, wrong = start + reader.line_num, ""
            try:
                row = next(reader, None)
            except csv.Error as error:
                row, wrong = [], f"the row cannot be read ({error})"
            if row is None:
                return
            lines = start + reader.line_num - line
            if lines > 1 and not wrong and not self._is_quoted_well(line, lines):
                wrong = "the row cannot be read"
            if not wrong:
                if not any(cell.strip() for cell in row):
                    continue
                if len(row) > len(self.header) and not any(cell.strip() for cell in row[len(self.header) :]):
                    # Exports that end each row with a delimiter have one empty cell more than the header has names.
                    row = row[: len(self.header)]
                if len(row) == len(self.header):
                    yield line + 1, dict(zip(self.header, (cell.strip() for cell in row), strict=True))
                    continue
                wrong = f"the row has {len(row)} cells, the header has {len(self.header)} columns"
            if lines > 1:
                # A quotation mark that is never closed swallows the rows after it: only its own line is bad, the next are read again.
                wrong += f", as a quotation mark opens and is not closed where it should be (it reached line {line + lines})"
                start = line + 1
                reader = self._reader_from(start)
            self._refuse(f"{self.path}, line {line + 1}: {wrong}.")

    def require(self, columns: dict[str, str]) -> None:
        """Each column (to the word that the mapping gives it for) stands in the header, once."""
        self._read_header()
        for column, word in columns.items():
            found = self.header.count(column.strip())
            if not found:
                raise LogIsUnreadable(
                    f"{self.path}, line 1: there is no column {column!r}, which the mapping gives for {word}; "
                    f"its columns are {', '.join(self.header)}."
                )
            if found > 1:
                raise LogIsUnreadable(
                    f"{self.path}, line 1: {found} columns are named {column!r}, which the mapping gives for {word}: "
                    "rename all but one of them in the file."
                )

    def _read_header(self) -> int:
        """The index of the line after the header, which is the first line that is not empty."""
        index = next(index for index, line in enumerate(self._lines) if line.strip())
        reader = self._reader_from(index)
        try:
            self.header = [name.strip() for name in next(reader)]
        except csv.Error as error:
            raise LogIsUnreadable(f"{self.path}, line {index + 1}: the header cannot be read ({error}).") from None
        while self.header and not self.header[-1]:
            self.header.pop()
        return index + reader.line_num

    def _reader_from(self, index: int) -> _csv.Reader:
        # One line at a time, so that `line_num` tells where a row began and ended.
        return csv.reader((f"{self._lines[at]}\n" for at in range(index, len(self._lines))), delimiter=self.delimiter)

    def _is_quoted_well(self, index: int, lines: int) -> bool:
        """Whether a row over several lines means it: its quotation marks close, and where a cell ends."""
        try:
            next(csv.reader((f"{line}\n" for line in self._lines[index : index + lines]), delimiter=self.delimiter, strict=True))
        except csv.Error:
            return False
        return True

    def _refuse(self, sentence: str) -> None:
        self.bad += 1
        if len(self.bad_sentences) < SENTENCES_KEPT_MAX:
            self.bad_sentences.append(sentence)
