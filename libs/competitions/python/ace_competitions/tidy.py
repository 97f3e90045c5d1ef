"""One way to write a table, so that the bytes are the same on every machine."""

from pathlib import Path

import pandas as pd


def tidy(frame: pd.DataFrame) -> pd.DataFrame:
    """Text without surrounding blanks; whole numbers as integers even beside missing values."""
    return frame.apply(_tidy_column)


def _tidy_column(column: pd.Series) -> pd.Series:
    if is_text(column):
        return column.astype("str").str.strip()
    if column.dtype.kind == "b":
        return column.astype("Int64")
    whole = column.dropna()
    return column.astype("Int64") if (whole == whole.round()).all() else column


def is_text(column: pd.Series) -> bool:
    return not pd.api.types.is_numeric_dtype(column)


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """UTF-8, `\\n`, floats by their shortest exact decimals, missing values as empty fields."""
    frame.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
