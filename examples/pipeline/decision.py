"""A proposed decision, and its two spellings: JSON for HTTP and files, Avro values for Kafka."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

Attribute = str | float | bool
Json = dict[str, Any]

TEXT_TYPES = ("application/json", "application/xml", "application/yaml")


def is_text(media_type: str) -> bool:
    """Whether JSON carries this media type's content as text; any other is base64."""
    essence = media_type.split(";")[0].strip().lower()
    return essence.startswith("text/") or essence in TEXT_TYPES or essence.endswith(("+json", "+xml"))


@dataclass(frozen=True)
class Part:
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Output:
    label: str
    content: bytes
    media_type: str


@dataclass(frozen=True)
class Factor:
    """One reason. `weight` is in log-odds towards the output; negative speaks against it."""

    name: str
    value: str
    weight: float


@dataclass(frozen=True)
class Alternative:
    label: str
    probability: float


@dataclass(frozen=True)
class Uncertainty:
    lower: float
    upper: float
    statement: str


@dataclass(frozen=True)
class Source:
    title: str
    uri: str | None
    excerpt: str | None
    score: float | None


@dataclass(frozen=True)
class Provenance:
    model_name: str
    model_version: str
    training_domain: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Subject:
    kind: str
    id: str


@dataclass(frozen=True)
class Decision:
    system: str
    decision_id: str
    decision_type: str
    proposed_at: datetime
    parts: tuple[Part, ...]
    output: Output
    summary: str
    factors: tuple[Factor, ...]
    confidence: float
    uncertainty: Uncertainty | None
    alternatives: tuple[Alternative, ...]
    provenance: Provenance
    attributes: dict[str, Attribute]
    subject: Subject | None
    action: str

    @property
    def key(self) -> str:
        return f"{self.system}/{self.decision_id}"


@dataclass(frozen=True)
class Outcome:
    """What turned out to be true of a decision, reported after the fact."""

    system: str
    decision_id: str
    decision_type: str
    outcome: str
    observed_at: datetime
    source: str


def iso(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def to_json(decision: Decision) -> Json:
    """The body of `POST /v1/decisions`, and one line of a recorded file."""
    return _shape(decision, iso(decision.proposed_at), _json_content)


def to_avro(decision: Decision) -> Json:
    """The value fastavro writes with `DecisionProposed.avsc`."""
    return _shape(decision, decision.proposed_at, lambda content, _media_type: content)


def outcome_to_json(outcome: Outcome) -> Json:
    """The body of `POST /v1/outcomes`."""
    return {
        "system": outcome.system,
        "decisionId": outcome.decision_id,
        "decisionType": outcome.decision_type,
        "outcome": outcome.outcome,
        "observedAt": iso(outcome.observed_at),
        "source": outcome.source,
    }


def _json_content(content: bytes, media_type: str) -> str:
    return content.decode() if is_text(media_type) else base64.b64encode(content).decode()


def _shape(decision: Decision, proposed_at: Any, content_of: Any) -> Json:
    output, provenance, uncertainty = decision.output, decision.provenance, decision.uncertainty
    return {
        "system": decision.system,
        "decisionId": decision.decision_id,
        "decisionType": decision.decision_type,
        "proposedAt": proposed_at,
        "input": {
            "parts": [
                {"name": part.name, "mediaType": part.media_type, "content": content_of(part.content, part.media_type)}
                for part in decision.parts
            ]
        },
        "output": {
            "label": output.label,
            "content": content_of(output.content, output.media_type),
            "mediaType": output.media_type,
        },
        "reasoning": {"summary": decision.summary, "factors": [vars(factor) for factor in decision.factors]},
        "confidence": decision.confidence,
        "uncertainty": vars(uncertainty) if uncertainty else None,
        "alternatives": [vars(alternative) for alternative in decision.alternatives],
        "provenance": {
            "model": {"name": provenance.model_name, "version": provenance.model_version},
            "trainingDomain": provenance.training_domain,
            "sources": [vars(source) for source in provenance.sources],
        },
        "attributes": decision.attributes,
        "subject": vars(decision.subject) if decision.subject else None,
        "action": {"description": decision.action, "reversalDeadline": None, "expectedDurationMs": None},
    }
