/**
 * Turns raw recorded traffic into numbers, without knowing what any of it means: every header, every leaf of every JSON answer, sizes, latency,
 * order and gaps, each under a name made of where it was found. Nothing is chosen by hand, so nothing can be forgotten.
 */

import type { Exchange } from './recorder.ts';
import { pairsOf } from './recorder.ts';

/** What one reviewer's client saw of one task: the exchanges about it, those of no task in particular while it was on the screen, and whatever named it later. */
export type Sighting = { taskId: string; personId: string; exchanges: Exchange[]; mentions: Array<{ at: number; value: unknown }> };

type Numbers = Map<string, number>;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const isoInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;
const leavesMax = 400;

/** FNV-1a, to a small number: equal texts meet, and a tree can single one out. */
function smallHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % 997;
}

function putText(numbers: Numbers, name: string, text: string, at: number): void {
  numbers.set(`${name} length`, text.length);
  const bare = text.replace(/^(W\/)?"|"$/g, '');
  if (bare !== '' && Number.isFinite(Number(bare))) numbers.set(`${name} number`, Number(bare));
  else if (isoInstant.test(text)) {
    const micros = Date.parse(text) * 1000;
    numbers.set(`${name} from now`, micros - at);
    numbers.set(`${name} digits`, (micros / 1000) % 1000);
  } else if (uuid.test(text)) {
    for (const [index, digit] of [text[0], text[14], text[19], text[35]].entries()) numbers.set(`${name} nibble ${index}`, Number.parseInt(digit ?? '0', 16));
  } else numbers.set(`${name} hash`, smallHash(text));
}

function putValue(numbers: Numbers, name: string, value: unknown, at: number): void {
  if (numbers.size > leavesMax * 10) return;
  if (typeof value === 'string') putText(numbers, name, value, at);
  else if (typeof value === 'number') numbers.set(name, value);
  else if (typeof value === 'boolean') numbers.set(name, value ? 1 : 0);
  else if (value === null || value === undefined) numbers.set(`${name} null`, 1);
  else if (Array.isArray(value)) {
    numbers.set(`${name} items`, value.length);
    for (const [index, item] of value.slice(0, 12).entries()) putValue(numbers, `${name}[${index}]`, item, at);
  } else {
    const entries = Object.entries(value);
    numbers.set(`${name} keys`, smallHash(entries.map(([key]) => key).join(' ')));
    for (const [key, inner] of entries) putValue(numbers, `${name}.${key}`, inner, at);
  }
}

/** A path without what is particular to one task. */
function routeOf({ method, path }: Exchange): string {
  return `${method} ${path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':id').replace(/\?.*/, '')}`;
}

function putExchange(numbers: Numbers, name: string, exchange: Exchange): void {
  const { at, status, rawHeaders, body, latencyMs } = exchange;
  numbers.set(`${name} status`, status);
  numbers.set(`${name} latency`, latencyMs);
  numbers.set(`${name} bytes`, body.length);
  const headers = pairsOf(rawHeaders);
  numbers.set(`${name} headers`, smallHash(headers.map(([header]) => header).join(' ')));
  for (const [header, value] of headers) putText(numbers, `${name} ${header.toLowerCase()}`, value, at);
  const text = body.toString('utf8');
  if (!text.startsWith('{')) return;
  const json: unknown = JSON.parse(text);
  putValue(numbers, name, json, at);
  // Bytes that carry nothing: blanks, escapes, digits too many.
  numbers.set(`${name} slack`, body.length - Buffer.byteLength(JSON.stringify(json)));
}

function numbersOf(sighting: Sighting): Numbers {
  const numbers: Numbers = new Map();
  const seen = new Map<string, number>();
  const first = sighting.exchanges[0];
  for (const exchange of sighting.exchanges) {
    const route = routeOf(exchange);
    const nth = (seen.get(route) ?? 0) + 1;
    seen.set(route, nth);
    if (nth <= 3) {
      putExchange(numbers, `${route} #${nth}`, exchange);
      numbers.set(`${route} #${nth} since claim`, exchange.at - (first?.at ?? exchange.at));
    }
  }
  for (const [route, count] of seen) numbers.set(`${route} count`, count);
  numbers.set('mentions', sighting.mentions.length);
  for (const [index, { at, value }] of sighting.mentions.slice(0, 2).entries()) putValue(numbers, `mention ${index}`, value, at);
  return numbers;
}

/** The same sightings are looked at beside others again and again. */
const knownNumbers = new WeakMap<Sighting, Numbers>();

export type FeatureTable = { names: string[]; columns: Float64Array[] };

