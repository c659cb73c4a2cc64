/** A review context over real Postgres and a real vault, for tests of operations; events are collected, not published. */

import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { contentDigest, readerType } from '@countersign/contracts';
import type { DecisionProposed } from '@countersign/contracts';
import { migrateService, migrateVault, openDatabase, openPool, prepareDatabases, roleUrl, Vault } from '@countersign/kit';
import { contentsIn, transactor } from '../connection.ts';
import type { ReviewContext, ReviewSettings } from '../context.ts';
import type { ReviewEvent } from '../events.ts';
import { migrations } from '../migrations/index.ts';
import { replacePerson } from '../people/store.ts';
import type { Question } from '../presentation/form.ts';
import { readProposal } from '../presentation/proposal.ts';
import { sqlOf } from '../sql.ts';
import type { Sql } from '../sql.ts';
import type { Emitted } from '../traces/links.ts';

export type OpenedReview = { review: ReviewContext; events: ReviewEvent[]; sql: Sql; databaseUrl: string;
  /** Calls with the events of every transaction that committed, from here on. */
  onCommitted(watch: (events: readonly ReviewEvent[]) => void): void;
  analyse(): Promise<void>; close(): Promise<void> };

export const question: Question = {
  question: 'Which digit?',
  answers: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'].map((label) => ({ label })),
  reasonCodes: [
    { code: 'clear', label: 'Plain to see', for: 'approve' },
    { code: 'misread', label: 'Another digit', for: 'modify' },
    { code: 'illegible', label: 'No digit', for: 'reject' },
  ],
};

export const testSettings: ReviewSettings = {
  claimTtlMs: 300_000,
  claimsPerPersonMax: 3,
  prefetchTtlMs: 30_000,
  prefetchMaxMs: 600_000,
  reservationMs: 1_800_000,
  breakAfterActiveMs: 3_000_000,
  breakPauseMs: 600_000,
  softCapPerHour: 60,
  undoWindowMs: 5000,
  watchedDelayMaxMs: 0,
  holdExtensionMs: 3_600_000,
  openQualifications: true,
  uriAllowList: [],
};

const password = 'test-password';
const acceptedOf = (proposed: DecisionProposed) => ({ ...readProposal(proposed), contentDigest: contentDigest(proposed) });

const outlineOf = (value: Buffer) => {
  const { proposedAt, output } = readerType('DecisionProposed').fromBuffer(value) as DecisionProposed;
  return { proposedAt, outputLabel: output.label };
};

/** The body of the proposal stands for the accepted value: framing and registry have tests of their own. */
export function encodeAccepted(proposed: DecisionProposed): Buffer {
  return readerType('DecisionProposed').toBuffer(proposed);
}

/** Databases of its own, dropped at the end; five seniors qualified for every queue. */
export async function openReview(change: Partial<Omit<ReviewContext, 'sql' | 'transact'>> = {}): Promise<OpenedReview> {
  const superuser = superuserUrl();
  const name = `review_${randomUUID().slice(0, 8)}`;
  const names = [name, `${name}_vault`];
  await prepareDatabases(superuser, names, password);
  await migrateService(inDatabase(superuser, name), 'review', migrations);
  await migrateVault(inDatabase(superuser, `${name}_vault`));
  const database = openDatabase<unknown>('review', { databaseUrl: inDatabase(superuser, name), databasePassword: password, databasePoolMax: 12 });
  const vaultDatabase = openPool<unknown>(roleUrl(inDatabase(superuser, `${name}_vault`), 'countersign_review', password), 'vault', 2);
  const vault = new Vault(vaultDatabase.pool, randomBytes(32));
  const events: ReviewEvent[] = [];
  const watchers: Array<(committed: readonly ReviewEvent[]) => void> = [];
  const sql = sqlOf(database.pool);
  const collect = (emitted: readonly Emitted[]) => (events.push(...emitted.map(({ event }) => event)), []);
  const review: ReviewContext = {
    sql,
    transact: transactor(database.pool, collect, (committed) => watchers.forEach((watch) => watch(committed))),
    traceDeadline: async (_sql, _timer, run) => await run(),
    contents: contentsIn(vault),
    questionOf: () => question,
    windowUsOf: () => null,
    severityOf: () => 'moderate',
    slaOf: () => null,
    ordinarySlaUs: () => null,
    decisionTypes: () => [],
    hiddenDisagreementOf: () => 'modify',
    extendedContextOf: () => false,
    fetchPart: () => Promise.reject(new Error('nothing to fetch from')),
    decodeAccepted: (value) => Promise.resolve(acceptedOf(readerType('DecisionProposed').fromBuffer(value) as DecisionProposed)),
    outlinesOf: (values) => Promise.resolve(values.map(outlineOf)),
    softCapOf: () => null,
    settings: testSettings,
    ...change,
  };
  for (const personId of ['ann', 'bob', 'cleo', 'dan', 'eve']) {
    await replacePerson(sql, { personId, name: personId, roles: ['senior'], active: true, queues: ['*'] }, 0);
  }
  const close = async () => {
    await vault[Symbol.asyncDispose]();
    await vaultDatabase[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
    await dropDatabases(superuser, names);
  };
  // Only an owner may; the service itself relies on autovacuum.
  const analyse = async () => await asSuperuser(inDatabase(superuser, name), (client) => client.query('analyze'));
  const databaseUrl = roleUrl(inDatabase(superuser, name), 'countersign_review', password);
  return { review, events, sql, databaseUrl, onCommitted: (watch) => void watchers.push(watch), analyse, close };
}

function superuserUrl(): string {
  const file = process.env['COUNTERSIGN_TEST_ENDPOINTS'];
  if (file === undefined) throw new Error('COUNTERSIGN_TEST_ENDPOINTS must name the endpoints file; the test runner sets it.');
  return (JSON.parse(readFileSync(file, 'utf8')) as { postgres: string }).postgres;
}

export function inDatabase(superuser: string, database: string): string {
  const url = new URL(superuser);
  url.pathname = `/${database}`;
  return url.href;
}

export async function dropDatabases(superuser: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await asSuperuser(superuser, (client) => client.query(`drop database if exists ${client.escapeIdentifier(name)} with (force)`));
  }
}

async function asSuperuser(url: string, act: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await act(client);
  } finally {
    await client.end();
  }
}
