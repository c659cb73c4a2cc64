"""`biopsy-triage`: is the lump malignant? Reads thirty measurements of a fine-needle aspirate."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression

from . import linear
from .decision import (
    Alternative,
    Attribute,
    Decision,
    Factor,
    Outcome,
    Output,
    Part,
    Provenance,
    Source,
    Subject,
    Uncertainty,
)
from .linear import Labels, Matrix, Split, Vector

SYSTEM = "biopsy-triage"
DECISION_TYPE = "biopsy.triage"
MODEL_NAME = "aspirate-classifier"
MODEL_VERSION = "1.0.0"
INVERSE_PENALTY = 1.0
REFIT_COUNT = 50
REFIT_SEED = 11
FACTOR_COUNT = 6
LABELS = ("malignant", "benign")
ACTIONS = (
    "Refer for surgical excision within two weeks",
    "Discharge to routine screening; no tissue is taken",
)
DATASET = Source(
    title="Breast Cancer Wisconsin (Diagnostic) (W. Wolberg, W. N. Street, O. Mangasarian, 1995), as bundled with scikit-learn",
    uri="https://doi.org/10.24432/C5DW2B",
    excerpt="569 aspirates, each described by the mean, standard error and worst of ten measures of its cell nuclei",
    score=None,
)


@dataclass(frozen=True)
class Triage:
    """The trained model with its data, its scaling, and its spread over bootstrap refits."""

    raw: Matrix
    names: tuple[str, ...]
    labels: Labels
    split: Split
    scaled: Matrix
    model: LogisticRegression
    lower: Vector
    upper: Vector

    def held_out_probabilities(self) -> Matrix:
        return linear.probabilities(self.model, self.scaled[self.split.held_out])

    def held_out_labels(self) -> Labels:
        return self.labels[self.split.held_out]


def train() -> Triage:
    data = load_breast_cancer()
    split = linear.split_rows(data.target)
    known = data.data[split.train]
    scaled = (data.data - known.mean(axis=0)) / known.std(axis=0)
    model = linear.fit(scaled[split.train], data.target[split.train], INVERSE_PENALTY)
    lower, upper = _spread(scaled, data.target, split)
    return Triage(data.data, tuple(data.feature_names), data.target, split, scaled, model, lower, upper)


def _spread(scaled: Matrix, labels: Labels, split: Split) -> tuple[Vector, Vector]:
    """5th and 95th percentile of P(benign) of each held-out case over refits on resampled training data."""
    random = np.random.RandomState(REFIT_SEED)
    chances = []
    for _ in range(REFIT_COUNT):
        rows = random.choice(split.train, size=len(split.train), replace=True)
        refit = linear.fit(scaled[rows], labels[rows], INVERSE_PENALTY)
        chances.append(refit.predict_proba(scaled[split.held_out])[:, 1])
    return np.percentile(chances, 5, axis=0), np.percentile(chances, 95, axis=0)


def decisions(triage: Triage, first_at: datetime, step: timedelta) -> Iterator[Decision]:
    """Every held-out aspirate as a proposal, in order of its row, `step` apart."""
    chances = triage.held_out_probabilities()
    for number, row in enumerate(triage.split.held_out):
        benign = (float(triage.lower[number]), float(triage.upper[number]))
        yield _decide(triage, int(row), chances[number], benign, first_at + number * step)


def outcomes(triage: Triage, observed_at: datetime) -> Iterator[Outcome]:
    """The diagnosis of the data set: confirmed by surgical biopsy or by follow-up."""
    for row in triage.split.held_out:
        truth = LABELS[triage.labels[row]]
        yield Outcome(SYSTEM, _id(int(row)), DECISION_TYPE, truth, observed_at, "histology or follow-up (data set label)")


def _id(row: int) -> str:
    return f"aspirate-{row:04d}"


def _decide(
    triage: Triage, row: int, chances: Vector, benign: tuple[float, float], proposed_at: datetime
) -> Decision:
    label = int(np.argmax(chances))
    rival = 1 - label
    case = triage.scaled[row]
    # Scaled by the training mean, so the average training aspirate is the zero vector.
    shares = linear.contributions(triage.model, case, np.zeros_like(case), label, rival)
    return Decision(
        system=SYSTEM,
        decision_id=_id(row),
        decision_type=DECISION_TYPE,
        proposed_at=proposed_at,
        parts=(Part("measurements", "application/json", _measurements(triage, row)),),
        output=Output(LABELS[label], LABELS[label].encode(), "text/plain"),
        summary=_summary(triage, label, chances, shares),
        factors=_factors(triage, row, shares),
        confidence=linear.probability(chances[label]),
        uncertainty=_uncertainty(label, chances, benign),
        alternatives=(Alternative(LABELS[rival], linear.probability(chances[rival])),),
        provenance=_provenance(triage, case),
        attributes=_attributes(triage, row, chances, benign),
        subject=Subject("patient", f"wdbc-{row:04d}"),
        action=ACTIONS[label],
    )


def _measurements(triage: Triage, row: int) -> bytes:
    """The case, each value beside the middle 90 % of both groups, without which no person can read it."""
    train = triage.split.train
    known, labels = triage.raw[train], triage.labels[train]
    bounds = [np.percentile(known[labels == label], (5, 95), axis=0) for label in (0, 1)]
    table = {
        name: {
            "value": float(triage.raw[row, column]),
            **{
                f"{LABELS[label]}90": [float(f"{bound:.4g}") for bound in bounds[label][:, column]]
                for label in (0, 1)
            },
        }
        for column, name in enumerate(triage.names)
    }
    return json.dumps(table, separators=(",", ":")).encode()


def _factors(triage: Triage, row: int, shares: Vector) -> tuple[Factor, ...]:
    return tuple(
        Factor(triage.names[column], f"{triage.raw[row, column]:.4g}", round(float(shares[column]), 4))
        for column in linear.strongest(shares, FACTOR_COUNT)
    )


def _summary(triage: Triage, label: int, chances: Vector, shares: Vector) -> str:
    most, least = int(np.argmax(shares.round(6))), int(np.argmin(shares.round(6)))
    return (
        f"Judged {LABELS[label]} with probability {chances[label]:.3f}. {triage.names[most].capitalize()} speaks most for it "
        f"(log-odds {shares[most]:+.2f} against the average aspirate), "
        f"{triage.names[least]} most against it ({shares[least]:+.2f})."
    )


def _uncertainty(label: int, chances: Vector, benign: tuple[float, float]) -> Uncertainty:
    low, high = benign if label == 1 else (1 - benign[1], 1 - benign[0])
    # A refit's percentile range may miss the model itself: the range told always contains it.
    low, high = min(low, float(chances[label])), max(high, float(chances[label]))
    return Uncertainty(
        lower=linear.probability(low),
        upper=float(np.ceil(high * 1e6) / 1e6),
        statement=f"5th to 95th percentile over {REFIT_COUNT} refits on resampled training data; not calibrated",
    )


def _provenance(triage: Triage, case: Vector) -> Provenance:
    train = triage.split.train
    alike = tuple(
        Source(
            title=f"Training aspirate {train[position]:04d}, diagnosed {LABELS[triage.labels[train[position]]]}",
            uri=None,
            excerpt=None,
            score=round(score, 4),
        )
        for position, score in linear.nearest(triage.scaled[train], case, 2)
    )
    domain = f"{len(train)} aspirates of one hospital, 1989 to 1991, solid breast lumps only; not calibrated"
    return Provenance(MODEL_NAME, MODEL_VERSION, domain, (DATASET, *alike))


def _attributes(triage: Triage, row: int, chances: Vector, benign: tuple[float, float]) -> dict[str, Attribute]:
    known, case = triage.raw[triage.split.train], triage.raw[row]
    outside = int(((case < known.min(axis=0)) | (case > known.max(axis=0))).sum())
    return {
        "malignantProbability": linear.probability(chances[0]),
        "measurementsOutsideTraining": float(outside),
        "refitsDisagree": bool(benign[0] < 0.5 < benign[1]),
        "worstConcavePoints": float(case[triage.names.index("worst concave points")]),
        "worstRadius": float(case[triage.names.index("worst radius")]),
    }
