"""Proposals out, verdicts in, over Kafka with confluent-kafka."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType

from confluent_kafka import Consumer, KafkaException, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from .decision import Decision, Json, to_avro
from .registry import Registry

POLL_S = 0.25
LOG_LEVEL = 4  # warnings and worse, as syslog counts
METADATA_TIMEOUT_S = 10
FLUSH_TIMEOUT_S = 30
ANSWER_TOPICS = ("decisions.resolved", "decisions.refused")
PROPOSED_RECORD = "io.countersign.DecisionProposed"


@dataclass(frozen=True)
class Topics:
    """Topic names of one installation; `prefix` is `countersign.` unless it was configured otherwise."""

    prefix: str = "countersign."

    def name(self, short: str) -> str:
        return f"{self.prefix}{short}.v1"


@dataclass(frozen=True)
class Answer:
    """What came back for one decision: a verdict, or a refusal."""

    key: str
    record: str
    event: Json


class Proposer:
    """Sends proposals; `flush` returns once Kafka acknowledged each, and raises if it did not."""

    def __init__(self, bootstrap: str, registry: Registry, topics: Topics) -> None:
        self._producer = Producer(
            {"bootstrap.servers": bootstrap, "enable.idempotence": True, "acks": "all", "log_level": LOG_LEVEL}
        )
        self._registry = registry
        self._topic = topics.name("decisions.proposed")
        self._failures: list[str] = []

    def propose(self, decision: Decision) -> None:
        value = self._registry.encode(self._topic, PROPOSED_RECORD, to_avro(decision))
        self.send(decision.key, value)

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
    """Verdicts and refusals from now on: open it before proposing, or an early verdict is missed.

    It joins no group and commits nothing: the topics may repeat an event, so it deduplicates by `eventId`.
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
        self._seen: set[str] = set()
        self._consumer.assign(_ends(bootstrap, [topics.name(short) for short in ANSWER_TOPICS]))

    def __enter__(self) -> AnswerReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._consumer.close()

    def answers(self, deadline: float) -> Iterator[Answer]:
        """Every new answer until `deadline`, a reading of `time.monotonic()`."""
        while time.monotonic() < deadline:
            message = self._consumer.poll(POLL_S)
            if message is None:
                continue
            if message.error() is not None:
                raise KafkaException(message.error())
            record, event = self._registry.decode(message.value())
            if event["eventId"] not in self._seen:
                self._seen.add(event["eventId"])
                yield Answer(f"{event['system']}/{event['decisionId']}", record, event)

    def collect(self, keys: Iterable[str], timeout_s: float) -> dict[str, Answer]:
        """The first answer of each key; returns when all are there or `timeout_s` passed."""
        missing = set(keys)
        found: dict[str, Answer] = {}
        for answer in self.answers(time.monotonic() + timeout_s) if missing else ():
            if answer.key in missing:
                missing.remove(answer.key)
                found[answer.key] = answer
                if not missing:
                    break
        return found


def _ends(bootstrap: str, topics: list[str]) -> list[TopicPartition]:
    """The present end of every partition, as offsets: a consumer told "latest" would decide later what that is."""
    admin = AdminClient({"bootstrap.servers": bootstrap})
    asked = {}
    for topic in topics:
        metadata = admin.list_topics(topic, METADATA_TIMEOUT_S).topics[topic]
        if metadata.error is not None:
            raise KafkaException(f"no topic {topic}: {metadata.error}; is Countersign started?")
        asked.update({TopicPartition(topic, partition): OffsetSpec.latest() for partition in metadata.partitions})
    answers = admin.list_offsets(asked, request_timeout=METADATA_TIMEOUT_S)
    return [TopicPartition(place.topic, place.partition, found.result().offset) for place, found in answers.items()]
