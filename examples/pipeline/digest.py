"""The identity of what a decision says: hex SHA-256 of its RFC 8785 form, as Countersign computes it.

Every verdict names the digest of the content it is on, so that whoever acts can tell that it is on theirs.
"""

from __future__ import annotations

import base64
import hashlib
import json
from decimal import Decimal
from typing import Any

from .decision import Decision, to_avro


def content_digest(decision: Decision) -> str:
    """Of all but its date. What is null or an empty list is the same as left out."""
    content = {name: value for name, value in to_avro(decision).items() if name != "proposedAt"}
    return hashlib.sha256(_canonical(content).encode()).hexdigest()


def _canonical(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return canonical_number(value)
    if isinstance(value, bytes):
        return json.dumps(base64.b64encode(value).decode())
    if isinstance(value, list):
        return f"[{','.join(_canonical(each) for each in value)}]"
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        members = [f"{_canonical(name)}:{_canonical(value[name])}" for name in names if not _is_nothing(value[name])]
        return f"{{{','.join(members)}}}"
    return json.dumps(value, ensure_ascii=False)


def _is_nothing(value: Any) -> bool:
    return value is None or value == []


def canonical_number(value: float) -> str:
    """As JavaScript writes it: the shortest digits that read back, with an exponent from 1e21 and below 1e-6."""
    sign, digits_of, exponent = Decimal(repr(value)).normalize().as_tuple()
    digits = "".join(map(str, digits_of))
    if digits == "0":
        return "0"
    point = len(digits) + int(exponent)
    if 0 < point <= 21:
        text = digits[:point].ljust(point, "0") + (f".{digits[point:]}" if len(digits) > point else "")
    elif -6 < point <= 0:
        text = f"0.{'0' * -point}{digits}"
    else:
        text = f"{digits[0]}{'.' if len(digits) > 1 else ''}{digits[1:]}e{point - 1:+d}"
    return f"{'-' if sign else ''}{text}"
