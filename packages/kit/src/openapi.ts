/** What routes say about their answers; from it comes the OpenAPI document. */

/**
 * A JSON object with its examples. The properties named are documented; others pass, so that a document never cuts an answer.
 * What each example has is always there: an answer without it is an error of ours.
 */
export function jsonAnswer(description: string, properties: Readonly<Record<string, object>>, ...examples: readonly object[]) {
  const required = examples.length === 0 ? [] : Object.keys(properties).filter((name) => examples.every((example) => Object.hasOwn(example, name)));
  return { description, type: 'object', additionalProperties: true, required, properties, examples } as const;
}

/** A property that is a list of objects, which have every property named, or of texts. */
export function listOf(description: string, properties?: Readonly<Record<string, object>>) {
  return { description, type: 'array', items: properties === undefined ? { type: 'string' } : { type: 'object', additionalProperties: true, required: Object.keys(properties), properties } } as const;
}

export const described = {
  text: (description: string) => ({ type: 'string', description }) as const,
  optionalText: (description: string) => ({ type: ['string', 'null'], description }) as const,
  instant: (description: string) => ({ type: 'string', format: 'date-time', description }) as const,
  optionalInstant: (description: string) => ({ type: ['string', 'null'], format: 'date-time', description }) as const,
  number: (description: string) => ({ type: 'number', description }) as const,
  flag: (description: string) => ({ type: 'boolean', description }) as const,
  open: (description: string) => ({ type: 'object', additionalProperties: true, description }) as const,
};

/** The answer of every route that goes wrong, RFC 9457. */
export const problemAnswer = {
  description: 'A problem: what is wrong, and what to do about it',
  content: {
    'application/problem+json': {
      schema: {
        type: 'object',
        required: ['type', 'title', 'status', 'detail', 'code', 'remedy', 'requestId'],
        additionalProperties: true,
        properties: {
          type: described.text('`urn:countersign:error:` and the code'), title: described.text('The kind of problem'), status: { type: 'integer', description: 'The HTTP status' }, detail: described.text('What is wrong here'),
          code: described.text('Stable: programs test this'), remedy: described.text('What to do'), requestId: described.text('Names the request in the logs'), field: described.text('The field at fault, if one is'),
        },
        examples: [{
          type: 'urn:countersign:error:invalid-request', title: 'The request is not valid', status: 400, detail: 'body/confidence must be <= 1', code: 'invalid-request', remedy: 'Correct the field that is named and send it again.',
          requestId: '3f1c6a52-6f3e-4f55-9a3e-0d5b8a6f2c11', field: 'confidence',
        }],
      },
    },
  },
} as const;
