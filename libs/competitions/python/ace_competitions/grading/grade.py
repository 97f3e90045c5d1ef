"""One grade: the submission's cells, put into the order of the answers, checked, scored."""

import numpy as np

from .cells import canonical, labels, numbers
from .invalid import DUPLICATES, OUT_OF_RANGE, WRONG_IDS, Invalid, shown
from .metrics import PROBABILITY_SLACK, score
from .table import Table, read_table


def grade(config: dict, answers_path: str, submission_path: str) -> float:
    """The submission's score. Raises Invalid for the submission's faults; anything else is ours.

    `config`: metric, idColumn, target, submissionColumns and classes of `competition.json`.
    """
    answers = _read_answers(config, answers_path)
    ids = [canonical(cell) for cell in answers[config["idColumn"]]]
    truth = _truth(config, answers)
    submission = read_table(submission_path, config["submissionColumns"], len(ids))
    order = _order([canonical(cell) for cell in submission[config["idColumn"]]], ids)
    predicted = _predictions(config, submission)[order]
    return score(config["metric"], config["classes"], truth, predicted)


def _read_answers(config: dict, path: str) -> Table:
    try:
        with open(path, "rb") as file:
            rows = sum(1 for _ in file)
        return read_table(path, [config["idColumn"], config["target"]], rows)
    except Invalid as error:
        raise ValueError(f"answers: {error}") from error


def _order(found: list[str], expected: list[str]) -> np.ndarray:
    """Where each expected id stands in the submission."""
    place = {identifier: row for row, identifier in enumerate(found)}
    if len(place) < len(found):
        twice = next(name for row, name in enumerate(found) if place[name] != row)
        raise Invalid(DUPLICATES, f"{shown(twice)} is there more than once")
    missing = [name for name in expected if name not in place]
    if missing:
        raise Invalid(WRONG_IDS, f"{len(missing)} of {len(expected)} ids are missing, first {missing[0]}")
    if len(found) > len(expected):
        known = set(expected)
        foreign = next(name for name in found if name not in known)
        raise Invalid(WRONG_IDS, f"{shown(foreign)} is not an id of test.csv")
    return np.array([place[name] for name in expected])


def _truth(config: dict, answers: Table) -> np.ndarray:
    cells = answers[config["target"]]
    try:
        if config["classes"]:
            return labels(cells, config["classes"], config["target"])
        return numbers(cells, config["target"])
    except Invalid as error:
        raise ValueError(f"answers: {error}") from error


def _predictions(config: dict, submission: Table) -> np.ndarray:
    target, metric = config["target"], config["metric"]
    if metric in ("accuracy", "macro_f1", "quadratic_kappa"):
        return labels(submission[target], config["classes"], target)
    if metric == "log_loss":
        return _probabilities(config, submission)
    values = numbers(submission[target], target)
    if metric == "rmsle":
        _demand(values >= 0, target, values, "negative, and the logarithm has no value for it")
    return values


def _probabilities(config: dict, submission: Table) -> np.ndarray:
    columns = config["submissionColumns"][1:]
    table = np.column_stack([numbers(submission[name], name) for name in columns])
    for name, values in zip(columns, table.T):
        _demand((values >= 0) & (values <= 1), name, values, "not a probability")
    sums = table.sum(axis=1)
    close = np.abs(sums - 1) <= PROBABILITY_SLACK
    _demand(close, "sum of a row", sums, f"not 1 within {PROBABILITY_SLACK}")
    return table


def _demand(holds: np.ndarray, column: str, values: np.ndarray, what: str) -> None:
    if not holds.all():
        row = int(np.argmin(holds))
        raise Invalid(OUT_OF_RANGE, f"{column}, row {row + 1}: {values[row]:g} is {what}")
