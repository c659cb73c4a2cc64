import { setTimeout as wait } from 'node:timers/promises';
import type { Random } from '../chaos/random.ts';
import type { Told, ToldClaim } from './world.ts';

type Answer = { status: number; text: string; digest: string | null };
type Held = { taskId: string; etag: string; expiresAt: string; judged?: boolean };
type Stale = { claim: ToldClaim; etag: string; digest: string; fromMs: number };

export type ClientOptions = { person: string; token: string; urls: readonly string[]; random: Random; told: Told; stopping: AbortSignal };
export type ClientCounts = { judged: number; undone: number; released: number; held: number; escalated: number; stale: number; staleRefused: number; repeated: number; doubled: number; lost: number };

const idleMs = 150;
const retryMs = 100;
/** Some give up on an answer before there can be one, and ask again. */
const impatientMs = 15;
const patientMs = 4000;
const insistMsMax = 60_000;

/**
 * A person in a hurry, with a bad line: asks again when no answer came, at whichever instance, sends one submit twice at once, forgets a task until the claim ran
 * out and judges it all the same, takes back, puts aside, hands on. Writes down what it was told.
 */
export class RaceClient {
  readonly counts: ClientCounts = { judged: 0, undone: 0, released: 0, held: 0, escalated: 0, stale: 0, staleRefused: 0, repeated: 0, doubled: 0, lost: 0 };
  readonly #options: ClientOptions;
  readonly #stale: Stale[] = [];
  #words = 0;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  async work(): Promise<void> {
    const { stopping } = this.#options;
    while (!stopping.aborted) {
      await this.#tryStale();
      const held = (await this.#unfinished()) ?? (await this.#claim());
      if (held === undefined) await wait(idleMs);
      else await this.#handle(held);
    }
  }

  /** A claim whose answer was lost is found again here. */
  async #unfinished(): Promise<ToldClaim | undefined> {
    const answer = await this.#call('GET', '/v1/reviews/claims');
    if (answer?.status !== 200) return undefined;
    const forgotten = new Set(this.#stale.map(({ claim }) => claim.taskId));
    const found = (JSON.parse(answer.text) as { claims: Held[] }).claims.find(({ judged, taskId }) => judged !== true && !forgotten.has(taskId));
    return found === undefined ? undefined : this.#note(found);
  }

