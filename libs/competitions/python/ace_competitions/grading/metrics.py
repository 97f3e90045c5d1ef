"""Scores: scikit-learn's metrics and nothing else. `answers` and `predicted` are in the same row order."""

import numpy as np
from sklearn import metrics

# A row of probabilities may miss 1 by so much.
PROBABILITY_SLACK = 1e-3


def score(metric: str, classes: list, answers: np.ndarray, predicted: np.ndarray) -> float:
    """The score of a checked submission. Raises ValueError for a metric that is not known here.

    `answers`: indices into `classes`, or numbers for regression. `predicted`: the same; for `auc` one
    number a row, for `log_loss` one column per class.
    """
    places = np.arange(len(classes))
    match metric:
        case "accuracy":
            value = metrics.accuracy_score(answers, predicted)
        case "macro_f1":
            value = metrics.f1_score(
                answers, predicted, average="macro", labels=places, zero_division=0
            )
        case "quadratic_kappa":
            value = metrics.cohen_kappa_score(answers, predicted, weights="quadratic", labels=places)
        case "auc":
            value = metrics.roc_auc_score(answers, predicted)
        case "log_loss":
            value = metrics.log_loss(answers, predicted, labels=places)
        case "rmse":
            value = metrics.root_mean_squared_error(answers, predicted)
        case "rmsle":
            value = metrics.root_mean_squared_log_error(answers, predicted)
        case _:
            raise ValueError(f"metric: {metric} is not known")
    if not np.isfinite(value):
        raise ValueError(f"{metric} is {value} for a submission that passed every check")
    return float(value)
