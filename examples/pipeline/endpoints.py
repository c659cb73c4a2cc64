"""Where Countersign is: flags first, then the `endpoints.json` that `npm start` writes."""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Endpoints:
    kafka: str
    registry: str
    http: str


def add_flags(parser: argparse.ArgumentParser) -> None:
    for name in ("kafka", "registry", "http"):
        parser.add_argument(f"--{name}", help="default: what endpoints.json of the started Countersign says")


def find_endpoints(flags: argparse.Namespace, *needed: str) -> Endpoints:
    """What is not `needed` may be missing, and is empty then."""
    home = Path(os.environ.get("COUNTERSIGN_HOME", REPOSITORY / ".countersign"))
    file = home / "endpoints.json"
    known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    found = {name: getattr(flags, name) or known.get(name, "") for name in ("kafka", "registry", "http")}
    missing = [name for name in needed if not found[name]]
    if missing:
        raise SystemExit(f"{file} does not say: start Countersign with `npm start`, or give --{' and --'.join(missing)}")
    return Endpoints(**found)
