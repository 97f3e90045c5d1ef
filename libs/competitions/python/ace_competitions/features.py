"""What the prompt says of a competition, measured on the files that a program will read."""

import pandas as pd

from .tidy import is_text

WIDE_COLUMNS = 50
MEDIUM_ROWS = 1000
LARGE_ROWS = 2000


def measure(train: pd.DataFrame, test: pd.DataFrame, config: dict) -> dict:
    """The features of `competition.json`. Raises ValueError where train and test disagree on one of them."""
    columns = [name for name in train.columns if name not in (config["idColumn"], config["target"])]
    return {
        "missingValues": _agree("missingValues", *(_has_missing(part[columns]) for part in (train, test))),
        "textCategories": _agree("textCategories", *(_has_text(part[columns]) for part in (train, test))),
        "imbalanced": _is_imbalanced(train[config["target"]], config["classes"]),
        "wide": len(columns) > WIDE_COLUMNS,
        "rows": _size(len(train)),
    }


def _agree(name: str, train: bool, test: bool) -> bool:
    if train != test:
        raise ValueError(f"{name} is {train} in train.csv and {test} in test.csv")
    return train


def _has_missing(frame: pd.DataFrame) -> bool:
    return bool(frame.isna().to_numpy().any())


def _has_text(frame: pd.DataFrame) -> bool:
    return any(is_text(frame[name]) for name in frame)


def _is_imbalanced(target: pd.Series, classes: list) -> bool:
    """The rarest class has less than a third of an even share."""
    if not classes:
        return False
    return bool(target.value_counts(normalize=True).min() < 1 / (3 * len(classes)))


def _size(rows: int) -> str:
    if rows < MEDIUM_ROWS:
        return "small"
    return "medium" if rows < LARGE_ROWS else "large"
