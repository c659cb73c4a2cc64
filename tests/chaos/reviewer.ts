import { setTimeout as wait } from 'node:timers/promises';
import type { AcknowledgedJudgement } from './checker/world.ts';
import type { Random } from './random.ts';

type Held = { taskId: string; etag: string; judged?: boolean };
type Presentation = { form: string; stage?: string; answers: Array<string | { label: string }>; reasonCodes: Array<{ code: string; for: string }>; proposal?: { output: { label: string } } };
type Given = { judgementId: string; revealed?: boolean; etag?: string };
type Answer = { status: number; headers: Headers; text: string };

export type ReviewerOptions = { url: string; token: string; person: string; random: Random; stopping: AbortSignal; acknowledged: AcknowledgedJudgement[]; note(line: string): void };
export type ReviewerCounts = { judged: number; undone: number; released: number; escalated: number; refused: number; lostClaims: number; repeatedCalls: number };

const idleWaitMs = 300;
const retryWaitMs = 250;
const callMsMax = 10_000;
/** What a person waits for an answer in all before taking the claim for lost. */
const insistMsMax = 90_000;
/** About one judgement per person in this time: people are slower than machines, and the machine is small. */
const paceMs = 900;

/**
 * A person at work while everything dies: claims, looks, judges, sometimes takes back, releases or escalates. A call that
 * was not answered is sent again as it was; what the service acknowledged is kept for the checker.
 */
export class ChaosReviewer {
  readonly counts: ReviewerCounts = { judged: 0, undone: 0, released: 0, escalated: 0, refused: 0, lostClaims: 0, repeatedCalls: 0 };
  readonly #options: ReviewerOptions;
  /** How often each kind of call had which answer. */
  readonly #answers = new Map<string, number>();
  #cases = 0;

  constructor(options: ReviewerOptions) {
    this.#options = options;
  }

  /** What this person did, and how they were answered, for whoever wonders why nothing happens. */
  report(): string {
    const answers = [...this.#answers].map(([what, times]) => `${times} x ${what}`).join('; ');
    return `${this.#options.person}: ${JSON.stringify(this.counts)}; ${answers}`;
  }

  async work(): Promise<void> {
    const { stopping } = this.#options;
    while (!stopping.aborted) {
      const held = (await this.#unfinished()) ?? (await this.#claim());
      if (held === undefined) await wait(idleWaitMs, undefined, { signal: stopping }).catch(() => undefined);
      else await this.#handle(held);
    }
  }

  /** A claim whose answer was lost is found again here. */
  async #unfinished(): Promise<Held | undefined> {
    const answer = await this.#call('GET', '/v1/reviews/claims');
    if (answer?.status !== 200) return undefined;
    return (JSON.parse(answer.text) as { claims: Held[] }).claims.find(({ judged }) => judged !== true);
  }

  async #claim(): Promise<Held | undefined> {
    const answer = await this.#call('POST', '/v1/reviews/claims', {});
    if (answer?.status !== 200) return undefined;
    return (JSON.parse(answer.text) as { claim?: Held }).claim;
  }

