/** The whole product with its console, and a browser beside it: what every browser test stands on. */
import { createServer, type AddressInfo, type Server } from 'node:net';
import { buildConsole } from '@countersign/console';
import type { DecisionProposed } from '@countersign/contracts';
import { uniformDraw } from '@countersign/core';
import { readSamplingKeys } from '@countersign/kit';
import type { Browser } from 'playwright-core';
import { proposal, proposed } from '../harness/proposal.ts';
import { TestStack, until } from '../harness/stack.ts';
import { readTopic } from '../harness/topics.ts';
import { openChromium } from './chromium.ts';
import { hiddenShare, policyOf, reReviewRate, typeNames, type TypeName } from './policies.ts';
import { Visitor, type VisitOptions } from './visitor.ts';

export type Case = { type: TypeName; hidden?: boolean; change?: Partial<DecisionProposed> };
export type Proposed = { decisionId: string; taskIds: string[] };

export class Office implements AsyncDisposable {
  readonly stack: TestStack;
  readonly origin: string;
  readonly browser: Browser;
  /** How often anything of the browser reached for the world outside. */
  reached = 0;
  readonly #samplingKey: Buffer;
  readonly #cookies = new Map<string, VisitOptions['cookies']>();
  readonly #open = new Set<Visitor>();
  #cases = 0;

  readonly #outside: Server;

  private constructor(stack: TestStack, origin: string, browser: Browser, outside: Server) {
    this.#outside = outside;
    outside.on('connection', (socket) => {
      this.reached += 1;
      socket.destroy();
    });
    this.stack = stack;
    this.origin = origin;
    this.browser = browser;
    this.#samplingKey = readSamplingKeys(stack.settings.samplingKeysFile)[0]?.key ?? Buffer.alloc(0);
  }

  /** `env` is what review reads, over what is usual here. */
  static async open(env: Readonly<Record<string, string>> = {}): Promise<Office> {
    await using owned = new AsyncDisposableStack();
    const outside = createServer();
    owned.defer(() => void outside.close());
    await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
    const [built, stack, browser] = await Promise.all([buildConsole(), TestStack.prepare(), openChromium((outside.address() as AddressInfo).port)]);
    owned.defer(() => browser.close());
    owned.use(stack);
    const { url } = await stack.start(undefined, { COUNTERSIGN_CONSOLE_DIR: built.directory, ...env });
    for (const type of typeNames) await stack.activatePolicy(policyOf(type));
    owned.move();
    return new Office(stack, url, browser, outside);
  }

