/** JSON schemas of the session routes; from them comes the OpenAPI document. */

import { instant } from '../http-shapes.ts';
import { reviewersNotice } from './notice.ts';

const sessionId = { type: 'string', format: 'uuid', description: 'Names a session; tokens carry it as sid', examples: ['0b6f2f5e-7f0d-4a52-8f1e-3f1f0f8f5a11'] } as const;
const personExample = { personId: 'rita', name: 'Rita Moreno', roles: ['reviewer'], permissions: ['policies.read', 'reviews.work'], queues: ['digits.routing'], available: true };

export const sessionParams = { type: 'object', required: ['sessionId'], properties: { sessionId } } as const;

export const done = { 204: { description: 'Done', type: 'null' } } as const;

export const sessionAnswer = {
  200: {
    description: 'Without anybody signed in, only `signedIn` and `providerName`',
    type: 'object',
    required: ['signedIn'],
    properties: {
      signedIn: { type: 'boolean' },
      providerName: { type: ['string', 'null'], description: 'Where people sign in; null where no provider is configured' },
      csrfToken: { type: 'string', description: 'Send it as x-csrf-token' },
      sessionId,
      expiresAt: { ...instant, description: 'When the session ends unless it is used' },
      person: {
        type: 'object',
        required: ['personId', 'name', 'roles', 'permissions', 'queues', 'available'],
        properties: {
          personId: { type: 'string' },
          name: { type: 'string' },
          roles: { type: 'array', items: { type: 'string' } },
          permissions: { type: 'array', items: { type: 'string' }, description: 'What these roles may do' },
          queues: { type: 'array', items: { type: 'string' }, description: 'Qualifications; `*` is every queue' },
          available: { type: 'boolean' },
        },
      },
      notice: { type: ['string', 'null'], description: 'What people are told before they judge; null for those who do not' },
      noticeDue: { type: 'boolean', description: 'Not read yet in this session' },
    },
    examples: [
      { signedIn: false, providerName: 'login.example.com' },
      { signedIn: true, csrfToken: 'K2v0Wc5y-pM1q3r5Y', sessionId: sessionId.examples[0], expiresAt: instant.examples[0], person: personExample, notice: reviewersNotice, noticeDue: true },
    ],
  },
} as const;

export const tokenAnswer = {
  200: {
    description: 'A JWT of review',
    type: 'object',
    required: ['token', 'expiresAt'],
    properties: { token: { type: 'string' }, expiresAt: instant },
    examples: [{ token: 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJyaXRhIn0.c2lnbmF0dXJl', expiresAt: instant.examples[0] }],
  },
} as const;

export const sessionsAnswer = {
  200: {
    description: 'Newest first',
    type: 'object',
    required: ['sessions'],
    properties: {
      sessions: {
        type: 'array',
        items: {
          type: 'object',
          required: ['sessionId', 'current', 'startedAt', 'lastSeenAt', 'userAgent', 'address'],
          properties: { sessionId, current: { type: 'boolean', description: 'The one that asks' }, startedAt: instant, lastSeenAt: instant, userAgent: { type: ['string', 'null'] }, address: { type: ['string', 'null'] } },
        },
      },
    },
    examples: [{ sessions: [{ sessionId: sessionId.examples[0], current: true, startedAt: instant.examples[0], lastSeenAt: instant.examples[0], userAgent: 'Mozilla/5.0', address: '192.0.2.7' }] }],
  },
} as const;
