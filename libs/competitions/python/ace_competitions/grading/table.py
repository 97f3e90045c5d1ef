"""Reading a CSV file that nobody vouches for. Nothing is guessed: no compression, no types, no encodings."""

import csv
import io
import os
import stat

from .invalid import UNREADABLE, WRONG_COLUMNS, Invalid, shown

# A cell of a submission holds an id, a label or a number: twenty bytes; the rest is slack.
BYTES_PER_CELL = 256
SMALLEST_CAP = 1 << 20
LONGEST_CELL = csv.field_size_limit()


class Table:
    """Cells of a CSV file as text, by column."""

    def __init__(self, columns: dict[str, list[str]]):
        self.columns = columns

    def __getitem__(self, name: str) -> list[str]:
        return self.columns[name]


def read_table(path: str, columns: list[str], rows: int) -> Table:
    """The file's cells. Raises Invalid, or OSError when `path` itself cannot be opened."""
    text = _decode(_read_bytes(path, max(SMALLEST_CAP, BYTES_PER_CELL * len(columns) * (rows + 1))))
    lines = _records(text, LONGEST_CELL * len(columns))
    header = _checked_header(next(lines, (1, []))[1], columns)
    return Table(_columns(lines, header))


def _read_bytes(path: str, cap: int) -> bytes:
    # Looked at first, because folders and sockets do not open; a link could lead to the answers.
    _demand_regular(os.lstat(path))
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with open(descriptor, "rb") as file:
        _demand_regular(os.fstat(descriptor))
        content = file.read(cap + 1)
    if len(content) > cap:
        raise Invalid(UNREADABLE, f"larger than {cap} bytes")
    return content


def _demand_regular(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise Invalid(UNREADABLE, "not a regular file")


def _decode(content: bytes) -> str:
    if not content:
        raise Invalid(UNREADABLE, "the file is empty")
    if b"\0" in content:
        raise Invalid(UNREADABLE, "holds a NUL byte: expected CSV text in UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(UNREADABLE, f"byte {error.start} is not UTF-8") from error


def _records(text: str, longest: int):
    """(line number, cells) of every record that is not blank. Invalid where one has more than `longest`
    characters: before it has become a list of as many cells as the file has commas."""
    length = 0

    def lines():
        nonlocal length
        for line in io.StringIO(text, newline=""):
            length += len(line)
            if length > longest:
                raise Invalid(UNREADABLE, f"a row has more than {longest} characters")
            yield line

    reader = csv.reader(lines(), strict=True)
    try:
        for cells in reader:
            length = 0
            if cells:
                yield reader.line_num, cells
    except csv.Error as error:
        raise Invalid(UNREADABLE, f"line {reader.line_num}: {error}") from error


def _checked_header(header: list[str], expected: list[str]) -> list[str]:
    header = [name.strip() for name in header]
    if sorted(header) != sorted(expected):
        found = ", ".join(shown(name) for name in header[:8]) + (" …" if len(header) > 8 else "")
        raise Invalid(WRONG_COLUMNS, f"expected {', '.join(expected)}; found {found}")
    return header


def _columns(lines, header: list[str]) -> dict[str, list[str]]:
    columns: dict[str, list[str]] = {name: [] for name in header}
    for number, cells in lines:
        if len(cells) != len(header):
            raise Invalid(WRONG_COLUMNS, f"line {number}: expected {len(header)} cells, found {len(cells)}")
        for name, cell in zip(header, cells):
            columns[name].append(cell.strip())
    return columns
