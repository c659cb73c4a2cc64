"""`python -m pipeline train|record|produce|outcomes`, from the folder `examples`."""

from __future__ import annotations

import argparse
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import islice
from pathlib import Path

from .decision import Decision
from .endpoints import add_flags, find_endpoints
from .evaluation import report
from .recording import record
from .systems import TRAINERS, Trained

RECORDED = Path(__file__).resolve().parents[1] / "recorded"


def main() -> None:
    flags = _parser().parse_args()
    trained = [TRAINERS[name]() for name in flags.types]
    flags.run(flags, trained)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pipeline", description=__doc__)
    commands = parser.add_subparsers(required=True)
    _command(commands, "train", _train, "train the models, say how good they are on held-out cases")
    recording = _command(commands, "record", _record, "write every held-out decision and outcome as JSON Lines")
    recording.add_argument("--folder", type=Path, default=RECORDED)
    producing = _command(commands, "produce", _produce, "propose every held-out case over Kafka, wait for verdicts")
    producing.add_argument("--prefix", default="", help="put before each decision id, to propose the cases anew")
    producing.add_argument("--limit", type=int, help="only so many cases of each type")
    producing.add_argument("--wait", type=float, default=30, help="seconds to wait for verdicts")
    producing.add_argument("--topic-prefix", default="countersign.")
    add_flags(producing)
    reporting = _command(commands, "outcomes", _outcomes, "report what turned out to be true, over HTTP")
    reporting.add_argument("--prefix", default="", help="as given to produce")
    reporting.add_argument("--limit", type=int, help="as given to produce")
    add_flags(reporting)
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, run: object, says: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=says)
    command.add_argument("--types", nargs="+", choices=list(TRAINERS), default=list(TRAINERS))
    command.set_defaults(run=run)
    return command


def _train(_flags: argparse.Namespace, trained: list[Trained]) -> None:
    for system in trained:
        print(report(system))


def _record(flags: argparse.Namespace, trained: list[Trained]) -> None:
    for system in trained:
        for path in record(system, flags.folder):
            print(path)


def _cases(flags: argparse.Namespace, trained: list[Trained]) -> Iterator[Decision]:
    for system in trained:
        for decision in islice(system.decisions(datetime.now(timezone.utc), timedelta(0)), flags.limit):
            yield replace(decision, decision_id=flags.prefix + decision.decision_id)


def _produce(flags: argparse.Namespace, trained: list[Trained]) -> None:
    # Imported here so that training and recording run without a Kafka client.
    from .registry import Registry
    from .streaming import AnswerReader, Proposer, Topics

    places, topics = find_endpoints(flags, "kafka", "registry"), Topics(flags.topic_prefix)
    registry = Registry(places.registry)
    with AnswerReader(places.kafka, registry, topics) as reader:
        proposer = Proposer(places.kafka, registry, topics)
        sent = [proposer.propose(decision) for decision in _cases(flags, trained)]
        proposer.flush()
        print(f"{len(sent)} decisions proposed; waiting up to {flags.wait:.0f} s for verdicts")
        answers = reader.collect(sent, flags.wait)
    said = Counter(answer.event.get("verdict") or f"refused: {answer.event['code']}" for answer in answers.values())
    for verdict, count in said.most_common():
        print(f"{count:5d} {verdict}")
    print(f"{len(sent) - len(answers):5d} waiting for a person")


def _outcomes(flags: argparse.Namespace, trained: list[Trained]) -> None:
    from .reporting import report_outcomes

    token = os.environ.get("COUNTERSIGN_TOKEN")
    if not token:
        raise SystemExit("set COUNTERSIGN_TOKEN: `npx countersign token --as pipeline --role pipeline` prints one")
    places = find_endpoints(flags, "http")
    # To the day, so that a second run on the same day reports the same outcomes and not new ones.
    today = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
    for system in trained:
        known = (
            replace(outcome, decision_id=flags.prefix + outcome.decision_id)
            for outcome in islice(system.outcomes(today), flags.limit)
        )
        print(f"{report_outcomes(places.http, token, known)} outcomes of {system.decision_type} reported")


if __name__ == "__main__":
    main()
