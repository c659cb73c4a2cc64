"""The committed recordings are what the code makes, and what they say is what the models compute."""

from __future__ import annotations

import base64
import json
import os
import tempfile
import unittest
import zlib
from argparse import Namespace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from fastavro import parse_schema, schemaless_writer
from pipeline import biopsy, digits, linear
from pipeline.decision import to_avro
from pipeline.digest import canonical_number
from pipeline.endpoints import find_endpoints
from pipeline.recording import FIRST_AT, record
from pipeline.systems import TRAINERS

REPOSITORY = Path(__file__).resolve().parents[3]
RECORDED = REPOSITORY / "examples" / "recorded"
# Where another processor's linear algebra differs in the last bits, a sixth decimal may round the other way.
TOLERANCE = 2e-6


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


class Recorded(unittest.TestCase):
    def test_record_writes_the_committed_bytes(self) -> None:
        for name, train in TRAINERS.items():
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                for path in record(train(), Path(folder)):
                    self.assert_same(path, RECORDED / path.name)

    def assert_same(self, made: Path, committed: Path) -> None:
        if made.read_bytes() == committed.read_bytes():
            print(f"# {committed.name}: the same {made.stat().st_size} bytes")
            return
        print(f"# {committed.name}: other bytes, comparing with a tolerance of {TOLERANCE}")
        self.assert_close(read(made), read(committed), committed.name)

    def assert_close(self, made: Any, committed: Any, place: str) -> None:
        if isinstance(committed, float):
            self.assertAlmostEqual(made, committed, delta=max(TOLERANCE, abs(committed) * 1e-4), msg=place)
        elif isinstance(committed, dict):
            self.assertEqual(list(made), list(committed), place)
            for key in committed:
                self.assert_close(made[key], committed[key], f"{place}.{key}")
        elif isinstance(committed, list):
            self.assertEqual(len(made), len(committed), place)
            for index, value in enumerate(committed):
                self.assert_close(made[index], value, f"{place}[{index}]")
        else:
            self.assertEqual(made, committed, place)

    def test_a_command_asks_only_for_the_endpoints_it_needs(self) -> None:
        with tempfile.TemporaryDirectory() as home, mock.patch.dict(os.environ, {"COUNTERSIGN_HOME": home}):
            flags = Namespace(kafka=None, registry=None, http="http://127.0.0.1:8080")
            self.assertEqual(find_endpoints(flags, "http").http, flags.http)
            with self.assertRaisesRegex(SystemExit, "give --kafka and --registry"):
                find_endpoints(flags, "kafka", "registry")

    def test_a_digest_writes_numbers_as_javascript_does(self) -> None:
        written = {
            "0": [0.0, -0.0, 0], "1": [1.0, 1], "-0.5": [-0.5], "123.25": [123.25], "0.30000000000000004": [0.1 + 0.2],
            "100000000000000000000": [1e20], "1e+21": [1e21], "1.5e+300": [1.5e300],
            "0.000001": [1e-6], "1e-7": [1e-7], "-1.25e-9": [-1.25e-9], "5e-324": [5e-324],
        }
        for text, numbers in written.items():
            self.assertEqual([canonical_number(number) for number in numbers], [text] * len(numbers))

    def test_every_held_out_case_is_recorded_once_with_its_outcome(self) -> None:
        for name, count in ((digits.DECISION_TYPE, 719), (biopsy.DECISION_TYPE, 228)):
            ids = [line["decisionId"] for line in read(RECORDED / f"{name}.jsonl")]
            self.assertEqual(len(set(ids)), count)
            self.assertEqual(ids, [line["decisionId"] for line in read(RECORDED / f"{name}.outcomes.jsonl")])

    def test_proposals_fit_the_avro_contract(self) -> None:
        schema = parse_schema(json.loads((REPOSITORY / "schemas" / "DecisionProposed.avsc").read_text()))
        for train in TRAINERS.values():
            for decision in train().decisions(FIRST_AT, timedelta(0)):
                schemaless_writer(BytesIO(), schema, to_avro(decision), strict_allow_default=True)

    def test_probabilities_of_a_case_never_exceed_one(self) -> None:
        for name in TRAINERS:
            for line in read(RECORDED / f"{name}.jsonl"):
                total = line["confidence"] + sum(other["probability"] for other in line["alternatives"])
                self.assertLessEqual(total, 1 + 1e-12)


class Reasons(unittest.TestCase):
    def test_contributions_of_a_digit_add_up_to_its_log_odds(self) -> None:
        reader = digits.train()
        for row in reader.split.held_out[:50]:
            self.assert_exact(reader.model, reader.pixels[row], reader.baseline)

    def test_contributions_of_an_aspirate_add_up_to_its_log_odds(self) -> None:
        triage = biopsy.train()
        for row in triage.split.held_out[:50]:
            self.assert_exact(triage.model, triage.scaled[row], np.zeros(30))

    def assert_exact(self, model: Any, case: linear.Vector, baseline: linear.Vector) -> None:
        chances = np.log(linear.probabilities(model, np.vstack([case, baseline])))
        winner, rival = (int(label) for label in np.argsort(-chances[0])[:2])
        expected = (chances[0, winner] - chances[0, rival]) - (chances[1, winner] - chances[1, rival])
        shares = linear.contributions(model, case, baseline, winner, rival)
        self.assertAlmostEqual(float(shares.sum()), float(expected), places=6)


class Pictures(unittest.TestCase):
    def test_the_picture_holds_the_scan_pixel_for_pixel(self) -> None:
        reader = digits.train()
        lines = read(RECORDED / "digits.routing.jsonl")
        for row, line in list(zip(reader.split.held_out, lines))[:50]:
            png = base64.b64decode(line["input"]["parts"][0]["content"])
            start = png.index(b"IDAT") + 4
            scanlines = zlib.decompress(png[start : png.index(b"IEND") - 8])
            pixels = np.frombuffer(scanlines, np.uint8).reshape(8, 9)[:, 1:]
            ink = np.rint((255 - pixels.astype(float)) / 255 * digits.FULL_INK)
            self.assertTrue((ink.ravel() == reader.pixels[row] * digits.FULL_INK).all())


if __name__ == "__main__":
    unittest.main()
