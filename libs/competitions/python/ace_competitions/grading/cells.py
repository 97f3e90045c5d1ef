"""From cells of text to ids, labels and numbers."""

import re

import numpy as np

from .invalid import NOT_FINITE, NOT_NUMERIC, OUT_OF_RANGE, UNKNOWN_CLASS, Invalid, shown

# float() alone would also take underscores and digits of other scripts. No two parts can take the same digits,
# so that a long cell is refused in one pass.
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
# What pandas and others write for a missing or infinite value, lower case.
MISSING = {"", "na", "n/a", "<na>", "nan", "-nan", "null", "none", "nat", "inf", "+inf", "-inf"}
MISSING |= {"infinity", "+infinity", "-infinity", "#n/a"}
# Squares of anything beyond, summed over a test set, would no longer be finite.
LARGEST = 1e100


def numbers(cells: list[str], column: str) -> np.ndarray:
    """Finite numbers within ±1e100."""
    return np.array([_number(cell, column, row) for row, cell in enumerate(cells, start=1)])


def _number(cell: str, column: str, row: int) -> float:
    if cell.lower() in MISSING:
        raise Invalid(NOT_FINITE, f"{column}, row {row}: {shown(cell)}")
    if not NUMBER.fullmatch(cell):
        raise Invalid(NOT_NUMERIC, f"{column}, row {row}: {shown(cell)}")
    value = float(cell)
    if not np.isfinite(value):
        raise Invalid(NOT_FINITE, f"{column}, row {row}: {shown(cell)} is infinite")
    if abs(value) > LARGEST:
        raise Invalid(OUT_OF_RANGE, f"{column}, row {row}: {shown(cell)} is beyond ±{LARGEST:g}")
    return value


def labels(cells: list[str], classes: list, column: str) -> np.ndarray:
    """Indices into `classes`."""
    place = {canonical(str(label)): index for index, label in enumerate(classes)}
    return np.array([_label(cell, place, column, row) for row, cell in enumerate(cells, start=1)])


def _label(cell: str, place: dict[str, int], column: str, row: int) -> int:
    index = place.get(canonical(cell))
    if index is not None:
        return index
    if cell.lower() in MISSING:
        raise Invalid(NOT_FINITE, f"{column}, row {row}: {shown(cell)}")
    expected = ", ".join(list(place)[:12])
    raise Invalid(UNKNOWN_CLASS, f"{column}, row {row}: expected one of {expected}; found {shown(cell)}")


def canonical(cell: str) -> str:
    """One spelling of a whole number, so that `7`, `7.0` and `+7` are one id or label; other text as it is."""
    if not NUMBER.fullmatch(cell):
        return cell
    value = float(cell)
    return str(int(value)) if abs(value) < 2**53 and value == int(value) else cell