  async #claim(): Promise<ToldClaim | undefined> {
    const answer = await this.#call('POST', '/v1/reviews/claims', {});
    if (answer?.status !== 200) return undefined;
    const { claim } = JSON.parse(answer.text) as { claim?: Held };
    return claim === undefined ? undefined : this.#note(claim);
  }

  #note({ taskId, etag, expiresAt }: Held): ToldClaim {
    const { told, person } = this.#options;
    const fence = fenceOf(etag);
    const known = told.claims.find((claim) => claim.taskId === taskId && claim.fence === fence && claim.person === person);
    if (known !== undefined) return known;
    // The text has milliseconds, rounded down: a judgement inside the last one would look late.
    const claim = { person, taskId, fence, expiresAt: (Date.parse(expiresAt) + 1) * 1000, beaten: false };
    told.claims.push(claim);
    return claim;
  }

  async #handle(claim: ToldClaim): Promise<void> {
    const { random } = this.#options;
    const task = `/v1/reviews/tasks/${claim.taskId}`;
    const etag = etagOf(claim.fence);
    if (random.chance(0.04)) return this.#count('released', await this.#insist('POST', `${task}/release`, etag, { reason: 'Somebody I know.' }));
    if (random.chance(0.03)) return this.#count('held', await this.#insist('POST', `${task}/hold`, etag, { reason: 'Waiting for a call back.', forMs: 1000 }));
    if (random.chance(0.02)) return this.#count('escalated', await this.#insist('POST', `${task}/escalate`, etag, { note: 'I would rather have a senior look at this.' }));
    const digest = (await this.#insist('GET', `${task}/presentation`, etag))?.digest ?? null;
    if (digest === null || (await this.#insist('POST', `${task}/painted`, etag, { presentationDigest: digest })) === undefined) return this.#lost();
    if (random.chance(0.05)) await this.#beat(claim, task, etag);
    if (!claim.beaten && random.chance(0.03)) return this.#forget(claim, etag, digest);
    const judgementId = await this.#judge(claim, task, digest);
    if (judgementId !== undefined && random.chance(0.06)) await this.#changeMind(claim, task, digest, judgementId);
  }

  async #beat(claim: ToldClaim, task: string, etag: string): Promise<void> {
    claim.beaten = true;
    await this.#insist('POST', `${task}/heartbeat`, etag, { focused: true, activeMs: 10 });
  }

  #forget(claim: ToldClaim, etag: string, digest: string): void {
    this.counts.stale += 1;
    this.#stale.push({ claim, etag, digest, fromMs: claim.expiresAt / 1000 });
  }

  /** Judges what was forgotten once its claim is over: it must be refused, whoever has it now. */
  async #tryStale(): Promise<void> {
    const [first] = this.#stale;
    if (first === undefined || Date.now() < first.fromMs) return;
    this.#stale.shift();
    const { claim, digest } = first;
    const given = await this.#judge(claim, `/v1/reviews/tasks/${claim.taskId}`, digest);
    if (given === undefined) this.counts.staleRefused += 1;
  }

  async #judge(claim: ToldClaim, task: string, presentationDigest: string): Promise<string | undefined> {
    const { random, told, person } = this.#options;
    this.#words += 1;
    const reasoning = `${person} looked at case number ${this.#words} closely; draw ${Math.floor(random.next() * 1e9)} supports exactly this decision.`;
    const body = { decision: 'approve', reasonCodes: ['clear'], reasoning, presentationDigest, activeMs: 10 };
    const send = () => this.#insist('POST', `${task}/judgement`, etagOf(claim.fence), body);
    const twice = random.chance(0.1);
    if (twice) this.counts.doubled += 1;
    const answers = await Promise.all(twice ? [send(), send()] : [send()]);
    let judgementId: string | undefined;
    for (const answer of answers) {
      if (answer === undefined) continue;
      judgementId = (JSON.parse(answer.text) as { judgementId: string }).judgementId;
      told.judgements.push({ person, taskId: claim.taskId, fence: claim.fence, judgementId, reasoning });
    }
    if (judgementId === undefined) this.#lost();
    else this.counts.judged += 1;
    return judgementId;
  }

  async #changeMind(claim: ToldClaim, task: string, digest: string, judgementId: string): Promise<void> {
    const { told } = this.#options;
    told.undoing.push(judgementId);
    const undone = await this.#insist('POST', `${task}/undo`, etagOf(claim.fence));
    if (undone === undefined) return;
    told.undone.push(judgementId);
    this.counts.undone += 1;
    const { etag, expiresAt } = JSON.parse(undone.text) as { etag: string; expiresAt: string };
    await this.#judge(this.#note({ taskId: claim.taskId, etag, expiresAt }), task, digest);
  }

  #count(what: 'released' | 'held' | 'escalated', answer: Answer | undefined): void {
    if (answer === undefined) this.#lost();
    else this.counts[what] += 1;
  }

  #lost(): void {
    this.counts.lost += 1;
  }

  /** Repeats a call until it is answered; undefined when it was refused. */
  async #insist(method: string, path: string, etag: string, body?: object): Promise<Answer | undefined> {
    const deadline = Date.now() + insistMsMax;
    while (Date.now() < deadline) {
      const answer = await this.#call(method, path, body, etag);
      if (answer !== undefined && answer.status < 300) return answer;
      if (answer !== undefined && answer.status < 500 && answer.status !== 429) {
        if (answer.status === 400 || answer.status === 422) throw new Error(`${method} ${path} was malformed: ${answer.text}`);
        return undefined;
      }
      this.counts.repeated += 1;
      await wait(retryMs);
    }
    return undefined;
  }

  /** One call at one of the instances; undefined when there was no answer in time. */
  async #call(method: string, path: string, body?: object, etag?: string): Promise<Answer | undefined> {
    const { urls, random, token } = this.#options;
    try {
      const response = await fetch(`${random.pick([...urls])}${path}`, {
        method, signal: AbortSignal.timeout(random.chance(0.05) ? impatientMs : patientMs),
        headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...(etag === undefined ? {} : { 'if-match': etag }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, digest: response.headers.get('x-presentation-digest'), text: await response.text() };
    } catch {
      return undefined;
    }
  }
}

const etagOf = (fence: number) => `"${fence}"`;
const fenceOf = (etag: string) => Number(etag.replaceAll('"', ''));
