"""`mailroom`: which digit was written? Routes scanned forms by the digit in their sorting box."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

from . import linear
from .decision import Alternative, Attribute, Decision, Factor, Outcome, Output, Part, Provenance, Source
from .linear import Labels, Matrix, Split, Vector
from .png import encode_grey

SYSTEM = "mailroom"
DECISION_TYPE = "digits.routing"
MODEL_NAME = "digit-reader"
MODEL_VERSION = "1.0.0"
INVERSE_PENALTY = 100.0
FULL_INK = 16
FACTOR_COUNT = 6
ALTERNATIVE_COUNT = 2
DATASET = Source(
    title="Optical Recognition of Handwritten Digits (E. Alpaydin, C. Kaynak, 1998), as bundled with scikit-learn",
    uri="https://doi.org/10.24432/C50P49",
    excerpt="1,797 digits of 13 writers, 8x8 pixels, 17 levels of ink",
    score=None,
)


@dataclass(frozen=True)
class DigitReader:
    """The trained model with the data it was trained on and the scans it never saw."""

    pixels: Matrix
    labels: Labels
    split: Split
    model: LogisticRegression
    baseline: Vector

    def held_out_probabilities(self) -> Matrix:
        return linear.probabilities(self.model, self.pixels[self.split.held_out])

    def held_out_labels(self) -> Labels:
        return self.labels[self.split.held_out]


def train() -> DigitReader:
    data = load_digits()
    pixels, labels = data.data / FULL_INK, data.target
    split = linear.split_rows(labels)
    model = linear.fit(pixels[split.train], labels[split.train], INVERSE_PENALTY)
    return DigitReader(pixels, labels, split, model, pixels[split.train].mean(axis=0))


def decisions(reader: DigitReader, first_at: datetime, step: timedelta) -> Iterator[Decision]:
    """Every held-out scan as a proposal, in order of its row, `step` apart."""
    for number, (row, chances) in enumerate(zip(reader.split.held_out, reader.held_out_probabilities())):
        yield _decide(reader, int(row), chances, first_at + number * step)


def outcomes(reader: DigitReader, observed_at: datetime) -> Iterator[Outcome]:
    """The label of the data set: what the writer meant."""
    for row in reader.split.held_out:
        truth = str(reader.labels[row])
        yield Outcome(SYSTEM, _id(int(row)), DECISION_TYPE, truth, observed_at, "writer's own transcription (data set label)")


def _id(row: int) -> str:
    return f"scan-{row:04d}"


def _decide(reader: DigitReader, row: int, chances: Vector, proposed_at: datetime) -> Decision:
    scan = reader.pixels[row]
    order = [int(label) for label in np.argsort(-chances, kind="stable")]
    label, rival = order[0], order[1]
    shares = linear.contributions(reader.model, scan, reader.baseline, label, rival)
    return Decision(
        system=SYSTEM,
        decision_id=_id(row),
        decision_type=DECISION_TYPE,
        proposed_at=proposed_at,
        parts=(Part("scan", "image/png", _picture(scan)),),
        output=Output(str(label), str(label).encode(), "text/plain"),
        summary=_summary(label, rival, chances, shares),
        factors=_factors(scan, shares),
        confidence=linear.probability(chances[label]),
        uncertainty=None,
        alternatives=tuple(
            Alternative(str(other), linear.probability(chances[other]))
            for other in order[1 : 1 + ALTERNATIVE_COUNT]
        ),
        provenance=_provenance(reader, scan),
        attributes=_attributes(scan, chances, label, rival),
        subject=None,
        action=f"Sort the form into tray {label}",
    )


def _picture(scan: Vector) -> bytes:
    """Black ink on white paper."""
    ink = (255 - np.rint(scan * 255)).astype(np.uint8).reshape(8, 8)
    return encode_grey([row.tobytes() for row in ink])


def _patches(values: Vector) -> Vector:
    """Sums over the sixteen 2x2 patches: a person can point at a patch, hardly at a pixel."""
    sums: Vector = values.reshape(4, 2, 4, 2).sum(axis=(1, 3))
    return sums.ravel()


def _patch_name(patch: int) -> str:
    top, left = 2 * (patch // 4) + 1, 2 * (patch % 4) + 1
    return f"ink in rows {top}-{top + 1}, columns {left}-{left + 1}"


def _factors(scan: Vector, shares: Vector) -> tuple[Factor, ...]:
    weights, ink = _patches(shares), _patches(scan) / 4
    return tuple(
        Factor(_patch_name(patch), f"{ink[patch]:.0%} inked", round(float(weights[patch]), 4))
        for patch in linear.strongest(weights, FACTOR_COUNT)
    )


def _summary(label: int, rival: int, chances: Vector, shares: Vector) -> str:
    patches = _patches(shares)
    most = int(np.argmax(patches.round(6)))
    return (
        f"Read as {label} with probability {chances[label]:.3f}; the next best reading is {rival} "
        f"with {chances[rival]:.3f}. What speaks most for {label} against {rival} is the "
        f"{_patch_name(most)} (log-odds {patches[most]:+.2f} against the average scan)."
    )


def _provenance(reader: DigitReader, scan: Vector) -> Provenance:
    training = reader.split.train
    alike = tuple(
        Source(
            title=f"Training scan {training[position]:04d}, written as {reader.labels[training[position]]}",
            uri=None,
            excerpt=None,
            score=round(score, 4),
        )
        for position, score in linear.nearest(reader.pixels[training], scan, 2)
    )
    domain = f"{len(training)} single handwritten digits, size-normalised to 8x8; not calibrated"
    return Provenance(MODEL_NAME, MODEL_VERSION, domain, (DATASET, *alike))


def _attributes(scan: Vector, chances: Vector, label: int, rival: int) -> dict[str, Attribute]:
    columns = scan.reshape(8, 8)
    touches = bool(max(columns[:, 0].max(), columns[:, 7].max()) >= 0.5)
    return {
        "inkShare": round(float(scan.mean()), 4),
        "margin": linear.probability(chances[label] - chances[rival]),
        "runnerUp": str(rival),
        "touchesEdge": touches,
    }
