"""Proposals out, verdicts in, over Kafka with confluent-kafka."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, Message, Producer, TopicPartition

from .decision import Decision, Json, to_avro
from .digest import content_digest
from .registry import Registry

POLL_S = 0.25
LOG_LEVEL = 4  # warnings and worse, as syslog counts
METADATA_TIMEOUT_S = 10
FLUSH_TIMEOUT_S = 30
ANSWER_TOPICS = ("decisions.resolved", "decisions.refused")
PROPOSED_RECORD = "io.countersign.DecisionProposed"
REFUSED_RECORD = "io.countersign.DecisionRefused"


@dataclass(frozen=True)
class Topics:
    """Topic names of one installation; `prefix` is `countersign.` unless it was configured otherwise."""

    prefix: str = "countersign."

    def name(self, short: str) -> str:
        return f"{self.prefix}{short}.v1"


@dataclass(frozen=True)
class Sent:
    """What was proposed: a verdict on it names its content, a refusal of it its bytes."""

    key: str
    content_digest: str
    value_sha256: str


@dataclass(frozen=True)
class Answer:
    """What came back for one decision: a verdict, or a refusal."""

    record: str
    event: Json

    def key_of(self, missing: dict[str, Sent], by_sha256: dict[str, str]) -> str | None:
        """Which of `missing` it answers. Others may have proposed under the same id, before or since: theirs is none."""
        if self.record == REFUSED_RECORD:
            return by_sha256.get(self.event["valueSha256"])
        key = f"{self.event['system']}/{self.event['decisionId']}"
        # A verdict on content that was erased since names none.
        return key if key in missing and self.event["contentDigest"] in (None, missing[key].content_digest) else None


class Proposer:
    """Sends proposals; `flush` returns once Kafka acknowledged each, and raises if it did not."""

    def __init__(self, bootstrap: str, registry: Registry, topics: Topics) -> None:
        self._producer = Producer(
            {"bootstrap.servers": bootstrap, "enable.idempotence": True, "acks": "all", "log_level": LOG_LEVEL}
        )
        self._registry = registry
        self._topic = topics.name("decisions.proposed")
        self._failures: list[str] = []

    def propose(self, decision: Decision) -> Sent:
        value = self._registry.encode(self._topic, PROPOSED_RECORD, to_avro(decision))
        self.send(decision.key, value)
        return Sent(decision.key, content_digest(decision), hashlib.sha256(value).hexdigest())

    def send(self, key: str, value: bytes) -> None:
        while True:
            try:
                self._producer.produce(self._topic, key=key, value=value, on_delivery=self._delivered)
                break
            except BufferError:  # the client's queue is full: let it drain
                self._producer.poll(POLL_S)
        self._producer.poll(0)

    def flush(self) -> None:
        left = self._producer.flush(FLUSH_TIMEOUT_S)
        if left or self._failures:
            raise KafkaException(f"{left} proposals unacknowledged, failures: {self._failures[:3]}")

    def _delivered(self, error: object, message: Message) -> None:
        if error is not None:
            self._failures.append(str(error))


class AnswerReader:
    """Every verdict and refusal that the topics still hold, then new ones: a decision may have its verdict already.

    It joins no group and commits nothing.
    """

    def __init__(self, bootstrap: str, registry: Registry, topics: Topics) -> None:
        self._consumer = Consumer(
            {
                "bootstrap.servers": bootstrap,
                "group.id": "countersign-example-unused",
                "enable.auto.commit": False,
                "log_level": LOG_LEVEL,
            }
        )
        self._registry = registry
        self._consumer.assign([place for short in ANSWER_TOPICS for place in self._begin(topics.name(short))])

    def __enter__(self) -> AnswerReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._consumer.close()

    def answers(self, deadline: float) -> Iterator[Answer]:
        """Every answer until `deadline`, a reading of `time.monotonic()`. The topics may repeat one."""
        while time.monotonic() < deadline:
            message = self._consumer.poll(POLL_S)
            if message is None:
                continue
            if message.error() is not None:
                raise KafkaException(message.error())
            yield Answer(*self._registry.decode(message.value()))

    def collect(self, proposals: Iterable[Sent], timeout_s: float) -> dict[str, Answer]:
        """The first answer to each by its key; returns when all are there or `timeout_s` passed."""
        missing = {sent.key: sent for sent in proposals}
        by_sha256 = {sent.value_sha256: sent.key for sent in missing.values()}
        found: dict[str, Answer] = {}
        for answer in self.answers(time.monotonic() + timeout_s) if missing else ():
            key = answer.key_of(missing, by_sha256)
            if key in missing:
                del missing[key]
                found[key] = answer
                if not missing:
                    break
        return found

    def _begin(self, topic: str) -> list[TopicPartition]:
        metadata = self._consumer.list_topics(topic, METADATA_TIMEOUT_S).topics[topic]
        if metadata.error is not None:
            raise KafkaException(f"no topic {topic}: {metadata.error}; is Countersign started?")
        return [TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in metadata.partitions]
