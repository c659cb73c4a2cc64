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
  "DecisionRouted": [
    {
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
          "doc": "shown or hidden."
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
    }
  ],
  "ExportMade": [
    {
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
          "doc": "jsonl or csv."
        },
        {
          "name": "filter",
          "type": "string",
          "doc": "The filter, as a query string."
        },
        {
          "name": "records",
          "type": "long",
          "doc": "How many."
        }
      ]
    }
  ],
  "JudgementFinalised": [
    {
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
        }
      ]
    }
  ],
  "JudgementSubmitted": [
    {
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
    }
  ],
  "JudgementWithdrawn": [
    {
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
  "PolicyActivated": [
    {
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
  "TaskClosed": [
    {
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
          "name": "outcome",
          "type": "string",
          "doc": "judged, expired, lapsed or superseded."
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
  ],
  "TaskHeld": [
    {
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
    }
  ],
  "TaskOpened": [
    {
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
    }
  ],
  "TaskPresented": [
    {
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
    }
  ],
  "TaskReleased": [
    {
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
          "name": "reason",
          "type": "string",
          "doc": "Why."
        }
      ]
    }
  ],
  "TaskWarned": [
    {
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
          "name": "dueAt",
          "type": {
            "type": "long",
            "logicalType": "timestamp-micros"
          },
          "doc": "Due."
        }
      ]
    }
  ]
};
