"""Avro in the Confluent wire format: a zero byte, the schema id in four bytes, the body."""

from __future__ import annotations

import io
import json
import struct
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from fastavro import parse_schema, schemaless_reader, schemaless_writer

from .decision import Json

TIMEOUT_S = 10
HEADER = struct.Struct(">bI")


class RegistryError(Exception):
    """The registry said no, or did not answer; the message says what to do."""


@dataclass
class Registry:
    """A thin client of the Confluent registry API at `url`, such as `http://host/apis/ccompat/v7`."""

    url: str
    _latest: dict[str, tuple[int, Any]] = field(default_factory=dict)
    _by_id: dict[int, Any] = field(default_factory=dict)

    def latest(self, topic: str, record: str) -> tuple[int, Any]:
        """Id and parsed schema of the newest version under the subject TopicRecordName gives."""
        subject = f"{topic}-{record}"
        if subject not in self._latest:
            answer = self._get(f"/subjects/{urllib.parse.quote(subject, safe='')}/versions/latest")
            self._latest[subject] = (int(answer["id"]), parse_schema(json.loads(answer["schema"])))
        return self._latest[subject]

    def by_id(self, schema_id: int) -> Any:
        if schema_id not in self._by_id:
            self._by_id[schema_id] = parse_schema(json.loads(self._get(f"/schemas/ids/{schema_id}")["schema"]))
        return self._by_id[schema_id]

    def encode(self, topic: str, record: str, value: Json) -> bytes:
        schema_id, schema = self.latest(topic, record)
        body = io.BytesIO()
        body.write(HEADER.pack(0, schema_id))
        schemaless_writer(body, schema, value, strict_allow_default=True)
        return body.getvalue()

    def decode(self, message: bytes) -> tuple[str, Json]:
        """The full record name and the value of any message on any topic."""
        magic, schema_id = HEADER.unpack_from(message)
        if magic != 0:
            raise ValueError(f"not in the Confluent wire format: first byte is {magic}")
        schema = self.by_id(schema_id)
        value = schemaless_reader(io.BytesIO(message[HEADER.size :]), schema, None)
        if not isinstance(value, dict):
            raise ValueError(f"schema {schema_id} is not a record")
        return str(schema["name"]), value

    def _get(self, path: str) -> Json:
        try:
            with urllib.request.urlopen(self.url + path, timeout=TIMEOUT_S) as response:
                answer: Json = json.load(response)
                return answer
        except urllib.error.HTTPError as error:
            raise RegistryError(f"{path}: registry answered {error.code}; is Countersign started?") from error
        except OSError as error:
            raise RegistryError(f"no registry at {self.url}: {error}; give its address with --registry") from error
