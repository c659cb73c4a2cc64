"""What both models share: a logistic regression whose reasons are exact, because it is linear."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Labels = NDArray[np.int64]

HELD_OUT_SHARE = 0.4
SPLIT_SEED = 7


@dataclass(frozen=True)
class Split:
    """Row numbers of the library's data set, fixed by the seed and stratified by class."""

    train: Labels
    held_out: Labels


def split_rows(labels: Labels) -> Split:
    rows = np.arange(len(labels))
    train, held_out = train_test_split(rows, test_size=HELD_OUT_SHARE, random_state=SPLIT_SEED, stratify=labels)
    return Split(train=np.sort(train), held_out=np.sort(held_out))


def fit(features: Matrix, labels: Labels, inverse_penalty: float) -> LogisticRegression:
    """Newton steps to machine precision: the sixth decimal of a probability is then the same everywhere."""
    model = LogisticRegression(C=inverse_penalty, solver="newton-cholesky", tol=1e-10, max_iter=200)
    return model.fit(features, labels)


def class_weights(model: LogisticRegression) -> Matrix:
    """One row of coefficients a class, for two classes too."""
    rows: Matrix = model.coef_
    return rows if len(model.classes_) > 2 else np.array([-rows[0] / 2, rows[0] / 2])


def contributions(model: LogisticRegression, case: Vector, baseline: Vector, winner: int, rival: int) -> Vector:
    """Each feature's exact share of the log-odds of `winner` over `rival`, against a `baseline` case.

    They add up to the log-odds of the case less the log-odds of the baseline.
    """
    weights = class_weights(model)
    shares: Vector = (weights[winner] - weights[rival]) * (case - baseline)
    return shares


def strongest(values: Vector, count: int) -> list[int]:
    """Indices of the `count` values of largest size, largest first; equal ones in order of index."""
    return [int(index) for index in np.argsort(-np.abs(values).round(6), kind="stable")[:count]]


def nearest(training: Matrix, case: Vector, count: int) -> list[tuple[int, float]]:
    """The training rows most like `case`: (position, cosine similarity), most alike first."""
    similarity = (training @ case) / (np.linalg.norm(training, axis=1) * np.linalg.norm(case))
    order = np.argsort(-similarity.round(9), kind="stable")[:count]
    return [(int(position), float(similarity[position])) for position in order]


def probabilities(model: LogisticRegression, cases: Matrix) -> Matrix:
    """One row a case, one column a class, exactly as the model says."""
    chances: Matrix = model.predict_proba(cases)
    return chances


def probability(value: float) -> float:
    """Rounded to six decimals downwards, so that the classes of one case never add up to more than 1."""
    return float(np.floor(value * 1e6) / 1e6)
