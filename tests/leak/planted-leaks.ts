/** Ways in which monitored work could give itself away, each put into the recorded bytes of what was monitored. The classifier must find every one. */

import type { Sighting } from './features.ts';
import type { Exchange } from './recorder.ts';

export type PlantedLeak = { name: string; spoil(sighting: Sighting): Sighting };

type Json = Record<string, unknown>;

function everyExchange(change: (exchange: Exchange) => Exchange): PlantedLeak['spoil'] {
  return (sighting) => ({ ...sighting, exchanges: sighting.exchanges.map(change) });
}

function ofRoute(ending: RegExp, change: (exchange: Exchange) => Exchange): PlantedLeak['spoil'] {
  return everyExchange((exchange) => (ending.test(`${exchange.method} ${exchange.path}`) ? change(exchange) : exchange));
}

function changeJson(exchange: Exchange, change: (json: Json) => Json): Exchange {
  const text = exchange.body.toString('utf8');
  if (exchange.status >= 300 || !text.startsWith('{')) return exchange;
  const body = Buffer.from(JSON.stringify(change(JSON.parse(text) as Json)));
  const rawHeaders = exchange.rawHeaders.map((part, index, all) => (index % 2 === 1 && all[index - 1]?.toLowerCase() === 'content-length' ? String(body.length) : part));
  return { ...exchange, body, rawHeaders };
}

const ofClaim = (change: (claim: Json) => Json) => ofRoute(claim, (exchange) => changeJson(exchange, (json) => (json['claim'] === undefined ? json : { ...json, claim: change(json['claim'] as Json) })));

const claim = /^POST \/v1\/reviews\/claims$/;
const presentation = /^GET .*\/presentation$/;
const judgement = /^POST .*\/judgement$/;

function later(instant: unknown, seconds: number): unknown {
  return typeof instant === 'string' ? new Date(Date.parse(instant) + seconds * 1000).toISOString() : instant;
}

export const plantedLeaks: readonly PlantedLeak[] = [
  { name: 'a field that only ordinary work has', spoil: ofRoute(presentation, (exchange) => changeJson(exchange, ({ reasonCodes: _left, ...rest }) => rest)) },
  { name: 'the order of the fields', spoil: ofRoute(presentation, (exchange) => changeJson(exchange, ({ taskId, ...rest }) => ({ ...rest, taskId }))) },
  { name: 'a few bytes of padding', spoil: ofRoute(presentation, (exchange) => ({ ...exchange, body: Buffer.concat([exchange.body, Buffer.from('   ')]) })) },
  { name: 'ids of another version', spoil: ofClaim((held) => ({ ...held, taskId: String(held['taskId']).replace(/^(.{14})4/, '$17') })) },
  { name: 'six hours more until it is due', spoil: ofClaim((held) => ({ ...held, dueAt: later(held['dueAt'], 6 * 3600) })) },
  { name: 'an ETag that starts elsewhere', spoil: ofRoute(claim, (exchange) => ({ ...exchange, rawHeaders: exchange.rawHeaders.map((part) => (part === '"1"' ? '"2"' : part)) })) },
  { name: 'a header more', spoil: ofRoute(presentation, (exchange) => ({ ...exchange, rawHeaders: [...exchange.rawHeaders, 'x-served-by', 'cache'] })) },
  { name: 'an answer that takes thrice as long', spoil: ofRoute(claim, (exchange) => ({ ...exchange, latencyMs: exchange.latencyMs * 3 })) },
  { name: 'a judgement that is final sooner', spoil: ofRoute(judgement, (exchange) => changeJson(exchange, (json) => ({ ...json, finalAt: later(json['finalAt'], -2) }))) },
  { name: 'a history without it', spoil: (sighting) => ({ ...sighting, mentions: [] }) },
  { name: 'its place in the day', spoil: (sighting) => ({ ...sighting, exchanges: sighting.exchanges.map((exchange) => ({ ...exchange, at: exchange.at + 2 * 3_600_000_000 })) }) },
  { name: 'a milder answer to a repeat', spoil: ofRoute(judgement, (exchange) => (exchange.status === 202 ? { ...exchange, status: 200 } : exchange)) },
];
