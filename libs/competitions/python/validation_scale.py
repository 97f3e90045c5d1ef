"""Writes `validationScale` into the catalogue: what a constant and what a good pipeline reach.

    validation_scale.py --prepared DIR --catalogue CATALOGUE [--only ID]…

Scores are means over five folds of the public training data; private answers are not opened. `baseline` is
the best constant prediction, `reference` the best of a few reference pipelines. Four decimals.
"""

import argparse
import json
import sys
import warnings
from pathlib import Path

import numpy as np
from sklearn.model_selection import KFold, StratifiedKFold

from ace_competitions.grading.metrics import score
from ace_competitions.reference.classifiers import classifiers
from ace_competitions.reference.constant import best_constant
from ace_competitions.reference.data import Data, load
from ace_competitions.reference.predict import fitted, predictions
from ace_competitions.reference.regressors import regressors

SEED = 11
FOLDS = 5
GOOD = {
    False: ["vote of splines and rounds", "splines, logistic", "balanced rounds of trees"],
    True: ["vote of three", "stack of splines and rounds", "rounds of the logarithm"],
}


def main() -> int:
    parser = argparse.ArgumentParser(description="Writes validationScale into the catalogue.")
    parser.add_argument("--prepared", type=Path, required=True)
    parser.add_argument("--catalogue", type=Path, required=True)
    parser.add_argument("--only", action="append", metavar="ID")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    for path in sorted(given.catalogue.glob("*/competition.json")):
        if given.only is None or path.parent.name in given.only:
            write_scale(load(given.prepared / path.parent.name), path)
    return 0


def write_scale(data: Data, path: Path) -> None:
    config = json.loads(path.read_text("utf-8"))
    config["validationScale"] = {"baseline": baseline(data), "reference": reference(data)}
    print(config["id"], config["validationScale"], flush=True)
    path.write_text(json.dumps(config, indent=2, ensure_ascii=False) + "\n", "utf-8")


def baseline(data: Data) -> float:
    """Mean over the folds of the best constant, each chosen on the other folds' rows."""
    metric, classes = data.config["metric"], data.config["classes"]
    candidates = len(best_constant(metric, classes, data.target))

    def constant(choice: int):
        def predict(train, test):
            value = best_constant(metric, classes, data.target.iloc[train])[choice]
            return np.repeat(np.asarray([value]), len(test), axis=0)

        return predict

    return best(data, [across_folds(data, constant(choice)) for choice in range(candidates)])


def reference(data: Data) -> float:
    metric, classes = data.config["metric"], data.config["classes"]
    pipelines = regressors() if data.is_regression else classifiers()

    def pipeline(name: str):
        def predict(train, test):
            model = fitted(pipelines[name], metric, data.train.iloc[train], data.target.iloc[train])
            predicted = predictions(model, metric, data.train.iloc[test])
            by_label = metric in ("accuracy", "macro_f1", "quadratic_kappa")
            return places(predicted, classes) if by_label else predicted

        return predict

    return best(data, [across_folds(data, pipeline(name)) for name in GOOD[data.is_regression]])


def across_folds(data: Data, predict) -> float:
    """Mean score of `predict(train rows, test rows)` over the folds."""
    metric, classes = data.config["metric"], data.config["classes"]
    splitter = KFold if data.is_regression else StratifiedKFold
    folds = splitter(FOLDS, shuffle=True, random_state=SEED).split(data.train, data.target)
    truth = data.target.to_numpy() if data.is_regression else places(data.target, classes)
    scores = [score(metric, classes, truth[test], predict(train, test)) for train, test in folds]
    return float(np.mean(scores))


def places(labels, classes: list) -> np.ndarray:
    return np.array([classes.index(label) for label in labels])


def best(data: Data, scores: list[float]) -> float:
    return round(max(scores) if data.config["direction"] == "maximize" else min(scores), 4)


if __name__ == "__main__":
    sys.exit(main())
