// Generated from schemas/*.avsc by `npm run generate`. Do not edit.

import type { schema } from 'avsc';
import type { EventTypes } from './types.ts';

/** What events were written with before today's schemas, newest first, of the records that changed. */
export const earlierSchemas: { readonly [R in keyof EventTypes]?: readonly schema.RecordType[] } = {
  "AccessDenied": [
    {
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
        }
      ]
    }
  ],
  "DecisionResolved": [
    {
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
          "doc": "auto, passive, human, expiry or veto-window."
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
        }
      ]
    }
  ],
  "PersonChanged": [
    {
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
          "doc": "Takes work."
        }
      ]
    }
  ],
  "TaskClaimed": [
    {
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
          "name": "expiresAt",
          "type": {
            "type": "long",
            "logicalType": "timestamp-micros"
          },
          "doc": "When the claim ends without a heartbeat."
        }
      ]
    }
  ],
  "TaskEscalated": [
    {
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
        }
      ]
    }
  ]
};
