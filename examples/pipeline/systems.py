"""The two AI systems by name, as every command uses them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from . import biopsy, digits
from .decision import Decision, Outcome
from .linear import Labels, Matrix


@dataclass(frozen=True)
class Trained:
    decision_type: str
    labels: tuple[str, ...]
    probabilities: Matrix
    truth: Labels
    decisions: Callable[[datetime, timedelta], Iterator[Decision]]
    outcomes: Callable[[datetime], Iterator[Outcome]]


@cache
def train_digits() -> Trained:
    reader = digits.train()
    return Trained(
        decision_type=digits.DECISION_TYPE,
        labels=tuple("0123456789"),
        probabilities=reader.held_out_probabilities(),
        truth=reader.held_out_labels(),
        decisions=lambda first_at, step: digits.decisions(reader, first_at, step),
        outcomes=lambda observed_at: digits.outcomes(reader, observed_at),
    )


@cache
def train_biopsy() -> Trained:
    triage = biopsy.train()
    return Trained(
        decision_type=biopsy.DECISION_TYPE,
        labels=biopsy.LABELS,
        probabilities=triage.held_out_probabilities(),
        truth=triage.held_out_labels(),
        decisions=lambda first_at, step: biopsy.decisions(triage, first_at, step),
        outcomes=lambda observed_at: biopsy.outcomes(triage, observed_at),
    )


TRAINERS: dict[str, Callable[[], Trained]] = {
    digits.DECISION_TYPE: train_digits,
    biopsy.DECISION_TYPE: train_biopsy,
}
