"""A prepared competition as a program sees it."""

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd


@dataclass(frozen=True)
class Data:
    """Features without the id; `answers` is a path that only the grader opens."""

    config: dict
    train: pd.DataFrame
    target: pd.Series
    test: pd.DataFrame
    test_ids: pd.Series
    answers: Path

    @property
    def is_regression(self) -> bool:
        return self.config["task"] == "regression"


def load(folder: Path) -> Data:
    """Reads `<prepared>/<id>`."""
    config = json.loads((folder / "competition.json").read_text("utf-8"))
    public = folder / "prepared" / "public"
    train, test = pd.read_csv(public / "train.csv"), pd.read_csv(public / "test.csv")
    identifier, target = config["idColumn"], config["target"]
    return Data(
        config=config,
        train=train.drop(columns=[identifier, target]),
        target=train[target],
        test=test.drop(columns=identifier),
        test_ids=test[identifier],
        answers=folder / "prepared" / "private" / "answers.csv",
    )
