"""The figures that examples/README.md and the example policies argue with are what the models give."""

from __future__ import annotations

import unittest
from collections import Counter

import numpy as np
from pipeline import biopsy, digits
from pipeline.systems import Trained, train_biopsy, train_digits
from sklearn.model_selection import cross_val_predict


def band(trained: Trained, low: float, high: float) -> tuple[int, int]:
    """(cases, wrong ones) with a confidence in the half-open band."""
    confidence = trained.probabilities.max(axis=1)
    inside = (confidence >= low) & (confidence < high)
    wrong = trained.probabilities.argmax(axis=1) != trained.truth
    return int(inside.sum()), int((inside & wrong).sum())


class Figures(unittest.TestCase):
    def test_how_often_the_digit_reader_is_wrong(self) -> None:
        bands = [band(train_digits(), *limits) for limits in ((0.92, 1.01), (0.75, 0.92), (0.6, 0.75), (0, 0.6))]
        self.assertEqual(bands, [(645, 5), (39, 5), (19, 4), (16, 8)])

    def test_how_often_the_triage_is_wrong(self) -> None:
        bands = [band(train_biopsy(), *limits) for limits in ((0.92, 1.01), (0.75, 0.92), (0.6, 0.75), (0, 0.6))]
        self.assertEqual(bands, [(194, 0), (19, 0), (10, 4), (5, 0)])

    def test_how_many_are_learnt_from_and_held_out(self) -> None:
        for split, sizes in ((digits.train().split, (1078, 719)), (biopsy.train().split, (341, 228))):
            self.assertEqual((len(split.train), len(split.held_out)), sizes)

    def test_98_of_100_training_scans_carry_at_least_a_quarter_of_ink(self) -> None:
        reader = digits.train()
        ink = reader.pixels[reader.split.train].mean(axis=1)
        self.assertAlmostEqual(float((ink >= 0.25).mean()), 0.98, places=2)

    def test_8_and_1_are_taken_for_each_other_most_often(self) -> None:
        reader = digits.train()
        scans, truth = reader.pixels[reader.split.train], reader.labels[reader.split.train]
        read = cross_val_predict(reader.model, scans, truth, cv=5)
        confused = Counter(frozenset((int(a), int(b))) for a, b in zip(truth, read) if a != b)
        self.assertEqual(confused.most_common(1)[0][0], frozenset((1, 8)))

    def test_where_benign_lumps_end(self) -> None:
        triage = biopsy.train()
        train = triage.split.train
        benign = triage.raw[train][triage.labels[train] == 1]
        for name, limit in (("worst radius", 16.4), ("worst concave points", 0.14)):
            column = benign[:, triage.names.index(name)]
            self.assertAlmostEqual(float(np.percentile(column, 95)), limit, places=1 if limit > 1 else 2)


if __name__ == "__main__":
    unittest.main()
