import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ChaosCluster } from './cluster.ts';

const root = join(import.meta.dirname, '../..');
const files = ['examples/policies/digits.routing.yaml', 'examples/policies/biopsy.triage.yaml', 'tests/chaos/policies/chaos.hold.yaml'];
const retryMs = 200;
/** Longer than broker and Postgres need to come back on a machine that is busy. */
const answerMsMax = 900_000;

/** Calls until it is answered: what these calls do, they do once however often they are sent. */
async function insist(deadline: number, call: () => Promise<Response>): Promise<Record<string, unknown>> {
  for (;;) {
    const answer = await call().catch(() => undefined);
    if (answer?.ok === true) return (await answer.json()) as Record<string, unknown>;
    if (answer !== undefined && answer.status < 500 && answer.status !== 429) throw new Error(`${answer.status} ${await answer.text()}`);
    if (Date.now() > deadline) throw new Error('The policy service did not answer in time.');
    await wait(retryMs);
  }
}

/** Proposes, approves and activates policies over HTTP as two people, whatever dies meanwhile. */
export class PolicyOperator {
  readonly #cluster: Pick<ChaosCluster, 'url' | 'token'>;
  #versions: { steady: string; other: string } | undefined;

  constructor(cluster: Pick<ChaosCluster, 'url' | 'token'>) {
    this.#cluster = cluster;
  }

  /** Puts every policy in force, and keeps a second version of one of them approved. */
  async enact(deadlineMs: number): Promise<void> {
    const deadline = Date.now() + deadlineMs;
    const texts = files.map((file) => readFileSync(join(root, file), 'utf8'));
    const versions = await Promise.all(texts.map((text) => this.#approve(text, deadline)));
    for (const version of versions) await this.#activate(version, deadline);
    const [digits = ''] = texts;
    const other = await this.#approve(digits.replace(/^hiddenShare: .*$/m, 'hiddenShare: 0.4'), deadline);
    this.#versions = { steady: versions[0] ?? '', other };
  }

  /** Changes the policy in force to and fro until told to stop, so that decisions pin versions made during the kills. */
  async alternate(everyMs: number, stopping: AbortSignal): Promise<number> {
    let changes = 0;
    while (!stopping.aborted && this.#versions !== undefined) {
      await wait(everyMs, undefined, { signal: stopping }).catch(() => undefined);
      const version = changes % 2 === 0 ? this.#versions.other : this.#versions.steady;
      await this.#activate(version, Date.now() + answerMsMax);
      changes += 1;
    }
    return changes;
  }

  async #approve(text: string, deadline: number): Promise<string> {
    const proposed = await this.#post('ada', 'policy-author', '/v1/policies/versions', { text, note: 'chaos' }, deadline);
    const version = String(proposed['version']);
    await this.#post('ben', 'policy-approver', `/v1/policies/versions/${version}/approval`, { note: 'chaos' }, deadline);
    return version;
  }

  async #activate(version: string, deadline: number): Promise<void> {
    await this.#post('ben', 'policy-approver', `/v1/policies/versions/${version}/activation`, {}, deadline);
  }

  async #post(person: string, role: string, path: string, body: object, deadline: number): Promise<Record<string, unknown>> {
    const token = await this.#cluster.token(person, role);
    return await insist(deadline, () => fetch(`${this.#cluster.url('risk')}${path}`, {
      method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify(body), signal: AbortSignal.timeout(10_000),
    }));
  }
}
