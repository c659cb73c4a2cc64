"""The committed recordings: JSON Lines, the same bytes from the same code on any machine."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from pathlib import Path

from .decision import Json, outcome_to_json, to_json
from .systems import Trained

FIRST_AT = datetime(2026, 1, 5, 8, 0, tzinfo=timezone.utc)
STEP = timedelta(seconds=20)
OBSERVED_AT = datetime(2026, 1, 12, 8, 0, tzinfo=timezone.utc)


def record(trained: Trained, folder: Path) -> list[Path]:
    """Write `<type>.jsonl` and `<type>.outcomes.jsonl` into `folder`; returns what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    decisions = (to_json(decision) for decision in trained.decisions(FIRST_AT, STEP))
    outcomes = (outcome_to_json(outcome) for outcome in trained.outcomes(OBSERVED_AT))
    return [
        _write(folder / f"{trained.decision_type}.jsonl", decisions),
        _write(folder / f"{trained.decision_type}.outcomes.jsonl", outcomes),
    ]


def _write(path: Path, values: Iterable[Json]) -> Path:
    lines = [json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False) for value in values]
    path.write_bytes(("\n".join(lines) + "\n").encode())
    return path
