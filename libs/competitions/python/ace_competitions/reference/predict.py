"""From a fitted pipeline to the numbers that a metric asks for."""

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV

from .data import Data


def fitted(model, metric: str, train: pd.DataFrame, target: pd.Series):
    """A fitted copy; for log loss one that knows probabilities."""
    model = clone(model)
    if metric == "log_loss" and not hasattr(model, "predict_proba"):
        model = CalibratedClassifierCV(model, cv=3)
    return model.fit(train, target)


def predictions(model, metric: str, table: pd.DataFrame) -> np.ndarray:
    """Labels, one score a row (`auc`), one column per class (`log_loss`) or numbers."""
    if metric == "log_loss":
        return model.predict_proba(table)
    if metric == "auc":
        return _likelihood(model, table)
    predicted = np.asarray(model.predict(table))
    if metric == "rmsle":
        return np.maximum(predicted, 0)
    return predicted


def _likelihood(model, table: pd.DataFrame) -> np.ndarray:
    """Higher for the second class."""
    if hasattr(model, "predict_proba"):
        return model.predict_proba(table)[:, 1]
    if hasattr(model, "decision_function"):
        return model.decision_function(table)
    return (model.predict(table) == model.classes_[1]).astype(float)


def submission(data: Data, predicted: np.ndarray) -> pd.DataFrame:
    """The predictions as a submission's table."""
    columns = data.config["submissionColumns"]
    table = pd.DataFrame({columns[0]: data.test_ids})
    if len(columns) == 2:
        table[columns[1]] = predicted
    else:
        table[columns[1:]] = predicted
    return table
