"""A Python pipeline against the running stack: confluent-kafka and fastavro, nothing of Countersign's own.

`tests/interop/run.ts` starts the stack, activates the example policies and tells the rest by INTEROP_ variables.
"""

from __future__ import annotations

import base64
import json
import os
import time
import unittest
import urllib.error
import urllib.request
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition
from pipeline.decision import Decision, Outcome
from pipeline.digest import content_digest
from pipeline.registry import Registry
from pipeline.reporting import ReportError, report_outcomes
from pipeline.streaming import Answer, AnswerReader, Proposer, Sent, Topics
from pipeline.systems import train_biopsy, train_digits
from reader import Reader

SURE = 0.95
SURE_COUNT = 60
TIMEOUT_S = 60
RUN = f"py-{time.time_ns()}-"


def setting(name: str) -> str:
    return os.environ[f"INTEROP_{name}"]


def renamed(decision: Decision) -> Decision:
    return replace(decision, decision_id=RUN + decision.decision_id)


def now() -> datetime:
    return datetime.now(timezone.utc)


def sure_digits() -> list[Decision]:
    """Scans the model is sure of and no rule of the policy asks a person about."""
    every = train_digits().decisions(now(), timedelta(0))
    plain = [
        decision
        for decision in every
        if decision.confidence >= SURE
        and not decision.attributes["touchesEdge"]
        and float(decision.attributes["inkShare"]) >= 0.25
        and float(decision.attributes["margin"]) >= 0.98
    ]
    return [renamed(decision) for decision in plain]