  async #handle(held: Held): Promise<void> {
    const { random } = this.#options;
    const task = `/v1/reviews/tasks/${held.taskId}`;
    const began = Date.now();
    if (random.chance(0.03)) return this.#count('released', await this.#insist('POST', `${task}/release`, held.etag, { reason: 'Somebody I know.' }));
    if (random.chance(0.02)) return this.#count('escalated', await this.#insist('POST', `${task}/escalate`, held.etag, { note: 'I would rather have a senior look at this.' }));
    const shown = await this.#insist('GET', `${task}/presentation`, held.etag);
    const digest = shown?.headers.get('x-presentation-digest');
    if (shown === undefined || digest === null || digest === undefined) return this.#lost();
    if ((await this.#insist('POST', `${task}/painted`, held.etag, { presentationDigest: digest })) === undefined) return this.#lost();
    const body = this.#judgement(JSON.parse(shown.text) as Presentation, digest);
    const given = await this.#judge(task, held, body);
    if (given === undefined) return this.#lost();
    // A first answer reveals the rest; between the two everything may happen that happens to a claim.
    if (given.revealed === true && given.etag !== undefined) return await this.#handle({ taskId: held.taskId, etag: given.etag });
    if (random.chance(0.05)) await this.#changeMind(task, held, body);
    const left = paceMs - (Date.now() - began);
    if (left > 0) await wait(left, undefined, { signal: this.#options.stopping }).catch(() => undefined);
  }

  async #judge(task: string, held: Held, body: { reasoning: string; presentationDigest: string }): Promise<Given | undefined> {
    const given = await this.#insist('POST', `${task}/judgement`, held.etag, body);
    if (given === undefined) return undefined;
    const told = JSON.parse(given.text) as Given;
    const { judgementId } = told;
    this.#options.acknowledged.push({ judgementId, taskId: held.taskId, person: this.#options.person, presentationDigest: body.presentationDigest, reasoning: body.reasoning });
    this.counts.judged += 1;
    return told;
  }

  async #changeMind(task: string, held: Held, body: { reasoning: string; presentationDigest: string }): Promise<void> {
    const undone = await this.#insist('POST', `${task}/undo`, held.etag);
    if (undone === undefined) return;
    this.counts.undone += 1;
    const { etag } = JSON.parse(undone.text) as { etag: string };
    await this.#judge(task, { taskId: held.taskId, etag }, { ...body, reasoning: this.#reasoning() });
  }

  #judgement({ form, stage, answers, reasonCodes, proposal }: Presentation, presentationDigest: string) {
    const { random } = this.#options;
    const labels = answers.map((answer) => (typeof answer === 'string' ? answer : answer.label));
    const codeFor = (decision: string) => reasonCodes.filter((reason) => reason.for === decision).map(({ code }) => code).slice(0, 1);
    const rest = { reasoning: this.#reasoning(), presentationDigest, activeMs: 500 };
    if (random.chance(0.12)) return { decision: 'reject', reasonCodes: codeFor('reject'), ...rest };
    if (form === 'hidden' || stage === 'first') return { answer: random.chance(0.8) ? (labels[0] ?? '') : random.pick(labels), reasonCodes: codeFor('approve'), ...rest };
    const others = labels.filter((label) => label !== proposal?.output.label);
    if (random.chance(0.1) && others.length > 0) {
      const label = random.pick(others);
      return { decision: 'modify', output: { label, content: label, mediaType: 'text/plain' }, reasonCodes: codeFor('modify'), ...rest };
    }
    return { decision: 'approve', reasonCodes: codeFor('approve'), ...rest };
  }

  #reasoning(): string {
    this.#cases += 1;
    return `${this.#options.person} looked at case number ${this.#cases} closely; draw ${Math.floor(this.#options.random.next() * 1e9)} supports exactly this decision.`;
  }

  #count(what: 'released' | 'escalated', answer: Answer | undefined): void {
    if (answer === undefined) this.#lost();
    else this.counts[what] += 1;
  }

  #lost(): void {
    this.counts.lostClaims += 1;
  }

  /** Repeats a call until it is answered; undefined when the claim is gone or the call refused for good. */
  async #insist(method: string, path: string, etag: string, body?: object): Promise<Answer | undefined> {
    const deadline = Date.now() + insistMsMax;
    for (;;) {
      const answer = await this.#call(method, path, body, { 'if-match': etag });
      if (answer !== undefined && answer.status < 300) return answer;
      if (answer !== undefined && answer.status < 500 && answer.status !== 429) {
        // A claim may be gone; what a person says is never malformed.
        if (answer.status === 400 || answer.status === 422) {
          this.counts.refused += 1;
          this.#options.note(`refused: ${method} ${path}: ${answer.text} for ${JSON.stringify(body)}`);
        }
        return undefined;
      }
      if (Date.now() > deadline || this.#options.stopping.aborted) return undefined;
      this.counts.repeatedCalls += 1;
      await wait(retryWaitMs);
    }
  }

  #answered(method: string, path: string, how: string): void {
    const what = `${method} ${path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, '{id}')}: ${how}`;
    this.#answers.set(what, (this.#answers.get(what) ?? 0) + 1);
  }

  /** One call; undefined when there was no answer. */
  async #call(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Answer | undefined> {
    try {
      const response = await fetch(`${this.#options.url}${path}`, {
        method, signal: AbortSignal.timeout(callMsMax),
        headers: { authorization: `Bearer ${this.#options.token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      this.#answered(method, path, response.ok ? String(response.status) : `${response.status} ${text.slice(0, 200)}`);
      return { status: response.status, headers: response.headers, text };
    } catch (error) {
      this.#answered(method, path, error instanceof Error ? error.name : 'no answer');
      return undefined;
    }
  }
}