/**
 * One row a sighting, in the order of one person after the other and of time. Each number stands there twice: as it is, and as its
 * difference from the same person's task before, which is where order and gaps show. What never varies is left out.
 */
export function featuresOf(sightings: readonly Sighting[]): FeatureTable {
  const rows = sightings.map((sighting) => {
    const numbers = knownNumbers.get(sighting) ?? numbersOf(sighting);
    knownNumbers.set(sighting, numbers);
    return numbers;
  });
  const firstSeen = sightings.map(({ exchanges }) => exchanges[0]?.at ?? 0);
  const table: FeatureTable = { names: [], columns: [] };
  const put = (name: string, column: Float64Array) => {
    if (column.every((value) => value === column[0])) return;
    table.names.push(name);
    table.columns.push(column);
  };
  const isFirst = sightings.map(({ personId }, index) => sightings[index - 1]?.personId !== personId);
  for (const [name, column] of columnsOf(rows)) {
    put(name, column);
    put(`${name} step`, column.map((value, index) => {
      const previous = column[index - 1] ?? missing;
      return isFirst[index] === true || value === missing || previous === missing ? missing : value - previous;
    }));
  }
  const since = (index: number) => (isFirst[index] === true ? missing : (firstSeen[index] ?? 0) - (firstSeen[index - 1] ?? 0));
  put('gap', Float64Array.from(sightings.keys(), since));
  put('hour', Float64Array.from(firstSeen, (at) => (at / 3_600_000_000) % 24));
  return table;
}

const missing = -1e18;

function columnsOf(rows: readonly Numbers[]): Map<string, Float64Array> {
  const columns = new Map<string, Float64Array>();
  for (const [index, row] of rows.entries()) {
    for (const [name, value] of row) {
      let column = columns.get(name);
      if (column === undefined) columns.set(name, (column = new Float64Array(rows.length).fill(missing)));
      column[index] = value;
    }
  }
  return columns;
}

/** Sorts raw traffic by the task that a client could tell it belongs to. */
export function sightingsOf(exchanges: readonly Exchange[]): Sighting[] {
  const byPerson = Map.groupBy(exchanges, ({ personId }) => personId);
  return [...byPerson.values()].flatMap((own) => sightingsOfPerson(own));
}

function sightingsOfPerson(exchanges: readonly Exchange[]): Sighting[] {
  const sightings: Sighting[] = [];
  const byTask = new Map<string, Sighting>();
  let current: Sighting | null = null;
  let waiting: Exchange | null = null;
  for (const exchange of exchanges) {
    const claimed = claimedTask(exchange);
    if (claimed !== null) {
      // A pre-claim that ran out, a task that was given back: the same one can come again.
      const known = byTask.get(claimed);
      const own: Sighting = known ?? { taskId: claimed, personId: exchange.personId, exchanges: [], mentions: [] };
      own.exchanges.push(exchange, ...(waiting === null ? [] : [{ ...waiting, path: `${waiting.path} before` }]));
      if (known !== undefined) continue;
      sightings.push(own);
      byTask.set(claimed, own);
      continue;
    }
    if (exchange.path.startsWith('/v1/reviews/history')) {
      for (const entry of entriesOf(exchange)) byTask.get(entry.taskId)?.mentions.push({ at: exchange.at, value: entry });
      continue;
    }
    const named = namedTask(exchange);
    const own: Sighting | null = named === null ? current : (byTask.get(named) ?? null);
    own?.exchanges.push(exchange);
    // What is told of no task in particular comes while one is on the screen.
    if (named !== null && exchange.path.endsWith('/painted')) current = own;
    if (exchange.path.endsWith(' work')) waiting = exchange;
  }
  return sightings;
}

function claimedTask({ method, path, body }: Exchange): string | null {
  if (method !== 'POST' || path !== '/v1/reviews/claims') return null;
  const answer = JSON.parse(body.toString('utf8')) as { claim?: { taskId: string } };
  return answer.claim?.taskId ?? null;
}

/** The task that a call is about, or that a live event names. */
function namedTask({ method, path, body }: Exchange): string | null {
  if (method === 'SSE') return path.endsWith(' task') ? (JSON.parse(body.toString('utf8')) as { taskId: string }).taskId : null;
  return /^\/v1\/reviews\/tasks\/([^/]+)/.exec(path)?.[1] ?? null;
}

function entriesOf({ body }: Exchange): Array<{ taskId: string }> {
  return (JSON.parse(body.toString('utf8')) as { judgements?: Array<{ taskId: string }> }).judgements ?? [];
}
