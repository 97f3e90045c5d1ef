"""Which rows are train and which are test, the same on every machine and with every library version."""

import hashlib

import pandas as pd


def hash_order(name: str, seed: int, rows: int) -> list[int]:
    """A permutation of 0 … rows − 1 by the SHA-256 of each row's address."""

    def key(row: int) -> bytes:
        return hashlib.sha256(f"{name}:{seed}:{row}".encode()).digest()

    return sorted(range(rows), key=key)


def split(
    frame: pd.DataFrame, name: str, seed: int, train_rows: int, test_rows: int, id_column: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Train and test with ids counted from 1 through both; rows beyond the two are left out."""
    if train_rows + test_rows > len(frame):
        raise ValueError(f"{name}: {train_rows} + {test_rows} rows wanted, the table has {len(frame)}")
    order = hash_order(name, seed, len(frame))[: train_rows + test_rows]
    chosen = frame.iloc[order].reset_index(drop=True)
    chosen.insert(0, id_column, range(1, len(chosen) + 1))
    return chosen.iloc[:train_rows], chosen.iloc[train_rows:].reset_index(drop=True)
