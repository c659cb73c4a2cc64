"""Outcomes over HTTP: what turned out to be true, told once, safe to tell again."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterable

from .decision import Outcome, iso, outcome_to_json

TIMEOUT_S = 30


class ReportError(Exception):
    """An outcome was not taken; the message carries the problem document."""


def report_outcomes(http_url: str, token: str, outcomes: Iterable[Outcome]) -> int:
    """POST each to `/v1/outcomes`; returns how many were taken. The key makes a second run harmless."""
    count = 0
    for outcome in outcomes:
        _post(f"{http_url}/v1/outcomes", token, outcome)
        count += 1
    return count


def _post(url: str, token: str, outcome: Outcome) -> None:
    request = urllib.request.Request(
        url,
        data=json.dumps(outcome_to_json(outcome)).encode(),
        headers={
            "authorization": f"Bearer {token}",
            "content-type": "application/json",
            "idempotency-key": f"outcome/{outcome.system}/{outcome.decision_id}/{iso(outcome.observed_at)}",
        },
    )
    try:
        urllib.request.urlopen(request, timeout=TIMEOUT_S).close()
    except urllib.error.HTTPError as error:
        detail = error.read().decode(errors="replace")
        raise ReportError(f"{outcome.decision_id}: {error.code} {detail}") from error
    except OSError as error:
        raise ReportError(f"no answer from {url}: {error}; give Countersign's address with --http") from error
