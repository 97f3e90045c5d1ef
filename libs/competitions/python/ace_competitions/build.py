"""Builds one competition's files into an empty folder and proves them before anybody sees them."""

import json
import shutil
from pathlib import Path

import pandas as pd

from .features import measure
from .recipes import RECIPES, SEED
from .sample import sample_submission
from .split import split
from .tidy import tidy, write_csv

CATALOGUE_FILES = ["competition.json", "leaderboard.json"]


def build(catalogue: Path, folder: Path) -> None:
    """Writes MLE-bench's layout of the competition that `catalogue` describes below `folder`."""
    config = json.loads((catalogue / "competition.json").read_text("utf-8"))
    train, test = _tables(config)
    public, private = folder / "prepared" / "public", folder / "prepared" / "private"
    public.mkdir(parents=True)
    private.mkdir(mode=0o700)
    target = config["target"]
    write_csv(train, public / "train.csv")
    write_csv(test.drop(columns=target), public / "test.csv")
    write_csv(sample_submission(train, test, config), public / "sample_submission.csv")
    write_csv(test[[config["idColumn"], target]], private / "answers.csv")
    shutil.copyfile(catalogue / "description.md", public / "description.md")
    for name in CATALOGUE_FILES:
        shutil.copyfile(catalogue / name, folder / name)
    check(folder, config)


def _tables(config: dict) -> tuple[pd.DataFrame, pd.DataFrame]:
    recipe = RECIPES[config["id"]]
    frame = recipe.build()
    target = config["target"]
    frame = tidy(frame[[name for name in frame.columns if name != target] + [target]])
    return split(
        frame, config["id"], SEED, recipe.train_rows, recipe.test_rows, config["idColumn"]
    )


def check(folder: Path, config: dict) -> None:
    """Reads the files back as a program would; raises ValueError where they contradict `config`."""
    public = folder / "prepared" / "public"
    train, test = pd.read_csv(public / "train.csv"), pd.read_csv(public / "test.csv")
    answers = pd.read_csv(folder / "prepared" / "private" / "answers.csv")
    sample = pd.read_csv(public / "sample_submission.csv")
    target, identifier = config["target"], config["idColumn"]
    _demand(list(train.columns) == [*test.columns, target], "train.csv is not test.csv and the target")
    _demand(list(sample.columns) == config["submissionColumns"], "sample_submission.csv has other columns")
    _demand(sample[identifier].equals(test[identifier]), "sample_submission.csv has other ids")
    _demand(answers[identifier].equals(test[identifier]), "answers.csv has other ids")
    _demand(train[target].notna().all() and answers[target].notna().all(), "a target is missing")
    if config["classes"]:
        for name, labels in (("train.csv", train[target]), ("answers.csv", answers[target])):
            found = sorted(labels.unique().tolist())
            _demand(found == config["classes"], f"classes of {name} are {found}")
    measured = measure(train, test, config)
    _demand(measured == config["features"], f"features measured are {json.dumps(measured)}")


def _demand(holds: bool, what: str) -> None:
    if not holds:
        raise ValueError(what)