  /** Proposes cases and waits until they are tasks. The ids are such that each is drawn in the form that is wanted, and none for a second look. */
  async propose(...cases: readonly Case[]): Promise<Proposed[]> {
    const values = cases.map(({ type, hidden = false, change = {} }) => letter(this.#id(hidden, change.system ?? 'mailroom'), { decisionType: type, ...change }));
    for (const value of values) await this.stack.producer.send([proposed(this.stack, value)]);
    return await Promise.all(values.map(async ({ decisionId, decisionType }) => {
      const seats = decisionType === 'letters.dual' ? 2 : 1;
      const taskIds = await until(`${decisionId} is open`, async () => {
        const tasks = await this.tasksOf(decisionId);
        return tasks.length === seats ? tasks : undefined;
      }).catch(async (error: unknown) => {
        throw new Error(JSON.stringify((await readTopic(this.stack, 'decisions.refused')).map(({ event }) => event.value)), { cause: error });
      });
      return { decisionId, taskIds };
    }));
  }

  async tasksOf(decisionId: string): Promise<string[]> {
    return (await this.stack.query<{ task_id: string }>('select task_id from review.tasks where decision_id = $1 order by seat', [decisionId])).map(({ task_id }) => task_id);
  }

  /** Somebody seeded, signed in, in a browser window of their own. Signs in over the provider's page once, and goes on with that session afterwards. */
  async visit(personId: string, to = '/work', options: VisitOptions = {}): Promise<Visitor> {
    const cookies = options.fresh === true ? undefined : this.#cookies.get(personId);
    const visitor = await Visitor.open(this, personId, { ...options, ...(cookies === undefined ? {} : { cookies }) });
    this.#open.add(visitor);
    if (cookies === undefined) await visitor.signIn(to);
    else await visitor.goTo(to);
    if (options.fresh !== true) this.#cookies.set(personId, await visitor.context.cookies());
    return visitor;
  }

  /** Nothing waits, nobody holds anything, nobody is away: a test begins with an empty desk. Closes every window. */
  async clear(): Promise<void> {
    const left = [...this.#open];
    this.#open.clear();
    for (const visitor of left) await visitor[Symbol.asyncDispose]();
    await this.stack.query('delete from review.timers');
    await this.stack.query('delete from review.drafts');
    await this.stack.query(`update review.tasks set state = 'closed', closed_because = 'judged', closed_at = opened_at, claimant = null, claim_expires_at = null, held_until = null, prefetch_ends_at = null,
      reserved_for = null, reserved_until = null, reserved_against = null, reserved_in_name = false where state <> 'closed'`);
    await this.stack.query('update review.people set available = true where not available');
  }

  /** What would happen in time happens now: judgements become final, claims run out, deadlines come near. */
  async hasten(kind: 'finalise' | 'claim-expiry' | 'warn', taskId: string): Promise<void> {
    if (kind === 'claim-expiry') await this.stack.query('update review.tasks set claim_expires_at = least(claim_expires_at, $2), prefetch_ends_at = least(prefetch_ends_at, $2) where task_id = $1', [taskId, 1]);
    const [{ moved } = { moved: 0 }] = await this.stack.query<{ moved: number }>(`with hastened as (update review.timers set due_at = 1 where task_id = $1 and kind = $2 returning 1) select count(*)::int as moved from hastened`, [taskId, kind]);
    if (moved === 0) throw new Error(`Nothing of the kind ${kind} is to come for ${taskId}.`);
  }

  /** A claim that was last heard of long ago: seconds are left of it. */
  async letClaimRunDown(taskId: string): Promise<void> {
    const soon = `(extract(epoch from clock_timestamp()) * 1000000)::bigint + 15000000`;
    await this.stack.query(`update review.tasks set claim_expires_at = ${soon} where task_id = $1`, [taskId]);
    await this.stack.query(`update review.timers set due_at = ${soon} where task_id = $1 and kind = 'claim-expiry'`, [taskId]);
  }

  /** Seconds that are left of a claim. */
  async claimLeft(taskId: string): Promise<number> {
    const [row] = await this.stack.query<{ left: number }>('select claim_expires_at / 1000000.0 - extract(epoch from clock_timestamp()) as left from review.tasks where task_id = $1', [taskId]);
    return Number(row?.left ?? 0);
  }

  async stateOf(taskId: string): Promise<{ state: string; claimant: string | null }> {
    const [row] = await this.stack.query<{ state: string; claimant: string | null }>('select state, claimant from review.tasks where task_id = $1', [taskId]);
    return row ?? { state: 'none', claimant: null };
  }

  /** `approve`, `reject`, `modify` or null, with whether they count. */
  async judgementsOn(taskId: string): Promise<Array<{ person_id: string; decision: string; state: string }>> {
    return await this.stack.query('select person_id, decision, state from review.judgements where task_id = $1 order by submitted_at', [taskId]);
  }

  async verdictOn(decisionId: string): Promise<string> {
    return await until(`a verdict on ${decisionId}`, async () => (await this.stack.query<{ verdict: string }>('select verdict from review.verdicts where decision_id = $1', [decisionId]))[0]?.verdict);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await using owned = new AsyncDisposableStack();
    owned.defer(() => void this.#outside.close());
    owned.use(this.stack);
    owned.defer(() => this.browser.close());
    await this.clear();
  }

  #id(hidden: boolean, system: string): string {
    for (;;) {
      this.#cases += 1;
      const id = `letter-${this.#cases}`;
      const drawnHidden = uniformDraw(this.#samplingKey, 'form', system, id) < hiddenShare;
      if (drawnHidden === hidden && uniformDraw(this.#samplingKey, 're-review', system, id) >= reReviewRate) return id;
    }
  }
}

/** A case in which everything is there that the review screen shows. */
function letter(decisionId: string, change: Partial<DecisionProposed>): DecisionProposed {
  return proposal(decisionId, {
    input: { parts: [{ name: 'letter', mediaType: 'text/plain', content: Buffer.from(`To the office in the north. Concerning ${decisionId}: please send the form again.`), uri: null, sha256: null }] },
    output: { label: 'north', content: null, mediaType: null },
    reasoning: { summary: 'The address names the northern office.', factors: [{ name: 'address', value: 'north', weight: 0.8 }, { name: 'postmark', value: 'south', weight: -0.2 }] },
    confidence: 0.81, uncertainty: { lower: 0.7, upper: 0.9, statement: 'The postmark is smudged.' },
    alternatives: [{ label: 'south', content: null, probability: 0.15 }],
    provenance: { model: { name: 'postmaster', version: '2' }, trainingDomain: 'letters of 2024', sources: [{ title: 'List of offices', uri: 'https://offices.example/list', excerpt: 'North: the first floor.', score: 0.7 }] },
    attributes: { pages: 2 }, action: { description: 'Carry the letter there', reversalDeadline: null, expectedDurationMs: null },
    ...change,
  });
}
