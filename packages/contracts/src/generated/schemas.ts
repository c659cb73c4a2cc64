// Generated from schemas/*.avsc by `npm run generate`. Do not edit.

import type { schema } from 'avsc';
import type { EventTypes } from './types.ts';

/** The Avro schema of every record, by its name. */
export const schemas: Readonly<Record<keyof EventTypes, schema.RecordType>> = {
  "AccessDenied": {
    "type": "record",
    "name": "AccessDenied",
    "namespace": "io.countersign",
    "doc": "Somebody was refused.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "permission",
        "type": "string",
        "doc": "What was asked."
      },
      {
        "name": "method",
        "type": "string",
        "doc": "HTTP method."
      },
      {
        "name": "path",
        "type": "string",
        "doc": "Path without query."
      },
      {
        "name": "reason",
        "type": "string",
        "doc": "Why."
      },
      {
        "name": "apiKeyId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The API key that was presented, by whomever: with a wrong secret it proves nothing."
      }
    ]
  },
  "AlertRaised": {
    "type": "record",
    "name": "AlertRaised",
    "namespace": "io.countersign",
    "doc": "Something needs a person's attention.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "alert",
        "type": "string",
        "doc": "Name."
      },
      {
        "name": "severity",
        "type": "string",
        "doc": "info, warning or critical."
      },
      {
        "name": "summary",
        "type": "string",
        "doc": "In words."
      },
      {
        "name": "dedupeKey",
        "type": "string",
        "doc": "One alert per key."
      },
      {
        "name": "details",
        "type": {
          "type": "map",
          "values": "string"
        },
        "doc": "Facts."
      }
    ]
  },
  "ApiKeyChanged": {
    "type": "record",
    "name": "ApiKeyChanged",
    "namespace": "io.countersign",
    "doc": "The state of a pipeline's API key. The last one of a key counts.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "keyId",
        "type": "string",
        "doc": "Which key; the part of it that is no secret."
      },
      {
        "name": "version",
        "type": "long",
        "doc": "Rises with each change of the key: an older one that is delivered again does not count."
      },
      {
        "name": "name",
        "type": "string",
        "doc": "What it is for."
      },
      {
        "name": "systems",
        "type": {
          "type": "array",
          "items": "string"
        },
        "doc": "Systems it may speak for; * is every one."
      },
      {
        "name": "secretSha256",
        "type": "string",
        "doc": "Hex SHA-256 of the secret, which itself is nowhere."
      },
      {
        "name": "state",
        "type": "string",
        "doc": "active, rotating (replaced, and good until it expires) or revoked."
      },
      {
        "name": "createdBy",
        "type": "string",
        "doc": "Who made it."
      },
      {
        "name": "createdAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it was made."
      },
      {
        "name": "expiresAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "From when on it is refused."
      },
      {
        "name": "replacedBy",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The key that replaces it."
      },
      {
        "name": "reason",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Why it was revoked."
      }
    ]
  },
  "ApiKeyUsed": {
    "type": "record",
    "name": "ApiKeyUsed",
    "namespace": "io.countersign",
    "doc": "An API key was presented and accepted: told at most every five minutes by each instance that sees it.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "keyId",
        "type": "string",
        "doc": "Which key."
      },
      {
        "name": "service",
        "type": "string",
        "doc": "The service that was called."
      }
    ]
  },
  "CalibrationPlanned": {
    "type": "record",
    "name": "CalibrationPlanned",
    "namespace": "io.countersign",
    "doc": "A past decision whose outcome is known, to be judged again unknowingly.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "decisionType",
        "type": "string",
        "doc": "The decision type."
      },
      {
        "name": "kind",
        "type": "string",
        "doc": "calibration."
      },
      {
        "name": "triggerDecisionId",
        "type": "string",
        "doc": "The decision of the same system whose draw called for an exercise beside it."
      },
      {
        "name": "triggerSeat",
        "type": "int",
        "doc": "Which of its seats drew it."
      },
      {
        "name": "purpose",
        "type": "string",
        "doc": "Purpose string of that draw."
      },
      {
        "name": "probability",
        "type": "double",
        "doc": "Exercises per task of ordinary work."
      },
      {
        "name": "draw",
        "type": "double",
        "doc": "The uniform number drawn."
      },
      {
        "name": "keyVersion",
        "type": "string",
        "doc": "Sampling key version of that draw."
      },
      {
        "name": "poolDraw",
        "type": "double",
        "doc": "The number by which the case came into the pool."
      },
      {
        "name": "poolKeyVersion",
        "type": "string",
        "doc": "Sampling key version of that number."
      },
      {
        "name": "truth",
        "type": "string",
        "doc": "The outcome as it was known when planned: one of the answers."
      },
      {
        "name": "aiRight",
        "type": "boolean",
        "doc": "Was the output of the AI right?"
      },
      {
        "name": "acceptedAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When intake accepted the case."
      },
      {
        "name": "route",
        "type": "string",
        "doc": "Route the case had."
      },
      {
        "name": "tier",
        "type": "string",
        "doc": "Tier the case had."
      },
      {
        "name": "queue",
        "type": "string",
        "doc": "Where the exercise waits: with the work that it is mixed into."
      },
      {
        "name": "seniority",
        "type": "string",
        "doc": "Who may do it: any or senior."
      },
      {
        "name": "dueAfterMs",
        "type": "long",
        "doc": "How long the work that it is mixed into may take."
      },
      {
        "name": "warnAfterMs",
        "type": [
          "null",
          "long"
        ],
        "default": null,
        "doc": "When that work is warned of."
      },
      {
        "name": "askedPolicyVersion",
        "type": "string",
        "doc": "The policy version whose question is asked: that of the work it is mixed into."
      },
      {
        "name": "subjectKind",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Kind of the data subject."
      },
      {
        "name": "subjectId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Id of the data subject."
      },
      {
        "name": "accepted",
        "type": "bytes",
        "doc": "The value of the DecisionAccepted event of the case, framed, byte for byte."
      }
    ]
  },
  "CalibrationScored": {
    "type": "record",
    "name": "CalibrationScored",
    "namespace": "io.countersign",
    "doc": "What a person answered in an exercise was held against what is known; for supervisors.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "taskId",
        "type": "string",
        "doc": "The task."
      },
      {
        "name": "kind",
        "type": "string",
        "doc": "Case kind, for auditors; never shown to reviewers."
      },
      {
        "name": "queue",
        "type": "string",
        "doc": "Queue."
      },
      {
        "name": "reviewer",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The individual."
      },
      {
        "name": "fence",
        "type": "long",
        "default": 0,
        "doc": "Fencing token of the claim."
      },
      {
        "name": "form",
        "type": "string",
        "doc": "shown or hidden."
      },
      {
        "name": "decisionType",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision type."
      },
      {
        "name": "route",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Route."
      },
      {
        "name": "tier",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Tier."
      },
      {
        "name": "judgementId",
        "type": "string",
        "doc": "Id."
      },
      {
        "name": "exerciseId",
        "type": "string",
        "doc": "The event that planned it."
      },
      {
        "name": "right",
        "type": "boolean",
        "doc": "Was the answer of the person right?"
      },
      {
        "name": "aiRight",
        "type": "boolean",
        "doc": "Was the output of the AI right, which the person did not see?"
      }
    ]
  },
  "CheckpointPublished": {
    "type": "record",
    "name": "CheckpointPublished",
    "namespace": "io.countersign",
    "doc": "The head of the audit log's tree, signed: whoever keeps it can prove what came before.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "origin",
        "type": "string",
        "doc": "Names the log."
      },
      {
        "name": "size",
        "type": "long",
        "doc": "Records under this checkpoint."
      },
      {
        "name": "checkpoint",
        "type": "string",
        "doc": "The signed note (C2SP tlog-checkpoint), to be checked with the log's public key."
      }
    ]
  },
  "ContentRecorded": {
    "type": "record",
    "name": "ContentRecorded",
    "namespace": "io.countersign",
    "doc": "A chunk of something that was shown.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "contentId",
        "type": "string",
        "doc": "Id."
      },
      {
        "name": "digest",
        "type": "string",
        "doc": "Hex SHA-256 of the whole."
      },
      {
        "name": "kind",
        "type": "string",
        "doc": "presentation or part."
      },
      {
        "name": "mediaType",
        "type": "string",
        "doc": "Media type."
      },
      {
        "name": "chunkIndex",
        "type": "int",
        "doc": "From 0."
      },
      {
        "name": "chunkCount",
        "type": "int",
        "doc": "How many."
      },
      {
        "name": "bytes",
        "type": "bytes",
        "doc": "At most 512 KiB."
      },
      {
        "name": "subjectKind",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Kind of the data subject."
      },
      {
        "name": "subjectId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Id of the data subject."
      }
    ]
  },
  "DeadLetter": {
    "type": "record",
    "name": "DeadLetter",
    "namespace": "io.countersign",
    "doc": "A message a service could not process.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "reason",
        "type": "string",
        "doc": "undecodable or stalled."
      },
      {
        "name": "service",
        "type": "string",
        "doc": "Who."
      },
      {
        "name": "topic",
        "type": "string",
        "doc": "Topic."
      },
      {
        "name": "partition",
        "type": "int",
        "doc": "Partition."
      },
      {
        "name": "offset",
        "type": "long",
        "doc": "Offset."
      },
      {
        "name": "key",
        "type": [
          "null",
          "bytes"
        ],
        "default": null,
        "doc": "Key."
      },
      {
        "name": "value",
        "type": [
          "null",
          "bytes"
        ],
        "default": null,
        "doc": "Value."
      },
      {
        "name": "headers",
        "type": {
          "type": "map",
          "values": "bytes"
        },
        "doc": "Headers."
      },
      {
        "name": "error",
        "type": "string",
        "doc": "What went wrong."
      }
    ]
  },
  "DeadLetterReplayed": {
    "type": "record",
    "name": "DeadLetterReplayed",
    "namespace": "io.countersign",
    "doc": "A person had a dead letter sent to its topic again, byte for byte.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "deadLetterId",
        "type": "string",
        "doc": "Event id of the dead letter."
      },
      {
        "name": "topic",
        "type": "string",
        "doc": "Topic it came from and went to."
      },
      {
        "name": "partition",
        "type": "int",
        "doc": "Partition."
      },
      {
        "name": "offset",
        "type": "long",
        "doc": "Offset of the message that could not be processed."
      },
      {
        "name": "valueSha256",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Hex SHA-256 of the value; null where it had none."
      }
    ]
  },
  "DecisionAccepted": {
    "type": "record",
    "name": "DecisionAccepted",
    "namespace": "io.countersign",
    "doc": "Intake accepted and pinned a decision.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "decisionType",
        "type": "string",
        "doc": "The decision type."
      },
      {
        "name": "contentDigest",
        "type": "string",
        "doc": "Hex SHA-256 of the RFC 8785 form of the content."
      },
      {
        "name": "acceptedAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When intake accepted it."
      },
      {
        "name": "channel",
        "type": "string",
        "doc": "kafka or http."
      },
      {
        "name": "source",
        "type": {
          "type": "record",
          "name": "Coordinates",
          "doc": "A place in Kafka.",
          "fields": [
            {
              "name": "topic",
              "type": "string",
              "doc": "Topic."
            },
            {
              "name": "partition",
              "type": "int",
              "doc": "Partition."
            },
            {
              "name": "offset",
              "type": "long",
              "doc": "Offset."
            }
          ]
        },
        "doc": "Where the pinned proposal stands."
      },
      {
        "name": "proposed",
        "type": {
          "type": "record",
          "name": "DecisionProposed",
          "doc": "A decision an AI pipeline proposes: the contract with pipelines.",
          "fields": [
            {
              "name": "system",
              "type": "string",
              "doc": "The AI system that proposes."
            },
            {
              "name": "decisionId",
              "type": "string",
              "doc": "Unique per system, at most 128 characters; the idempotency key."
            },
            {
              "name": "decisionType",
              "type": "string",
              "doc": "The question answered, e.g. credit.application."
            },
            {
              "name": "proposedAt",
              "type": {
                "type": "long",
                "logicalType": "timestamp-micros"
              },
              "doc": "When the pipeline proposed it, UTC."
            },
            {
              "name": "input",
              "type": {
                "type": "record",
                "name": "Input",
                "doc": "The case itself: what a person needs to answer the question without the AI.",
                "fields": [
                  {
                    "name": "parts",
                    "type": {
                      "type": "array",
                      "items": {
                        "type": "record",
                        "name": "InputPart",
                        "doc": "One part of the case; content, or uri with sha256.",
                        "fields": [
                          {
                            "name": "name",
                            "type": "string",
                            "doc": "What this part is."
                          },
                          {
                            "name": "mediaType",
                            "type": "string",
                            "doc": "Media type of the content."
                          },
                          {
                            "name": "content",
                            "type": [
                              "null",
                              "bytes"
                            ],
                            "default": null,
                            "doc": "The bytes."
                          },
                          {
                            "name": "uri",
                            "type": [
                              "null",
                              "string"
                            ],
                            "default": null,
                            "doc": "Where the bytes can be fetched."
                          },
                          {
                            "name": "sha256",
                            "type": [
                              "null",
                              "string"
                            ],
                            "default": null,
                            "doc": "Lower-case hex SHA-256 of the bytes behind uri."
                          }
                        ]
                      }
                    },
                    "doc": "At least one part."
                  }
                ]
              },
              "doc": "The case."
            },
            {
              "name": "output",
              "type": {
                "type": "record",
                "name": "Output",
                "doc": "What the AI decided.",
                "fields": [
                  {
                    "name": "label",
                    "type": "string",
                    "doc": "The answer as a label of the decision type."
                  },
                  {
                    "name": "content",
                    "type": [
                      "null",
                      "bytes"
                    ],
                    "default": null,
                    "doc": "The output itself, where a label does not say it all."
                  },
                  {
                    "name": "mediaType",
                    "type": [
                      "null",
                      "string"
                    ],
                    "default": null,
                    "doc": "Media type of content."
                  }
                ]
              },
              "doc": "The AI's answer."
            },
            {
              "name": "reasoning",
              "type": {
                "type": "record",
                "name": "Reasoning",
                "doc": "Why, in the pipeline's own words.",
                "fields": [
                  {
                    "name": "summary",
                    "type": "string",
                    "doc": "Required: one readable paragraph."
                  },
                  {
                    "name": "factors",
                    "type": {
                      "type": "array",
                      "items": {
                        "type": "record",
                        "name": "Factor",
                        "doc": "A contribution to the output.",
                        "fields": [
                          {
                            "name": "name",
                            "type": "string",
                            "doc": "Name of the feature or fact."
                          },
                          {
                            "name": "value",
                            "type": "string",
                            "doc": "Its value in this case."
                          },
                          {
                            "name": "weight",
                            "type": "double",
                            "doc": "Signed contribution towards the output."
                          }
                        ]
                      }
                    },
                    "default": [],
                    "doc": "Largest first."
                  }
                ]
              },
              "doc": "Reasoning."
            },
            {
              "name": "confidence",
              "type": [
                "null",
                "double"
              ],
              "default": null,
              "doc": "Probability of the output being right, 0..1; null when the model gives none."
            },
            {
              "name": "uncertainty",
              "type": [
                "null",
                {
                  "type": "record",
                  "name": "Uncertainty",
                  "doc": "Range of the confidence and the model's own hedging.",
                  "fields": [
                    {
                      "name": "lower",
                      "type": [
                        "null",
                        "double"
                      ],
                      "default": null,
                      "doc": "0..1"
                    },
                    {
                      "name": "upper",
                      "type": [
                        "null",
                        "double"
                      ],
                      "default": null,
                      "doc": "0..1"
                    },
                    {
                      "name": "statement",
                      "type": [
                        "null",
                        "string"
                      ],
                      "default": null,
                      "doc": "The hedging in words."
                    }
                  ]
                }
              ],
              "default": null,
              "doc": "Uncertainty."
            },
            {
              "name": "alternatives",
              "type": {
                "type": "array",
                "items": {
                  "type": "record",
                  "name": "Alternative",
                  "doc": "Another answer considered.",
                  "fields": [
                    {
                      "name": "label",
                      "type": "string",
                      "doc": "Its label."
                    },
                    {
                      "name": "content",
                      "type": [
                        "null",
                        "bytes"
                      ],
                      "default": null,
                      "doc": "Its content."
                    },
                    {
                      "name": "probability",
                      "type": [
                        "null",
                        "double"
                      ],
                      "default": null,
                      "doc": "0..1"
                    }
                  ]
                }
              },
              "default": [],
              "doc": "Most probable first."
            },
            {
              "name": "provenance",
              "type": {
                "type": "record",
                "name": "Provenance",
                "doc": "Where the answer comes from.",
                "fields": [
                  {
                    "name": "model",
                    "type": {
                      "type": "record",
                      "name": "Model",
                      "doc": "The model.",
                      "fields": [
                        {
                          "name": "name",
                          "type": "string",
                          "doc": "Name."
                        },
                        {
                          "name": "version",
                          "type": "string",
                          "doc": "Version."
                        }
                      ]
                    },
                    "doc": "The model."
                  },
                  {
                    "name": "trainingDomain",
                    "type": "string",
                    "default": "",
                    "doc": "What data it was trained on."
                  },
                  {
                    "name": "sources",
                    "type": {
                      "type": "array",
                      "items": {
                        "type": "record",
                        "name": "Source",
                        "doc": "A document used.",
                        "fields": [
                          {
                            "name": "title",
                            "type": "string",
                            "doc": "Title."
                          },
                          {
                            "name": "uri",
                            "type": [
                              "null",
                              "string"
                            ],
                            "default": null,
                            "doc": "Where it is."
                          },
                          {
                            "name": "excerpt",
                            "type": [
                              "null",
                              "string"
                            ],
                            "default": null,
                            "doc": "The passage used."
                          },
                          {
                            "name": "score",
                            "type": [
                              "null",
                              "double"
                            ],
                            "default": null,
                            "doc": "Relevance score."
                          }
                        ]
                      }
                    },
                    "default": [],
                    "doc": "Sources."
                  }
                ]
              },
              "doc": "Provenance."
            },
            {
              "name": "attributes",
              "type": {
                "type": "map",
                "values": [
                  "string",
                  "double",
                  "boolean"
                ]
              },
              "default": {},
              "doc": "What policies test."
            },
            {
              "name": "subject",
              "type": [
                "null",
                {
                  "type": "record",
                  "name": "Subject",
                  "doc": "Whose data it is.",
                  "fields": [
                    {
                      "name": "kind",
                      "type": "string",
                      "doc": "e.g. person."
                    },
                    {
                      "name": "id",
                      "type": "string",
                      "doc": "Identifier; erasure is per subject."
                    }
                  ]
                }
              ],
              "default": null,
              "doc": "The data subject."
            },
            {
              "name": "action",
              "type": {
                "type": "record",
                "name": "Action",
                "doc": "What happens when the verdict allows it.",
                "fields": [
                  {
                    "name": "description",
                    "type": "string",
                    "doc": "In words."
                  },
                  {
                    "name": "reversalDeadline",
                    "type": [
                      "null",
                      {
                        "type": "long",
                        "logicalType": "timestamp-micros"
                      }
                    ],
                    "default": null,
                    "doc": "Until when it can be undone."
                  },
                  {
                    "name": "expectedDurationMs",
                    "type": [
                      "null",
                      "long"
                    ],
                    "default": null,
                    "doc": "How long it runs; null or 0 is instantaneous."
                  }
                ]
              },
              "doc": "The action."
            }
          ]
        },
        "doc": "The proposal, re-encoded canonically."
      }
    ]
  },
  "DecisionClassified": {
    "type": "record",
    "name": "DecisionClassified",
    "namespace": "io.countersign",
    "doc": "Risk classified a decision.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "decisionType",
        "type": "string",
        "doc": "The decision type."
      },
      {
        "name": "acceptedAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When intake accepted it."
      },
      {
        "name": "classification",
        "type": {
          "type": "record",
          "name": "Classification",
          "doc": "Risk of one decision under one policy version.",
          "fields": [
            {
              "name": "severity",
              "type": "string",
              "doc": "low, moderate, high or catastrophic: the 95th-percentile outcome."
            },
            {
              "name": "reversibility",
              "type": "string",
              "doc": "reversible, costly or irreversible."
            },
            {
              "name": "quadrant",
              "type": "string",
              "doc": "Cell of the 2x2."
            },
            {
              "name": "oversight",
              "type": "string",
              "doc": "hootl, passive or active: the least the quadrant demands."
            },
            {
              "name": "tier",
              "type": "string",
              "doc": "Confidence band."
            },
            {
              "name": "point",
              "type": "string",
              "doc": "Intervention point the policy asks for."
            },
            {
              "name": "route",
              "type": "string",
              "doc": "Route the policy asks for."
            },
            {
              "name": "dual",
              "type": "boolean",
              "doc": "Dual sign-off demanded."
            },
            {
              "name": "confidence",
              "type": [
                "null",
                "double"
              ],
              "default": null,
              "doc": "As proposed."
            },
            {
              "name": "known",
              "type": "boolean",
              "doc": "False when no policy covers the type."
            },
            {
              "name": "matchedRules",
              "type": {
                "type": "array",
                "items": {
                  "type": "record",
                  "name": "MatchedRule",
                  "doc": "A rule that applied.",
                  "fields": [
                    {
                      "name": "id",
                      "type": "string",
                      "doc": "Rule id."
                    },
                    {
                      "name": "because",
                      "type": "string",
                      "doc": "Why the policy has it."
                    },
                    {
                      "name": "sets",
                      "type": {
                        "type": "map",
                        "values": "string"
                      },
                      "doc": "What it set."
                    }
                  ]
                }
              },
              "doc": "Rules that matched, in policy order."
            },
            {
              "name": "reasons",
              "type": {
                "type": "array",
                "items": "string"
              },
              "doc": "Sentences a person can read."
            }
          ]
        },
        "doc": "Classification."
      },
      {
        "name": "accepted",
        "type": "bytes",
        "doc": "The value of the DecisionAccepted event, framed, byte for byte."
      }
    ]
  },
  "DecisionErased": {
    "type": "record",
    "name": "DecisionErased",
    "namespace": "io.countersign",
    "doc": "The key to a decision's content was destroyed; whoever keeps rows of it takes its content out of them.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "erasureId",
        "type": "string",
        "doc": "Names the erasure."
      },
      {
        "name": "subjectRef",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Hex of what stands for the subject, keyed; null where decisions or events were named."
      },
      {
        "name": "erasedAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When the keys were destroyed."
      }
    ]
  },
  "DecisionProposed": {
    "type": "record",
    "name": "DecisionProposed",
    "namespace": "io.countersign",
    "doc": "A decision an AI pipeline proposes: the contract with pipelines.",
    "fields": [
      {
        "name": "system",
        "type": "string",
        "doc": "The AI system that proposes."
      },
      {
        "name": "decisionId",
        "type": "string",
        "doc": "Unique per system, at most 128 characters; the idempotency key."
      },
      {
        "name": "decisionType",
        "type": "string",
        "doc": "The question answered, e.g. credit.application."
      },
      {
        "name": "proposedAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When the pipeline proposed it, UTC."
      },
      {
        "name": "input",
        "type": {
          "type": "record",
          "name": "Input",
          "doc": "The case itself: what a person needs to answer the question without the AI.",
          "fields": [
            {
              "name": "parts",
              "type": {
                "type": "array",
                "items": {
                  "type": "record",
                  "name": "InputPart",
                  "doc": "One part of the case; content, or uri with sha256.",
                  "fields": [
                    {
                      "name": "name",
                      "type": "string",
                      "doc": "What this part is."
                    },
                    {
                      "name": "mediaType",
                      "type": "string",
                      "doc": "Media type of the content."
                    },
                    {
                      "name": "content",
                      "type": [
                        "null",
                        "bytes"
                      ],
                      "default": null,
                      "doc": "The bytes."
                    },
                    {
                      "name": "uri",
                      "type": [
                        "null",
                        "string"
                      ],
                      "default": null,
                      "doc": "Where the bytes can be fetched."
                    },
                    {
                      "name": "sha256",
                      "type": [
                        "null",
                        "string"
                      ],
                      "default": null,
                      "doc": "Lower-case hex SHA-256 of the bytes behind uri."
                    }
                  ]
                }
              },
              "doc": "At least one part."
            }
          ]
        },
        "doc": "The case."
      },
      {
        "name": "output",
        "type": {
          "type": "record",
          "name": "Output",
          "doc": "What the AI decided.",
          "fields": [
            {
              "name": "label",
              "type": "string",
              "doc": "The answer as a label of the decision type."
            },
            {
              "name": "content",
              "type": [
                "null",
                "bytes"
              ],
              "default": null,
              "doc": "The output itself, where a label does not say it all."
            },
            {
              "name": "mediaType",
              "type": [
                "null",
                "string"
              ],
              "default": null,
              "doc": "Media type of content."
            }
          ]
        },
        "doc": "The AI's answer."
      },
      {
        "name": "reasoning",
        "type": {
          "type": "record",
          "name": "Reasoning",
          "doc": "Why, in the pipeline's own words.",
          "fields": [
            {
              "name": "summary",
              "type": "string",
              "doc": "Required: one readable paragraph."
            },
            {
              "name": "factors",
              "type": {
                "type": "array",
                "items": {
                  "type": "record",
                  "name": "Factor",
                  "doc": "A contribution to the output.",
                  "fields": [
                    {
                      "name": "name",
                      "type": "string",
                      "doc": "Name of the feature or fact."
                    },
                    {
                      "name": "value",
                      "type": "string",
                      "doc": "Its value in this case."
                    },
                    {
                      "name": "weight",
                      "type": "double",
                      "doc": "Signed contribution towards the output."
                    }
                  ]
                }
              },
              "default": [],
              "doc": "Largest first."
            }
          ]
        },
        "doc": "Reasoning."
      },
      {
        "name": "confidence",
        "type": [
          "null",
          "double"
        ],
        "default": null,
        "doc": "Probability of the output being right, 0..1; null when the model gives none."
      },
      {
        "name": "uncertainty",
        "type": [
          "null",
          {
            "type": "record",
            "name": "Uncertainty",
            "doc": "Range of the confidence and the model's own hedging.",
            "fields": [
              {
                "name": "lower",
                "type": [
                  "null",
                  "double"
                ],
                "default": null,
                "doc": "0..1"
              },
              {
                "name": "upper",
                "type": [
                  "null",
                  "double"
                ],
                "default": null,
                "doc": "0..1"
              },
              {
                "name": "statement",
                "type": [
                  "null",
                  "string"
                ],
                "default": null,
                "doc": "The hedging in words."
              }
            ]
          }
        ],
        "default": null,
        "doc": "Uncertainty."
      },
      {
        "name": "alternatives",
        "type": {
          "type": "array",
          "items": {
            "type": "record",
            "name": "Alternative",
            "doc": "Another answer considered.",
            "fields": [
              {
                "name": "label",
                "type": "string",
                "doc": "Its label."
              },
              {
                "name": "content",
                "type": [
                  "null",
                  "bytes"
                ],
                "default": null,
                "doc": "Its content."
              },
              {
                "name": "probability",
                "type": [
                  "null",
                  "double"
                ],
                "default": null,
                "doc": "0..1"
              }
            ]
          }
        },
        "default": [],
        "doc": "Most probable first."
      },
      {
        "name": "provenance",
        "type": {
          "type": "record",
          "name": "Provenance",
          "doc": "Where the answer comes from.",
          "fields": [
            {
              "name": "model",
              "type": {
                "type": "record",
                "name": "Model",
                "doc": "The model.",
                "fields": [
                  {
                    "name": "name",
                    "type": "string",
                    "doc": "Name."
                  },
                  {
                    "name": "version",
                    "type": "string",
                    "doc": "Version."
                  }
                ]
              },
              "doc": "The model."
            },
            {
              "name": "trainingDomain",
              "type": "string",
              "default": "",
              "doc": "What data it was trained on."
            },
            {
              "name": "sources",
              "type": {
                "type": "array",
                "items": {
                  "type": "record",
                  "name": "Source",
                  "doc": "A document used.",
                  "fields": [
                    {
                      "name": "title",
                      "type": "string",
                      "doc": "Title."
                    },
                    {
                      "name": "uri",
                      "type": [
                        "null",
                        "string"
                      ],
                      "default": null,
                      "doc": "Where it is."
                    },
                    {
                      "name": "excerpt",
                      "type": [
                        "null",
                        "string"
                      ],
                      "default": null,
                      "doc": "The passage used."
                    },
                    {
                      "name": "score",
                      "type": [
                        "null",
                        "double"
                      ],
                      "default": null,
                      "doc": "Relevance score."
                    }
                  ]
                }
              },
              "default": [],
              "doc": "Sources."
            }
          ]
        },
        "doc": "Provenance."
      },
      {
        "name": "attributes",
        "type": {
          "type": "map",
          "values": [
            "string",
            "double",
            "boolean"
          ]
        },
        "default": {},
        "doc": "What policies test."
      },
      {
        "name": "subject",
        "type": [
          "null",
          {
            "type": "record",
            "name": "Subject",
            "doc": "Whose data it is.",
            "fields": [
              {
                "name": "kind",
                "type": "string",
                "doc": "e.g. person."
              },
              {
                "name": "id",
                "type": "string",
                "doc": "Identifier; erasure is per subject."
              }
            ]
          }
        ],
        "default": null,
        "doc": "The data subject."
      },
      {
        "name": "action",
        "type": {
          "type": "record",
          "name": "Action",
          "doc": "What happens when the verdict allows it.",
          "fields": [
            {
              "name": "description",
              "type": "string",
              "doc": "In words."
            },
            {
              "name": "reversalDeadline",
              "type": [
                "null",
                {
                  "type": "long",
                  "logicalType": "timestamp-micros"
                }
              ],
              "default": null,
              "doc": "Until when it can be undone."
            },
            {
              "name": "expectedDurationMs",
              "type": [
                "null",
                "long"
              ],
              "default": null,
              "doc": "How long it runs; null or 0 is instantaneous."
            }
          ]
        },
        "doc": "The action."
      }
    ]
  },
  "DecisionRefused": {
    "type": "record",
    "name": "DecisionRefused",
    "namespace": "io.countersign",
    "doc": "Intake refused a message.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "code",
        "type": "string",
        "doc": "Stable refusal code."
      },
      {
        "name": "message",
        "type": "string",
        "doc": "One sentence."
      },
      {
        "name": "field",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Path of the field at fault."
      },
      {
        "name": "channel",
        "type": "string",
        "doc": "kafka or http."
      },
      {
        "name": "origin",
        "type": [
          "null",
          {
            "type": "record",
            "name": "Coordinates",
            "doc": "A place in Kafka.",
            "fields": [
              {
                "name": "topic",
                "type": "string",
                "doc": "Topic."
              },
              {
                "name": "partition",
                "type": "int",
                "doc": "Partition."
              },
              {
                "name": "offset",
                "type": "long",
                "doc": "Offset."
              }
            ]
          }
        ],
        "default": null,
        "doc": "Where the original stands."
      },
      {
        "name": "contentDigest",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Digest of the refused content, when it could be computed."
      },
      {
        "name": "valueSha256",
        "type": "string",
        "doc": "Hex SHA-256 of the refused bytes."
      }
    ]
  },
  "DecisionResolved": {
    "type": "record",
    "name": "DecisionResolved",
    "namespace": "io.countersign",
    "doc": "The one verdict.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "decisionType",
        "type": "string",
        "doc": "The decision type."
      },
      {
        "name": "verdict",
        "type": "string",
        "doc": "approved, rejected or modified."
      },
      {
        "name": "resolvedBy",
        "type": "string",
        "doc": "routing or review."
      },
      {
        "name": "basis",
        "type": "string",
        "doc": "auto, passive, human, expiry, veto-window or erasure."
      },
      {
        "name": "reason",
        "type": "string",
        "doc": "In words."
      },
      {
        "name": "route",
        "type": "string",
        "doc": "Route."
      },
      {
        "name": "tier",
        "type": "string",
        "doc": "Tier."
      },
      {
        "name": "kind",
        "type": "string",
        "doc": "Case kind."
      },
      {
        "name": "acceptedAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When intake accepted it."
      },
      {
        "name": "signers",
        "type": {
          "type": "array",
          "items": "string"
        },
        "doc": "Individuals whose judgements made it."
      },
      {
        "name": "outputLabel",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Label of the output that is in force."
      },
      {
        "name": "modifiedOutput",
        "type": [
          "null",
          {
            "type": "record",
            "name": "Output",
            "doc": "What the AI decided.",
            "fields": [
              {
                "name": "label",
                "type": "string",
                "doc": "The answer as a label of the decision type."
              },
              {
                "name": "content",
                "type": [
                  "null",
                  "bytes"
                ],
                "default": null,
                "doc": "The output itself, where a label does not say it all."
              },
              {
                "name": "mediaType",
                "type": [
                  "null",
                  "string"
                ],
                "default": null,
                "doc": "Media type of content."
              }
            ]
          }
        ],
        "default": null,
        "doc": "The changed output when modified."
      },
      {
        "name": "taskIds",
        "type": {
          "type": "array",
          "items": "string"
        },
        "doc": "Tasks that led to it."
      },
      {
        "name": "contentDigest",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Hex SHA-256 of the accepted content that it is on, as in DecisionAccepted; null in verdicts from before there was one, and where the content was erased."
      }
    ]
  },
  "DecisionReversed": {
    "type": "record",
    "name": "DecisionReversed",
    "namespace": "io.countersign",
    "doc": "A verdict that was acted on is to be undone.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "decisionType",
        "type": "string",
        "doc": "The decision type."
      },
      {
        "name": "reason",
        "type": "string",
        "doc": "In words."
      },
      {
        "name": "taskId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Task that reversed it."
      },
      {
        "name": "resolvedEventId",
        "type": "string",
        "doc": "The verdict event."
      },
      {
        "name": "withinWindow",
        "type": "boolean",
        "doc": "Inside the reversal window."
      }
    ]
  },
  "DecisionRouted": {
    "type": "record",
    "name": "DecisionRouted",
    "namespace": "io.countersign",
    "doc": "Routing decided who looks, when and how.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "decisionType",
        "type": "string",
        "doc": "The decision type."
      },
      {
        "name": "acceptedAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When intake accepted it."
      },
      {
        "name": "classification",
        "type": {
          "type": "record",
          "name": "Classification",
          "doc": "Risk of one decision under one policy version.",
          "fields": [
            {
              "name": "severity",
              "type": "string",
              "doc": "low, moderate, high or catastrophic: the 95th-percentile outcome."
            },
            {
              "name": "reversibility",
              "type": "string",
              "doc": "reversible, costly or irreversible."
            },
            {
              "name": "quadrant",
              "type": "string",
              "doc": "Cell of the 2x2."
            },
            {
              "name": "oversight",
              "type": "string",
              "doc": "hootl, passive or active: the least the quadrant demands."
            },
            {
              "name": "tier",
              "type": "string",
              "doc": "Confidence band."
            },
            {
              "name": "point",
              "type": "string",
              "doc": "Intervention point the policy asks for."
            },
            {
              "name": "route",
              "type": "string",
              "doc": "Route the policy asks for."
            },
            {
              "name": "dual",
              "type": "boolean",
              "doc": "Dual sign-off demanded."
            },
            {
              "name": "confidence",
              "type": [
                "null",
                "double"
              ],
              "default": null,
              "doc": "As proposed."
            },
            {
              "name": "known",
              "type": "boolean",
              "doc": "False when no policy covers the type."
            },
            {
              "name": "matchedRules",
              "type": {
                "type": "array",
                "items": {
                  "type": "record",
                  "name": "MatchedRule",
                  "doc": "A rule that applied.",
                  "fields": [
                    {
                      "name": "id",
                      "type": "string",
                      "doc": "Rule id."
                    },
                    {
                      "name": "because",
                      "type": "string",
                      "doc": "Why the policy has it."
                    },
                    {
                      "name": "sets",
                      "type": {
                        "type": "map",
                        "values": "string"
                      },
                      "doc": "What it set."
                    }
                  ]
                }
              },
              "doc": "Rules that matched, in policy order."
            },
            {
              "name": "reasons",
              "type": {
                "type": "array",
                "items": "string"
              },
              "doc": "Sentences a person can read."
            }
          ]
        },
        "doc": "Classification."
      },
      {
        "name": "route",
        "type": "string",
        "doc": "auto, standard, senior or dual."
      },
      {
        "name": "point",
        "type": "string",
        "doc": "after, hold or before."
      },
      {
        "name": "tier",
        "type": "string",
        "doc": "Confidence tier."
      },
      {
        "name": "form",
        "type": "string",
        "doc": "shown, hidden or first-judge-then-see."
      },
      {
        "name": "queue",
        "type": "string",
        "doc": "Queue its tasks wait in."
      },
      {
        "name": "verdictBy",
        "type": "string",
        "doc": "routing or review."
      },
      {
        "name": "kind",
        "type": "string",
        "doc": "Case kind."
      },
      {
        "name": "dueAt",
        "type": [
          "null",
          {
            "type": "long",
            "logicalType": "timestamp-micros"
          }
        ],
        "default": null,
        "doc": "When a judgement is due."
      },
      {
        "name": "warnAt",
        "type": [
          "null",
          {
            "type": "long",
            "logicalType": "timestamp-micros"
          }
        ],
        "default": null,
        "doc": "When to warn."
      },
      {
        "name": "onExpiry",
        "type": "string",
        "doc": "escalate, reject, approve (only an unvetoed hold), reverse or lapse."
      },
      {
        "name": "escalateTo",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Route after escalation."
      },
      {
        "name": "holdUntil",
        "type": [
          "null",
          {
            "type": "long",
            "logicalType": "timestamp-micros"
          }
        ],
        "default": null,
        "doc": "End of the veto time."
      },
      {
        "name": "windowEndsAt",
        "type": [
          "null",
          {
            "type": "long",
            "logicalType": "timestamp-micros"
          }
        ],
        "default": null,
        "doc": "End of the reversal window."
      },
      {
        "name": "formDraw",
        "type": [
          "null",
          "double"
        ],
        "default": null,
        "doc": "The uniform number that chose the form."
      },
      {
        "name": "formKeyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Key version of that draw."
      },
      {
        "name": "reasons",
        "type": {
          "type": "array",
          "items": "string"
        },
        "doc": "Why this route, for people."
      },
      {
        "name": "subjectKind",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Kind of the data subject."
      },
      {
        "name": "subjectId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Id of the data subject."
      },
      {
        "name": "accepted",
        "type": "bytes",
        "doc": "The value of the DecisionAccepted event, framed, byte for byte."
      }
    ]
  },
  "ErasureApplied": {
    "type": "record",
    "name": "ErasureApplied",
    "namespace": "io.countersign",
    "doc": "A service has taken the content of an erased decision out of its rows, and nothing of it waits in its outbox.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "erasureId",
        "type": "string",
        "doc": "Names the erasure."
      },
      {
        "name": "service",
        "type": "string",
        "doc": "Which service."
      }
    ]
  },
  "ErasureApproved": {
    "type": "record",
    "name": "ErasureApproved",
    "namespace": "io.countersign",
    "doc": "A second privacy officer approved an erasure; it cannot be stopped any more.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "erasureId",
        "type": "string",
        "doc": "Names the erasure."
      },
      {
        "name": "subjectRef",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Hex of what stands for the subject, keyed; null where decisions or events were named."
      },
      {
        "name": "requestedBy",
        "type": "string",
        "doc": "Who asked for it."
      },
      {
        "name": "erasedThrough",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "Of a subject, what was accepted until then is erased."
      }
    ]
  },
  "ErasureCompleted": {
    "type": "record",
    "name": "ErasureCompleted",
    "namespace": "io.countersign",
    "doc": "All services have applied an erasure.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "erasureId",
        "type": "string",
        "doc": "Names the erasure."
      },
      {
        "name": "subjectRef",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Hex of what stands for the subject, keyed; null where decisions or events were named."
      },
      {
        "name": "requestedBy",
        "type": "string",
        "doc": "Who asked for it."
      },
      {
        "name": "approvedBy",
        "type": "string",
        "doc": "Who approved it."
      },
      {
        "name": "decisions",
        "type": "long",
        "doc": "How many decisions were erased."
      },
      {
        "name": "heldBack",
        "type": "long",
        "doc": "How many a legal hold kept."
      },
      {
        "name": "eventIds",
        "type": {
          "type": "array",
          "items": "string"
        },
        "doc": "The events, where they were named."
      }
    ]
  },
  "ErasureRefused": {
    "type": "record",
    "name": "ErasureRefused",
    "namespace": "io.countersign",
    "doc": "A second privacy officer refused an erasure.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "erasureId",
        "type": "string",
        "doc": "Names the erasure."
      },
      {
        "name": "subjectRef",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Hex of what stands for the subject, keyed; null where decisions or events were named."
      },
      {
        "name": "requestedBy",
        "type": "string",
        "doc": "Who asked for it."
      },
      {
        "name": "reason",
        "type": "string",
        "doc": "Why not."
      }
    ]
  },
  "ErasureRequested": {
    "type": "record",
    "name": "ErasureRequested",
    "namespace": "io.countersign",
    "doc": "Somebody asked for the erasure of a subject, of decisions, or of events that belong to no decision.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "erasureId",
        "type": "string",
        "doc": "Names the erasure."
      },
      {
        "name": "subjectRef",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Hex of what stands for the subject, keyed; null where decisions or events were named."
      },
      {
        "name": "decisionIds",
        "type": {
          "type": "array",
          "items": "string"
        },
        "doc": "The decisions, where they were named."
      },
      {
        "name": "eventIds",
        "type": {
          "type": "array",
          "items": "string"
        },
        "doc": "The events, where they were named."
      },
      {
        "name": "reason",
        "type": "string",
        "doc": "Why, in words that do not name the subject."
      }
    ]
  },
  "ExportBegun": {
    "type": "record",
    "name": "ExportBegun",
    "namespace": "io.countersign",
    "doc": "Audit data is about to leave as a stream. Recorded before its first byte; ExportMade with the same id follows when it ends.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "exportId",
        "type": "string",
        "doc": "Names the stream."
      },
      {
        "name": "format",
        "type": "string",
        "doc": "jsonl or csv."
      },
      {
        "name": "filter",
        "type": "string",
        "doc": "The filter, as a query string."
      },
      {
        "name": "disclosed",
        "type": "boolean",
        "doc": "True where content leaves in the clear."
      },
      {
        "name": "reason",
        "type": "string",
        "doc": "Why it was asked for, in the words of whoever did."
      }
    ]
  },
  "ExportFetched": {
    "type": "record",
    "name": "ExportFetched",
    "namespace": "io.countersign",
    "doc": "Somebody took a file of an export away.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "exportId",
        "type": "string",
        "doc": "The export."
      },
      {
        "name": "format",
        "type": "string",
        "doc": "bundle, csv, parquet or pdf."
      },
      {
        "name": "sha256",
        "type": "string",
        "doc": "Hex SHA-256 of the file."
      },
      {
        "name": "disclosed",
        "type": "boolean",
        "doc": "True where content left in the clear."
      }
    ]
  },
  "ExportMade": {
    "type": "record",
    "name": "ExportMade",
    "namespace": "io.countersign",
    "doc": "Audit data left the system.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "format",
        "type": "string",
        "doc": "jsonl or csv of a stream; bundle, csv, parquet or pdf of a file."
      },
      {
        "name": "filter",
        "type": "string",
        "doc": "The filter, as a query string."
      },
      {
        "name": "records",
        "type": "long",
        "doc": "How many events are in it."
      },
      {
        "name": "exportId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The export whose file it is, or the stream that ExportBegun told of."
      },
      {
        "name": "kind",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "case, range or search; null for a stream."
      },
      {
        "name": "bytes",
        "type": [
          "null",
          "long"
        ],
        "default": null,
        "doc": "Bytes that left."
      },
      {
        "name": "sha256",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Hex SHA-256 of what left."
      },
      {
        "name": "disclosed",
        "type": [
          "null",
          "boolean"
        ],
        "default": null,
        "doc": "True where content left in the clear."
      },
      {
        "name": "reason",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Why it was asked for, in the words of whoever did."
      }
    ]
  },
  "FeedbackRecorded": {
    "type": "record",
    "name": "FeedbackRecorded",
    "namespace": "io.countersign",
    "doc": "A correction for model training.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "decisionType",
        "type": "string",
        "doc": "The decision type."
      },
      {
        "name": "source",
        "type": "string",
        "doc": "override, spot-check or outcome."
      },
      {
        "name": "outputLabel",
        "type": "string",
        "doc": "What the AI said."
      },
      {
        "name": "correctedLabel",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "What it should have said."
      },
      {
        "name": "confidence",
        "type": [
          "null",
          "double"
        ],
        "default": null,
        "doc": "Confidence."
      },
      {
        "name": "tier",
        "type": "string",
        "doc": "Tier."
      },
      {
        "name": "modelName",
        "type": "string",
        "doc": "Model."
      },
      {
        "name": "modelVersion",
        "type": "string",
        "doc": "Version."
      },
      {
        "name": "reasonCodes",
        "type": {
          "type": "array",
          "items": "string"
        },
        "doc": "Codes."
      }
    ]
  },
  "FindingOpened": {
    "type": "record",
    "name": "FindingOpened",
    "namespace": "io.countersign",
    "doc": "Two judges who saw neither the AI nor each other contradicted what was decided: an error for supervisors to settle.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "findingId",
        "type": "string",
        "doc": "The finding."
      },
      {
        "name": "kind",
        "type": "string",
        "doc": "spot-check or re-review: what found it; never shown to reviewers."
      },
      {
        "name": "decisionType",
        "type": "string",
        "doc": "The decision type."
      },
      {
        "name": "taskIds",
        "type": {
          "type": "array",
          "items": "string"
        },
        "doc": "Their tasks."
      },
      {
        "name": "reversibleUntil",
        "type": [
          "null",
          {
            "type": "long",
            "logicalType": "timestamp-micros"
          }
        ],
        "default": null,
        "doc": "Until when it can be reversed; null where nothing is left to reverse."
      }
    ]
  },
  "FindingSettled": {
    "type": "record",
    "name": "FindingSettled",
    "namespace": "io.countersign",
    "doc": "A supervisor settled a confirmed error, or closed the incident that it became.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "findingId",
        "type": "string",
        "doc": "The finding."
      },
      {
        "name": "kind",
        "type": "string",
        "doc": "spot-check or re-review: what found it; never shown to reviewers."
      },
      {
        "name": "decisionType",
        "type": "string",
        "doc": "The decision type."
      },
      {
        "name": "state",
        "type": "string",
        "doc": "reversed, incident, dismissed or closed."
      },
      {
        "name": "note",
        "type": "string",
        "doc": "Why, in words."
      },
      {
        "name": "owner",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Who sees to the incident."
      },
      {
        "name": "dueAt",
        "type": [
          "null",
          {
            "type": "long",
            "logicalType": "timestamp-micros"
          }
        ],
        "default": null,
        "doc": "By when."
      },
      {
        "name": "disposition",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "What is to be done."
      }
    ]
  },
  "FirstJudgementSubmitted": {
    "type": "record",
    "name": "FirstJudgementSubmitted",
    "namespace": "io.countersign",
    "doc": "A reviewer answered before anything of the AI was shown: final as it stands, and kept beside the judgement that counts.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "taskId",
        "type": "string",
        "doc": "The task."
      },
      {
        "name": "kind",
        "type": "string",
        "doc": "Case kind, for auditors; never shown to reviewers."
      },
      {
        "name": "queue",
        "type": "string",
        "doc": "Queue."
      },
      {
        "name": "reviewer",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The individual."
      },
      {
        "name": "fence",
        "type": "long",
        "default": 0,
        "doc": "Fencing token of the claim."
      },
      {
        "name": "form",
        "type": "string",
        "doc": "shown, hidden or first-judge-then-see."
      },
      {
        "name": "decisionType",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision type."
      },
      {
        "name": "route",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Route."
      },
      {
        "name": "tier",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Tier."
      },
      {
        "name": "judgementId",
        "type": "string",
        "doc": "Id."
      },
      {
        "name": "decision",
        "type": "string",
        "doc": "answer, or reject where none could be given."
      },
      {
        "name": "answer",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The answer; null where none could be given."
      },
      {
        "name": "reasonCodes",
        "type": {
          "type": "array",
          "items": "string"
        },
        "doc": "Policy-defined codes."
      },
      {
        "name": "reasoning",
        "type": "string",
        "doc": "Free text, required."
      },
      {
        "name": "presentationDigest",
        "type": "string",
        "doc": "What was shown until then."
      },
      {
        "name": "activeTimeMs",
        "type": "long",
        "doc": "Time with focus."
      },
      {
        "name": "wallTimeMs",
        "type": "long",
        "doc": "Time since painted."
      },
      {
        "name": "fast",
        "type": "boolean",
        "doc": "Under five seconds."
      },
      {
        "name": "repeated",
        "type": "boolean",
        "doc": "Reasoning repeats earlier text."
      },
      {
        "name": "override",
        "type": "boolean",
        "doc": "Differs from the AI's output, which was not shown."
      },
      {
        "name": "outputLabel",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI's output."
      }
    ]
  },
  "JudgementFinalised": {
    "type": "record",
    "name": "JudgementFinalised",
    "namespace": "io.countersign",
    "doc": "The judgement counts.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "taskId",
        "type": "string",
        "doc": "The task."
      },
      {
        "name": "kind",
        "type": "string",
        "doc": "Case kind, for auditors; never shown to reviewers."
      },
      {
        "name": "queue",
        "type": "string",
        "doc": "Queue."
      },
      {
        "name": "reviewer",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The individual."
      },
      {
        "name": "fence",
        "type": "long",
        "default": 0,
        "doc": "Fencing token of the claim."
      },
      {
        "name": "form",
        "type": "string",
        "doc": "shown, hidden or first-judge-then-see."
      },
      {
        "name": "decisionType",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision type."
      },
      {
        "name": "route",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Route."
      },
      {
        "name": "tier",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Tier."
      },
      {
        "name": "judgementId",
        "type": "string",
        "doc": "Id."
      },
      {
        "name": "decision",
        "type": "string",
        "doc": "Decision."
      },
      {
        "name": "override",
        "type": "boolean",
        "doc": "Differs from the AI's output."
      },
      {
        "name": "activeTimeMs",
        "type": "long",
        "doc": "Active time."
      },
      {
        "name": "fast",
        "type": "boolean",
        "doc": "Under five seconds."
      },
      {
        "name": "slaMet",
        "type": [
          "null",
          "boolean"
        ],
        "default": null,
        "doc": "Judged before due."
      },
      {
        "name": "ruleIds",
        "type": {
          "type": "array",
          "items": "string"
        },
        "default": [],
        "doc": "Rules that brought it here."
      },
      {
        "name": "contradicts",
        "type": [
          "null",
          "boolean"
        ],
        "default": null,
        "doc": "For monitored work: contradicts the verdict."
      },
      {
        "name": "firstOverride",
        "type": [
          "null",
          "boolean"
        ],
        "default": null,
        "doc": "Did the answer that this reviewer gave before seeing the AI's output differ from it? Null where there was none."
      }
    ]
  },
  "JudgementSubmitted": {
    "type": "record",
    "name": "JudgementSubmitted",
    "namespace": "io.countersign",
    "doc": "A judgement, pending until its undo window passed.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "taskId",
        "type": "string",
        "doc": "The task."
      },
      {
        "name": "kind",
        "type": "string",
        "doc": "Case kind, for auditors; never shown to reviewers."
      },
      {
        "name": "queue",
        "type": "string",
        "doc": "Queue."
      },
      {
        "name": "reviewer",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The individual."
      },
      {
        "name": "fence",
        "type": "long",
        "default": 0,
        "doc": "Fencing token of the claim."
      },
      {
        "name": "form",
        "type": "string",
        "doc": "shown, hidden or first-judge-then-see."
      },
      {
        "name": "decisionType",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision type."
      },
      {
        "name": "route",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Route."
      },
      {
        "name": "tier",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Tier."
      },
      {
        "name": "judgementId",
        "type": "string",
        "doc": "Id."
      },
      {
        "name": "decision",
        "type": "string",
        "doc": "approve, reject, modify or answer."
      },
      {
        "name": "answer",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The answer of the hidden form."
      },
      {
        "name": "reasonCodes",
        "type": {
          "type": "array",
          "items": "string"
        },
        "doc": "Policy-defined codes."
      },
      {
        "name": "reasoning",
        "type": "string",
        "doc": "Free text, required."
      },
      {
        "name": "modifiedOutput",
        "type": [
          "null",
          {
            "type": "record",
            "name": "Output",
            "doc": "What the AI decided.",
            "fields": [
              {
                "name": "label",
                "type": "string",
                "doc": "The answer as a label of the decision type."
              },
              {
                "name": "content",
                "type": [
                  "null",
                  "bytes"
                ],
                "default": null,
                "doc": "The output itself, where a label does not say it all."
              },
              {
                "name": "mediaType",
                "type": [
                  "null",
                  "string"
                ],
                "default": null,
                "doc": "Media type of content."
              }
            ]
          }
        ],
        "default": null,
        "doc": "Changed output."
      },
      {
        "name": "presentationDigest",
        "type": "string",
        "doc": "What was shown."
      },
      {
        "name": "activeTimeMs",
        "type": "long",
        "doc": "Time with focus."
      },
      {
        "name": "wallTimeMs",
        "type": "long",
        "doc": "Time since painted."
      },
      {
        "name": "fast",
        "type": "boolean",
        "doc": "Under five seconds."
      },
      {
        "name": "repeated",
        "type": "boolean",
        "doc": "Reasoning repeats earlier text."
      },
      {
        "name": "override",
        "type": "boolean",
        "doc": "Differs from the AI's output."
      },
      {
        "name": "outputLabel",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI's output."
      },
      {
        "name": "confidenceShown",
        "type": [
          "null",
          "double"
        ],
        "default": null,
        "doc": "Confidence as shown; null when hidden."
      },
      {
        "name": "tierShown",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Tier as shown; null when hidden."
      },
      {
        "name": "finalAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it becomes final."
      }
    ]
  },
  "JudgementWithdrawn": {
    "type": "record",
    "name": "JudgementWithdrawn",
    "namespace": "io.countersign",
    "doc": "Undone inside the undo window.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "taskId",
        "type": "string",
        "doc": "The task."
      },
      {
        "name": "kind",
        "type": "string",
        "doc": "Case kind, for auditors; never shown to reviewers."
      },
      {
        "name": "queue",
        "type": "string",
        "doc": "Queue."
      },
      {
        "name": "reviewer",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The individual."
      },
      {
        "name": "fence",
        "type": "long",
        "default": 0,
        "doc": "Fencing token of the claim."
      },
      {
        "name": "form",
        "type": "string",
        "doc": "shown, hidden or first-judge-then-see."
      },
      {
        "name": "decisionType",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision type."
      },
      {
        "name": "route",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Route."
      },
      {
        "name": "tier",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Tier."
      },
      {
        "name": "judgementId",
        "type": "string",
        "doc": "Id."
      }
    ]
  },
  "LegalHoldLifted": {
    "type": "record",
    "name": "LegalHoldLifted",
    "namespace": "io.countersign",
    "doc": "Two people lifted a legal hold.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "holdId",
        "type": "string",
        "doc": "Names the hold."
      },
      {
        "name": "askedBy",
        "type": "string",
        "doc": "Who asked for it; the actor agreed."
      },
      {
        "name": "reason",
        "type": "string",
        "doc": "Why, in words that do not name the subject."
      }
    ]
  },
  "LegalHoldPlaced": {
    "type": "record",
    "name": "LegalHoldPlaced",
    "namespace": "io.countersign",
    "doc": "Nothing of this may be erased, nor fall to retention, until the hold is lifted.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "holdId",
        "type": "string",
        "doc": "Names the hold."
      },
      {
        "name": "subjectRef",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Hex of what stands for the subject, keyed."
      },
      {
        "name": "decisionIds",
        "type": {
          "type": "array",
          "items": "string"
        },
        "doc": "The decisions, where they were named."
      },
      {
        "name": "decisionType",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision type, where a range of it is held."
      },
      {
        "name": "heldFrom",
        "type": [
          "null",
          {
            "type": "long",
            "logicalType": "timestamp-micros"
          }
        ],
        "default": null,
        "doc": "Accepted at or after."
      },
      {
        "name": "heldTo",
        "type": [
          "null",
          {
            "type": "long",
            "logicalType": "timestamp-micros"
          }
        ],
        "default": null,
        "doc": "Accepted before."
      },
      {
        "name": "reason",
        "type": "string",
        "doc": "Why, in words that do not name the subject."
      }
    ]
  },
  "LogKeyChanged": {
    "type": "record",
    "name": "LogKeyChanged",
    "namespace": "io.countersign",
    "doc": "A key that signs checkpoints of the audit log came into use, or went out of it.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "origin",
        "type": "string",
        "doc": "Names the log."
      },
      {
        "name": "verifierKey",
        "type": "string",
        "doc": "The public key as auditors know it: name, id and key (C2SP signed-note)."
      },
      {
        "name": "change",
        "type": "string",
        "doc": "added or retired."
      }
    ]
  },
  "NoticeRead": {
    "type": "record",
    "name": "NoticeRead",
    "namespace": "io.countersign",
    "doc": "A person was told how their work is checked, and said so.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "sessionId",
        "type": "string",
        "doc": "The session in which it was read."
      },
      {
        "name": "notice",
        "type": "string",
        "doc": "The text as it was shown."
      }
    ]
  },
  "OutcomeRecorded": {
    "type": "record",
    "name": "OutcomeRecorded",
    "namespace": "io.countersign",
    "doc": "What turned out to be true.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "outcome",
        "type": "string",
        "doc": "The true label."
      },
      {
        "name": "observedAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it was known."
      },
      {
        "name": "source",
        "type": "string",
        "doc": "Who says so."
      },
      {
        "name": "decisionType",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Type."
      }
    ]
  },
  "PersonChanged": {
    "type": "record",
    "name": "PersonChanged",
    "namespace": "io.countersign",
    "doc": "A reviewer account.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "personId",
        "type": "string",
        "doc": "Who."
      },
      {
        "name": "displayName",
        "type": "string",
        "doc": "Name."
      },
      {
        "name": "roles",
        "type": {
          "type": "array",
          "items": "string"
        },
        "doc": "Roles."
      },
      {
        "name": "queues",
        "type": {
          "type": "array",
          "items": "string"
        },
        "doc": "Qualifications; * is every queue."
      },
      {
        "name": "available",
        "type": "boolean",
        "doc": "Takes new work: active and not away."
      },
      {
        "name": "active",
        "type": [
          "null",
          "boolean"
        ],
        "default": null,
        "doc": "Entered as active; null in events of releases that did not tell it from available."
      },
      {
        "name": "claimsMax",
        "type": [
          "null",
          "int"
        ],
        "default": null,
        "doc": "How many tasks they may hold at once; null is the setting."
      },
      {
        "name": "reason",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Why their availability was changed, where somebody said so."
      }
    ]
  },
  "PolicyActivated": {
    "type": "record",
    "name": "PolicyActivated",
    "namespace": "io.countersign",
    "doc": "The version is in force from occurredAt on.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "decisionType",
        "type": "string",
        "doc": "The decision type."
      },
      {
        "name": "version",
        "type": "string",
        "doc": "Version."
      },
      {
        "name": "text",
        "type": "string",
        "doc": "The YAML."
      },
      {
        "name": "activationId",
        "type": "string",
        "doc": "Rises with time."
      },
      {
        "name": "proposedBy",
        "type": "string",
        "doc": "Who proposed."
      },
      {
        "name": "approvedBy",
        "type": "string",
        "doc": "Who approved."
      },
      {
        "name": "activatedBy",
        "type": "string",
        "doc": "Who activated."
      },
      {
        "name": "note",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Why; null in events from before it was kept."
      }
    ]
  },
  "PolicyApproved": {
    "type": "record",
    "name": "PolicyApproved",
    "namespace": "io.countersign",
    "doc": "A second person approved.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "decisionType",
        "type": "string",
        "doc": "The decision type."
      },
      {
        "name": "version",
        "type": "string",
        "doc": "Version."
      },
      {
        "name": "text",
        "type": "string",
        "doc": "The YAML."
      },
      {
        "name": "proposedBy",
        "type": "string",
        "doc": "Who proposed."
      },
      {
        "name": "approvedBy",
        "type": "string",
        "doc": "Who approved."
      },
      {
        "name": "note",
        "type": "string",
        "doc": "Why."
      }
    ]
  },
  "PolicyProposed": {
    "type": "record",
    "name": "PolicyProposed",
    "namespace": "io.countersign",
    "doc": "A policy version is proposed.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "decisionType",
        "type": "string",
        "doc": "The decision type."
      },
      {
        "name": "version",
        "type": "string",
        "doc": "sha256:hex"
      },
      {
        "name": "text",
        "type": "string",
        "doc": "The YAML."
      },
      {
        "name": "note",
        "type": "string",
        "doc": "Why."
      },
      {
        "name": "proposedBy",
        "type": "string",
        "doc": "Who."
      }
    ]
  },
  "PolicyWithdrawn": {
    "type": "record",
    "name": "PolicyWithdrawn",
    "namespace": "io.countersign",
    "doc": "A version that may no longer be activated.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "decisionType",
        "type": "string",
        "doc": "The decision type."
      },
      {
        "name": "version",
        "type": "string",
        "doc": "Version."
      },
      {
        "name": "withdrawnBy",
        "type": "string",
        "doc": "Who."
      },
      {
        "name": "note",
        "type": "string",
        "doc": "Why."
      }
    ]
  },
  "RetentionApplied": {
    "type": "record",
    "name": "RetentionApplied",
    "namespace": "io.countersign",
    "doc": "Rows of a day left the log after they were exported; their leaf hashes stay.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "day",
        "type": "string",
        "doc": "Of recording, UTC, YYYY-MM-DD."
      },
      {
        "name": "firstIndex",
        "type": [
          "null",
          "long"
        ],
        "default": null,
        "doc": "First index of the log that is covered; null where nothing of the day was on it."
      },
      {
        "name": "lastIndex",
        "type": [
          "null",
          "long"
        ],
        "default": null,
        "doc": "Last one."
      },
      {
        "name": "records",
        "type": "long",
        "doc": "How many rows."
      },
      {
        "name": "exportSha256",
        "type": "string",
        "doc": "Hex SHA-256 of the export."
      },
      {
        "name": "exportBytes",
        "type": "long",
        "doc": "Its length."
      },
      {
        "name": "decisionTypes",
        "type": {
          "type": "array",
          "items": "string"
        },
        "doc": "The types of the rows."
      },
      {
        "name": "ruleDays",
        "type": "long",
        "doc": "The longest rule that applied, in days."
      }
    ]
  },
  "RetentionRuleChanged": {
    "type": "record",
    "name": "RetentionRuleChanged",
    "namespace": "io.countersign",
    "doc": "Two people changed for how long records of a decision type are kept.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "decisionType",
        "type": "string",
        "doc": "The decision type; * is what belongs to none, and every type without a rule."
      },
      {
        "name": "keepDays",
        "type": [
          "null",
          "int"
        ],
        "default": null,
        "doc": "Days; null keeps for ever."
      },
      {
        "name": "askedBy",
        "type": "string",
        "doc": "Who asked for it; the actor agreed."
      }
    ]
  },
  "SamplingKeyChanged": {
    "type": "record",
    "name": "SamplingKeyChanged",
    "namespace": "io.countersign",
    "doc": "A sampling key becomes valid.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "keyVersion",
        "type": "string",
        "doc": "Version."
      },
      {
        "name": "commitment",
        "type": "string",
        "doc": "Hex SHA-256 of the key."
      },
      {
        "name": "validFrom",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "From."
      },
      {
        "name": "validTo",
        "type": [
          "null",
          {
            "type": "long",
            "logicalType": "timestamp-micros"
          }
        ],
        "default": null,
        "doc": "To."
      }
    ]
  },
  "SessionEnded": {
    "type": "record",
    "name": "SessionEnded",
    "namespace": "io.countersign",
    "doc": "A session ended otherwise than by signing out; the actor is who ended it, null where a rule did.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "sessionId",
        "type": "string",
        "doc": "The session that ended."
      },
      {
        "name": "personId",
        "type": "string",
        "doc": "Whose it was."
      },
      {
        "name": "because",
        "type": "string",
        "doc": "revoked: by its owner. ended-by-admin. too-many: the oldest gives way. replaced: signed in anew in the same browser. expired. inactive: the person is not active any more."
      }
    ]
  },
  "SignedIn": {
    "type": "record",
    "name": "SignedIn",
    "namespace": "io.countersign",
    "doc": "A person signed in; the actor is that person.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "sessionId",
        "type": "string",
        "doc": "The session that began; tokens name it as sid."
      },
      {
        "name": "issuer",
        "type": "string",
        "doc": "The identity provider that vouched."
      },
      {
        "name": "address",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Where from, as the proxy told."
      },
      {
        "name": "entered",
        "type": "boolean",
        "doc": "True where this sign-in entered the person into the register."
      }
    ]
  },
  "SignedOut": {
    "type": "record",
    "name": "SignedOut",
    "namespace": "io.countersign",
    "doc": "A person signed out.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "sessionId",
        "type": "string",
        "doc": "The session that ended."
      }
    ]
  },
  "SpotCheckSelected": {
    "type": "record",
    "name": "SpotCheckSelected",
    "namespace": "io.countersign",
    "doc": "A keyed draw chose a decision for monitoring.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "decisionType",
        "type": "string",
        "doc": "The decision type."
      },
      {
        "name": "kind",
        "type": "string",
        "doc": "spot-check, re-review or scheduled-audit."
      },
      {
        "name": "stratum",
        "type": "string",
        "doc": "system/type/tier."
      },
      {
        "name": "purpose",
        "type": "string",
        "doc": "Purpose string of the draw."
      },
      {
        "name": "probability",
        "type": "double",
        "doc": "Rate of the stratum."
      },
      {
        "name": "draw",
        "type": "double",
        "doc": "The uniform number drawn."
      },
      {
        "name": "keyVersion",
        "type": "string",
        "doc": "Sampling key version."
      },
      {
        "name": "acceptedAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When intake accepted it."
      },
      {
        "name": "route",
        "type": "string",
        "doc": "Route."
      },
      {
        "name": "tier",
        "type": "string",
        "doc": "Tier."
      },
      {
        "name": "queue",
        "type": "string",
        "doc": "Queue."
      },
      {
        "name": "dueAt",
        "type": [
          "null",
          {
            "type": "long",
            "logicalType": "timestamp-micros"
          }
        ],
        "default": null,
        "doc": "When a judgement is due."
      },
      {
        "name": "windowEndsAt",
        "type": [
          "null",
          {
            "type": "long",
            "logicalType": "timestamp-micros"
          }
        ],
        "default": null,
        "doc": "End of the reversal window."
      },
      {
        "name": "outputLabel",
        "type": "string",
        "doc": "The output under check."
      },
      {
        "name": "subjectKind",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Kind of the data subject."
      },
      {
        "name": "subjectId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Id of the data subject."
      },
      {
        "name": "accepted",
        "type": "bytes",
        "doc": "The value of the DecisionAccepted event, framed, byte for byte."
      }
    ]
  },
  "TaskClaimed": {
    "type": "record",
    "name": "TaskClaimed",
    "namespace": "io.countersign",
    "doc": "A reviewer holds the task.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "taskId",
        "type": "string",
        "doc": "The task."
      },
      {
        "name": "kind",
        "type": "string",
        "doc": "Case kind, for auditors; never shown to reviewers."
      },
      {
        "name": "queue",
        "type": "string",
        "doc": "Queue."
      },
      {
        "name": "reviewer",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The individual."
      },
      {
        "name": "fence",
        "type": "long",
        "default": 0,
        "doc": "Fencing token of the claim."
      },
      {
        "name": "form",
        "type": "string",
        "doc": "shown, hidden or first-judge-then-see."
      },
      {
        "name": "decisionType",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision type."
      },
      {
        "name": "route",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Route."
      },
      {
        "name": "tier",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Tier."
      },
      {
        "name": "expiresAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When the claim ends without a heartbeat."
      },
      {
        "name": "prefetched",
        "type": [
          "null",
          "boolean"
        ],
        "default": null,
        "doc": "A pre-claim: short, and an ordinary claim only once the task is on the screen (TaskPresented). Null in events of earlier releases."
      }
    ]
  },
  "TaskClosed": {
    "type": "record",
    "name": "TaskClosed",
    "namespace": "io.countersign",
    "doc": "No more work on this task.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "taskId",
        "type": "string",
        "doc": "The task."
      },
      {
        "name": "kind",
        "type": "string",
        "doc": "Case kind, for auditors; never shown to reviewers."
      },
      {
        "name": "queue",
        "type": "string",
        "doc": "Queue."
      },
      {
        "name": "reviewer",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The individual."
      },
      {
        "name": "fence",
        "type": "long",
        "default": 0,
        "doc": "Fencing token of the claim."
      },
      {
        "name": "form",
        "type": "string",
        "doc": "shown, hidden or first-judge-then-see."
      },
      {
        "name": "decisionType",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision type."
      },
      {
        "name": "route",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Route."
      },
      {
        "name": "tier",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Tier."
      },
      {
        "name": "outcome",
        "type": "string",
        "doc": "judged, expired, lapsed, superseded or erased."
      },
      {
        "name": "reason",
        "type": "string",
        "doc": "In words."
      },
      {
        "name": "slaMet",
        "type": [
          "null",
          "boolean"
        ],
        "default": null,
        "doc": "Closed before due."
      }
    ]
  },
  "TaskEscalated": {
    "type": "record",
    "name": "TaskEscalated",
    "namespace": "io.countersign",
    "doc": "Moved to a more senior queue.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "taskId",
        "type": "string",
        "doc": "The task."
      },
      {
        "name": "kind",
        "type": "string",
        "doc": "Case kind, for auditors; never shown to reviewers."
      },
      {
        "name": "queue",
        "type": "string",
        "doc": "Queue."
      },
      {
        "name": "reviewer",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The individual."
      },
      {
        "name": "fence",
        "type": "long",
        "default": 0,
        "doc": "Fencing token of the claim."
      },
      {
        "name": "form",
        "type": "string",
        "doc": "shown, hidden or first-judge-then-see."
      },
      {
        "name": "decisionType",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision type."
      },
      {
        "name": "route",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Route."
      },
      {
        "name": "tier",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Tier."
      },
      {
        "name": "toRoute",
        "type": "string",
        "doc": "New route."
      },
      {
        "name": "note",
        "type": "string",
        "doc": "Why."
      },
      {
        "name": "automatic",
        "type": "boolean",
        "doc": "By the SLA timer."
      },
      {
        "name": "toQueue",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The queue that it waits in from now on; null in events of older releases."
      },
      {
        "name": "dueAt",
        "type": [
          "null",
          {
            "type": "long",
            "logicalType": "timestamp-micros"
          }
        ],
        "default": null,
        "doc": "Its deadline from now on; null in events of older releases."
      }
    ]
  },
  "TaskHeld": {
    "type": "record",
    "name": "TaskHeld",
    "namespace": "io.countersign",
    "doc": "Put aside until a time.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "taskId",
        "type": "string",
        "doc": "The task."
      },
      {
        "name": "kind",
        "type": "string",
        "doc": "Case kind, for auditors; never shown to reviewers."
      },
      {
        "name": "queue",
        "type": "string",
        "doc": "Queue."
      },
      {
        "name": "reviewer",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The individual."
      },
      {
        "name": "fence",
        "type": "long",
        "default": 0,
        "doc": "Fencing token of the claim."
      },
      {
        "name": "form",
        "type": "string",
        "doc": "shown, hidden or first-judge-then-see."
      },
      {
        "name": "decisionType",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision type."
      },
      {
        "name": "route",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Route."
      },
      {
        "name": "tier",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Tier."
      },
      {
        "name": "until",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "Back in the queue then."
      },
      {
        "name": "reason",
        "type": "string",
        "doc": "Why."
      }
    ]
  },
  "TaskOpened": {
    "type": "record",
    "name": "TaskOpened",
    "namespace": "io.countersign",
    "doc": "A piece of review work exists.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "taskId",
        "type": "string",
        "doc": "The task."
      },
      {
        "name": "kind",
        "type": "string",
        "doc": "Case kind, for auditors; never shown to reviewers."
      },
      {
        "name": "queue",
        "type": "string",
        "doc": "Queue."
      },
      {
        "name": "reviewer",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The individual."
      },
      {
        "name": "fence",
        "type": "long",
        "default": 0,
        "doc": "Fencing token of the claim."
      },
      {
        "name": "form",
        "type": "string",
        "doc": "shown, hidden or first-judge-then-see."
      },
      {
        "name": "decisionType",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision type."
      },
      {
        "name": "route",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Route."
      },
      {
        "name": "tier",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Tier."
      },
      {
        "name": "severity",
        "type": "string",
        "doc": "Severity."
      },
      {
        "name": "seat",
        "type": "int",
        "doc": "1, 2; 3 is adjudication."
      },
      {
        "name": "dueAt",
        "type": [
          "null",
          {
            "type": "long",
            "logicalType": "timestamp-micros"
          }
        ],
        "default": null,
        "doc": "Due."
      },
      {
        "name": "warnAt",
        "type": [
          "null",
          {
            "type": "long",
            "logicalType": "timestamp-micros"
          }
        ],
        "default": null,
        "doc": "Warn."
      },
      {
        "name": "reasons",
        "type": {
          "type": "array",
          "items": "string"
        },
        "doc": "Why."
      },
      {
        "name": "ruleIds",
        "type": {
          "type": "array",
          "items": "string"
        },
        "default": [],
        "doc": "Rules that brought it here."
      }
    ]
  },
  "TaskPresented": {
    "type": "record",
    "name": "TaskPresented",
    "namespace": "io.countersign",
    "doc": "What the reviewer was shown was painted.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "taskId",
        "type": "string",
        "doc": "The task."
      },
      {
        "name": "kind",
        "type": "string",
        "doc": "Case kind, for auditors; never shown to reviewers."
      },
      {
        "name": "queue",
        "type": "string",
        "doc": "Queue."
      },
      {
        "name": "reviewer",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The individual."
      },
      {
        "name": "fence",
        "type": "long",
        "default": 0,
        "doc": "Fencing token of the claim."
      },
      {
        "name": "form",
        "type": "string",
        "doc": "shown, hidden or first-judge-then-see."
      },
      {
        "name": "decisionType",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision type."
      },
      {
        "name": "route",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Route."
      },
      {
        "name": "tier",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Tier."
      },
      {
        "name": "presentationDigest",
        "type": "string",
        "doc": "Hex SHA-256 of the presentation."
      },
      {
        "name": "paintedAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "Painted."
      }
    ]
  },
  "TaskReassigned": {
    "type": "record",
    "name": "TaskReassigned",
    "namespace": "io.countersign",
    "doc": "Handed over to a named person by its holder, or given to somebody, or back to everybody, by a supervisor. A claim on it ended.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The holder or the supervisor who did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "taskId",
        "type": "string",
        "doc": "The task."
      },
      {
        "name": "kind",
        "type": "string",
        "doc": "Case kind, for auditors; never shown to reviewers."
      },
      {
        "name": "queue",
        "type": "string",
        "doc": "Queue."
      },
      {
        "name": "reviewer",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Whose claim ended; null where nobody held it."
      },
      {
        "name": "fence",
        "type": "long",
        "default": 0,
        "doc": "Fencing token of the claim."
      },
      {
        "name": "form",
        "type": "string",
        "doc": "shown or hidden."
      },
      {
        "name": "decisionType",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision type."
      },
      {
        "name": "route",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Route."
      },
      {
        "name": "tier",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Tier."
      },
      {
        "name": "to",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person it is for; null: everybody."
      },
      {
        "name": "reservedUntil",
        "type": [
          "null",
          {
            "type": "long",
            "logicalType": "timestamp-micros"
          }
        ],
        "default": null,
        "doc": "Until when it is that person's alone; null where it is nobody's."
      },
      {
        "name": "reserved",
        "type": "boolean",
        "default": false,
        "doc": "False where nobody was named, and where the person named may not work this task (too junior, or a part in the decision already): then it waits for whoever may."
      },
      {
        "name": "reason",
        "type": "string",
        "doc": "Why."
      }
    ]
  },
  "TaskReleased": {
    "type": "record",
    "name": "TaskReleased",
    "namespace": "io.countersign",
    "doc": "The claim ended without a judgement.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "taskId",
        "type": "string",
        "doc": "The task."
      },
      {
        "name": "kind",
        "type": "string",
        "doc": "Case kind, for auditors; never shown to reviewers."
      },
      {
        "name": "queue",
        "type": "string",
        "doc": "Queue."
      },
      {
        "name": "reviewer",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The individual."
      },
      {
        "name": "fence",
        "type": "long",
        "default": 0,
        "doc": "Fencing token of the claim."
      },
      {
        "name": "form",
        "type": "string",
        "doc": "shown, hidden or first-judge-then-see."
      },
      {
        "name": "decisionType",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision type."
      },
      {
        "name": "route",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Route."
      },
      {
        "name": "tier",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Tier."
      },
      {
        "name": "reason",
        "type": "string",
        "doc": "Why."
      }
    ]
  },
  "TaskWarned": {
    "type": "record",
    "name": "TaskWarned",
    "namespace": "io.countersign",
    "doc": "The SLA warning time passed.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "taskId",
        "type": "string",
        "doc": "The task."
      },
      {
        "name": "kind",
        "type": "string",
        "doc": "Case kind, for auditors; never shown to reviewers."
      },
      {
        "name": "queue",
        "type": "string",
        "doc": "Queue."
      },
      {
        "name": "reviewer",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The individual."
      },
      {
        "name": "fence",
        "type": "long",
        "default": 0,
        "doc": "Fencing token of the claim."
      },
      {
        "name": "form",
        "type": "string",
        "doc": "shown, hidden or first-judge-then-see."
      },
      {
        "name": "decisionType",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision type."
      },
      {
        "name": "route",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Route."
      },
      {
        "name": "tier",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "Tier."
      },
      {
        "name": "dueAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "Due."
      }
    ]
  },
  "VerdictConflict": {
    "type": "record",
    "name": "VerdictConflict",
    "namespace": "io.countersign",
    "doc": "A second verdict with other bytes arrived; the first stands.",
    "fields": [
      {
        "name": "eventId",
        "type": "string",
        "doc": "Unique id of this event; a repeat carries the same id and the same bytes."
      },
      {
        "name": "occurredAt",
        "type": {
          "type": "long",
          "logicalType": "timestamp-micros"
        },
        "doc": "When it happened, UTC."
      },
      {
        "name": "system",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The AI system concerned."
      },
      {
        "name": "decisionId",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The decision concerned, unique within the system."
      },
      {
        "name": "actor",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The person or service that did it."
      },
      {
        "name": "policyVersion",
        "type": [
          "null",
          "string"
        ],
        "default": null,
        "doc": "The policy version in force for the decision."
      },
      {
        "name": "firstSha256",
        "type": "string",
        "doc": "Bytes kept."
      },
      {
        "name": "otherSha256",
        "type": "string",
        "doc": "Bytes refused."
      }
    ]
  }
};