class Stack(unittest.TestCase):
    registry: Registry
    topics: Topics

    def setUp(self) -> None:
        self.registry = Registry(setting("REGISTRY"))
        self.topics = Topics(setting("TOPIC_PREFIX"))
        self.proposer = Proposer(setting("KAFKA"), self.registry, self.topics)

    def reader(self) -> AnswerReader:
        return AnswerReader(setting("KAFKA"), self.registry, self.topics)

    def ask(self, decisions: list[Decision]) -> dict[str, Answer]:
        with self.reader() as reader:
            sent = [self.proposer.propose(decision) for decision in decisions]
            self.proposer.flush()
            return reader.collect(sent, TIMEOUT_S)

    def test_sixty_sure_digits_each_get_one_verdict(self) -> None:
        decisions = sure_digits()[:SURE_COUNT]
        self.assertEqual(len(decisions), SURE_COUNT)
        answers = self.ask(decisions)
        self.assertEqual(set(answers), {decision.key for decision in decisions})
        for answer in answers.values():
            self.assertEqual(answer.record, "io.countersign.DecisionResolved")
            self.assertEqual((answer.event["verdict"], answer.event["resolvedBy"]), ("approved", "routing"))

    def test_a_repeated_proposal_gets_the_same_verdict(self) -> None:
        decision = sure_digits()[SURE_COUNT]
        first = self.ask([decision])[decision.key]
        again = self.ask([replace(decision, proposed_at=now())])[decision.key]
        self.assertEqual(first.event, again.event)

    def test_the_same_id_with_other_content_is_a_conflict(self) -> None:
        decision = sure_digits()[SURE_COUNT + 1]
        self.ask([decision])
        refusal = self.ask([replace(decision, summary="Another summary of the very same scan.")])[decision.key]
        self.assertEqual(refusal.record, "io.countersign.DecisionRefused")
        self.assertEqual(refusal.event["code"], "conflict")

    def test_refusals_name_code_and_field(self) -> None:
        good = sure_digits()[SURE_COUNT + 2]
        bad = {
            ("number-out-of-range", "confidence"): replace(good, decision_id=RUN + "too-sure", confidence=1.5),
            ("field-empty", "input.parts"): replace(good, decision_id=RUN + "no-case", parts=()),
            ("field-empty", "reasoning.summary"): replace(good, decision_id=RUN + "no-summary", summary=""),
            ("clock-ahead", "proposedAt"): replace(
                good, decision_id=RUN + "from-tomorrow", proposed_at=now() + timedelta(days=1)
            ),
        }
        answers = self.ask(list(bad.values()))
        for (code, field), decision in bad.items():
            answer = answers[decision.key]
            self.assertEqual(answer.record, "io.countersign.DecisionRefused")
            self.assertEqual((answer.event["code"], answer.event["field"]), (code, field))
            self.assertTrue(answer.event["message"])

    def test_garbage_between_proposals_harms_neither_neighbour(self) -> None:
        before, after = sure_digits()[SURE_COUNT + 3 : SURE_COUNT + 5]
        with self.reader() as reader:
            first = self.proposer.propose(before)
            for noise in (b"", b"not avro at all", b"\x00\x7f\xff\xff\xff no such schema"):
                self.proposer.send(before.key, noise)
            second = self.proposer.propose(after)
            self.proposer.flush()
            answers = reader.collect([first, second], TIMEOUT_S)
        self.assertEqual([answers[key].event["verdict"] for key in (before.key, after.key)], ["approved", "approved"])

    def test_no_biopsy_is_decided_without_a_person(self) -> None:
        aspirates = [renamed(decision) for decision in train_biopsy().decisions(now(), timedelta(0))][:20]
        for decision in aspirates:
            self.proposer.propose(decision)
        self.proposer.flush()
        for decision in aspirates:
            state = self.wait_for_state(decision)
            self.assertEqual(state["state"], "accepted", state)
            self.assertIsNone(state.get("verdict"))
            self.assertEqual(state["contentDigest"], content_digest(decision))

    def test_a_person_approves_what_is_right_and_corrects_what_is_wrong(self) -> None:
        trained = train_digits()
        truth = {outcome.decision_id: outcome.outcome for outcome in trained.outcomes(now())}
        every = list(trained.decisions(now(), timedelta(0)))
        reader = Reader(
            setting("HTTP"),
            setting("READER_TOKEN"),
            {base64.b64encode(decision.parts[0].content).decode(): truth[decision.decision_id] for decision in every},
        )
        doubtful = [decision for decision in every if 0.75 <= decision.confidence < 0.92]
        right = next(decision for decision in doubtful if decision.output.label == truth[decision.decision_id])
        wrong = next(decision for decision in doubtful if decision.output.label != truth[decision.decision_id])
        with self.reader() as answers:
            sent = [self.proposer.propose(renamed(decision)) for decision in (right, wrong)]
            self.proposer.flush()
            verdicts = self.work_until_answered(reader, answers, sent)
        for decision, said in ((right, "approved"), (wrong, "modified")):
            event = verdicts[renamed(decision).key].event
            self.assertEqual((event["verdict"], event["resolvedBy"], event["basis"]), (said, "review", "human"))
            self.assertEqual(event["signers"], ["interop-reader"])
            self.assertEqual(event["outputLabel"], truth[decision.decision_id])
            # Nobody tells of it again: who proposes the same once more finds the verdict that is there, and nobody else.
            again = replace(renamed(decision), proposed_at=now())
            self.assertEqual(self.ask([again])[again.key].event, event)
            other = replace(again, summary="Another summary of the very same scan.")
            self.assertEqual(self.ask([other])[other.key].event.get("code"), "conflict")

    def work_until_answered(self, reader: Reader, answers: AnswerReader, sent: list[Sent]) -> dict[str, Answer]:
        found: dict[str, Answer] = {}
        deadline = time.monotonic() + TIMEOUT_S
        while len(found) < len(sent):
            self.assertLess(time.monotonic(), deadline, f"no verdict for all of {sent}")
            reader.judge_next()
            found.update(answers.collect([each for each in sent if each.key not in found], 0.5))
        return found

    def test_outcomes_are_taken_once_and_twice(self) -> None:
        decision = sure_digits()[SURE_COUNT + 5]
        self.ask([decision])
        outcome = Outcome(decision.system, decision.decision_id, decision.decision_type, "7", now(), "interop test")
        for _ in range(2):
            self.assertEqual(report_outcomes(setting("HTTP"), setting("TOKEN"), [outcome]), 1)
        with self.assertRaises(ReportError):
            report_outcomes(setting("HTTP"), "not-a-token", [outcome])

    def test_an_outcome_without_an_instant_repeats_byte_for_byte(self) -> None:
        body = {"system": "mailroom", "decisionId": RUN + "outcome", "outcome": "7"}
        for _ in range(2):
            request = urllib.request.Request(
                f"{setting('HTTP')}/v1/outcomes",
                json.dumps(body).encode(),
                {
                    "authorization": f"Bearer {setting('TOKEN')}",
                    "content-type": "application/json",
                    "idempotency-key": RUN,
                },
            )
            urllib.request.urlopen(request, timeout=TIMEOUT_S).close()
        first, second = self.values(self.topics.name("outcomes.recorded"), f"mailroom/{body['decisionId']}", 2)
        self.assertEqual(first, second)

    def values(self, topic: str, key: str, count: int) -> list[bytes]:
        """The first `count` values under a key, from the beginning of the topic."""
        consumer = Consumer({"bootstrap.servers": setting("KAFKA"), "group.id": "unused", "enable.auto.commit": False})
        try:
            partitions = consumer.list_topics(topic, TIMEOUT_S).topics[topic].partitions
            consumer.assign([TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in partitions])
            found: list[bytes] = []
            deadline = time.monotonic() + TIMEOUT_S
            while len(found) < count:
                self.assertLess(time.monotonic(), deadline, f"{len(found)} of {count} records of {key} on {topic}")
                message = consumer.poll(0.25)
                if message is not None and message.error() is None and message.key() == key.encode():
                    found.append(message.value())
            return found
        finally:
            consumer.close()

    def wait_for_state(self, decision: Decision) -> dict[str, Any]:
        """The decision as HTTP tells it, once intake has accepted it."""
        deadline = time.monotonic() + TIMEOUT_S
        request = urllib.request.Request(
            f"{setting('HTTP')}/v1/decisions/{decision.system}/{decision.decision_id}",
            headers={"authorization": f"Bearer {setting('TOKEN')}"},
        )
        while True:
            try:
                with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:
                    state: dict[str, Any] = json.load(response)
                    return state
            except urllib.error.HTTPError as error:
                if error.code != 404 or time.monotonic() > deadline:
                    raise


if __name__ == "__main__":
    unittest.main()
