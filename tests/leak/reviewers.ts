/** Reviewers of the simulated weeks: each does the same with what is alike, because each sees only what the server tells a client. */

import type { Random } from '../chaos/random.ts';
import type { SimulatedClock } from './clock.ts';
import type { Recorder } from './recorder.ts';

export type Reviewer = { personId: string; authorization: string; random: Random };
/** Lets simulated time pass; resolves when it is this reviewer's turn again. */
export type Pause = (seconds: number) => Promise<void>;

type Presentation = {
  form: string;
  stage?: string;
  answers: string[];
  case: { parts: Array<{ content?: string }> };
  reasonCodes: Array<{ code: string; for: string }>;
  proposal?: { output: { label: string } };
};

type Seen = { presentation: Presentation; digest: string };
type Held = { taskId: string; etag: string; expiresAt: string };
/** Fetched ahead, with what it will show. */
type Ahead = { claim: Held; seen: Seen };

export class Desk {
  readonly #clock: SimulatedClock;
  readonly #recorder: Recorder;
  readonly #ahead = new Map<string, Ahead>();

  constructor(clock: SimulatedClock, recorder: Recorder) {
    this.#clock = clock;
    this.#recorder = recorder;
  }

  /** Works until there is nothing to do or the day is over. */
  async work(reviewer: Reviewer, pause: Pause, dayEndsAt: number): Promise<void> {
    while (this.#clock.now() < dayEndsAt) {
      const ahead = this.#takeAhead(reviewer);
      const claim = ahead?.claim ?? (await this.#claim(reviewer, {}));
      if (claim === undefined) await pause(900);
      else await this.#review(reviewer, pause, claim, ahead?.seen ?? null);
    }
  }

  async #claim(reviewer: Reviewer, body: object): Promise<Held | undefined> {
    return (await this.#ask(reviewer, 'POST', '/v1/reviews/claims', body)).json['claim'] as Held | undefined;
  }

  /** As the console does: once a task is on the screen, and again when that pre-claim ran out. */
  async #prefetch(reviewer: Reviewer, onScreen: string): Promise<void> {
    if (this.#lives(reviewer)) return;
    this.#ahead.delete(reviewer.personId);
    const claim = await this.#claim(reviewer, { prefetch: true });
    if (claim === undefined || claim.taskId === onScreen) return;
    const seen = await this.#fetch(reviewer, `/v1/reviews/tasks/${claim.taskId}`, claim.etag);
    if (seen !== null) this.#ahead.set(reviewer.personId, { claim, seen });
  }

  #lives({ personId }: Reviewer): boolean {
    const ahead = this.#ahead.get(personId);
    return ahead !== undefined && Date.parse(ahead.claim.expiresAt) * 1000 > this.#clock.now() + 3_000_000;
  }

  #takeAhead(reviewer: Reviewer): Ahead | undefined {
    const ahead = this.#lives(reviewer) ? this.#ahead.get(reviewer.personId) : undefined;
    this.#ahead.delete(reviewer.personId);
    return ahead;
  }

  /** What a person looks at before going home. */
  async lookBack(reviewer: Reviewer): Promise<void> {
    let after = '';
    for (let page = 0; page < 3; page += 1) {
      const { json } = await this.#ask(reviewer, 'GET', `/v1/reviews/history?limit=50${after === '' ? '' : `&after=${after}`}`);
      if (typeof json['next'] !== 'string') return;
      after = json['next'];
    }
  }

  async #review(reviewer: Reviewer, pause: Pause, { taskId, etag }: Held, fetched: Seen | null): Promise<void> {
    const path = `/v1/reviews/tasks/${taskId}`;
    await this.#ask(reviewer, 'GET', '/v1/reviews/me');
    const seen = await this.#see(reviewer, pause, { taskId, path, etag, fetched });
    if (seen === null) return await pause(5);
    const held = { 'if-match': etag };
    const { random } = reviewer;
    const whim = random.next();
    if (whim < 0.02) await this.#ask(reviewer, 'POST', `${path}/release`, { reason: 'I know the sender.' }, held);
    else if (whim < 0.04) await this.#ask(reviewer, 'POST', `${path}/hold`, { reason: 'Waiting for a call back.', forMs: 600_000 }, held);
    else if (whim < 0.06) await this.#escalate(reviewer, path, seen, held);
    else if (whim < 0.08) await this.#handOver(reviewer, path, held);
    else await this.#judge(reviewer, pause, path, seen, etag);
    await pause(random.between(2, 6));
  }

  async #fetch(reviewer: Reviewer, path: string, etag: string): Promise<Seen | null> {
    const shown = await this.#ask(reviewer, 'GET', `${path}/presentation`, undefined, { 'if-match': etag });
    const digest = shown.headers.get('x-presentation-digest');
    return shown.status !== 200 || digest === undefined ? null : { presentation: shown.json as unknown as Presentation, digest };
  }

  /** Fetches, shows, reads and begins to write. */
  async #see(reviewer: Reviewer, pause: Pause, { taskId, path, etag, fetched }: { taskId: string; path: string; etag: string; fetched: Seen | null }): Promise<Seen | null> {
    const held = { 'if-match': etag };
    const seen = fetched ?? (await this.#fetch(reviewer, path, etag));
    if (seen === null) return null;
    const painted = await this.#ask(reviewer, 'POST', `${path}/painted`, { presentationDigest: seen.digest }, held);
    if (painted.status >= 300) return null;
    await this.#prefetch(reviewer, taskId);
    const { random } = reviewer;
    await pause(random.between(10, 15));
    await this.#ask(reviewer, 'POST', `${path}/heartbeat`, { focused: true, activeMs: 10_000 }, held);
    if (random.chance(0.2)) await this.#ask(reviewer, 'PUT', `${path}/draft`, { draft: { reasoning: 'It seems to me' } }, held);
    await pause(random.between(5, 60));
    // The form is begun.
    await this.#prefetch(reviewer, taskId);
    await pause(random.between(5, 40));
    return seen;
  }

  /** Whoever may not escalate judges. */
  async #escalate(reviewer: Reviewer, path: string, seen: Seen, held: Readonly<Record<string, string>>): Promise<void> {
    const { status } = await this.#ask(reviewer, 'POST', `${path}/escalate`, { note: 'The stroke could be read either way.' }, held);
    if (status !== 204) await this.#ask(reviewer, 'POST', `${path}/judgement`, judgementOf(seen, reviewer.random), held);
  }

  async #handOver(reviewer: Reviewer, path: string, held: Readonly<Record<string, string>>): Promise<void> {
    const { json } = await this.#ask(reviewer, 'GET', `${path}/colleagues`);
    const colleagues = (json['colleagues'] ?? []) as Array<{ personId: string }>;
    if (colleagues.length === 0) await this.#ask(reviewer, 'POST', `${path}/release`, { reason: 'Nobody to give it to.' }, held);
    else await this.#ask(reviewer, 'POST', `${path}/hand-over`, { to: reviewer.random.pick(colleagues).personId, reason: 'You know these sheets.' }, held);
  }

  async #judge(reviewer: Reviewer, pause: Pause, path: string, seen: Seen, etag: string): Promise<void> {
    const { random } = reviewer;
    const judged = await this.#ask(reviewer, 'POST', `${path}/judgement`, judgementOf(seen, random), { 'if-match': etag });
    if (judged.status !== 202) return;
    if (judged.json['revealed'] === true) {
      const second = String(judged.json['etag']);
      const revealed = await this.#see(reviewer, pause, { taskId: path.slice(path.lastIndexOf('/') + 1), path, etag: second, fetched: null });
      if (revealed !== null) await this.#judge(reviewer, pause, path, revealed, second);
      return;
    }
    if (!random.chance(0.05)) return;
    await pause(2);
    const undone = await this.#ask(reviewer, 'POST', `${path}/undo`, undefined, { 'if-match': etag });
    const again = undone.headers.get('etag');
    if (again !== undefined) await this.#ask(reviewer, 'POST', `${path}/judgement`, judgementOf(seen, random), { 'if-match': again });
  }

  async #ask({ personId, authorization }: Reviewer, method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
    return await this.#recorder.ask(personId, this.#clock.now(), authorization, method, path, body, headers);
  }
}

/** The case says what is true, in words; people read it wrong now and then. */
function judgementOf({ presentation, digest: presentationDigest }: Seen, random: Random) {
  const { answers, case: shown, reasonCodes, proposal } = presentation;
  const truth = /answer is ([^.]+)\./.exec(shown.parts[0]?.content ?? '')?.[1] ?? answers[0] ?? '';
  const seen = random.chance(0.95) ? truth : random.pick(answers);
  const words = Array.from({ length: 6 }, () => random.between(1000, 99_999).toString(36));
  const base = { reasoning: `I read it as ${seen}: ${words.join(' ')} in the case says so.`, presentationDigest, activeMs: 0 };
  const codeFor = (decision: string) => [reasonCodes.find((code) => code.for === decision)?.code ?? ''];
  if (proposal === undefined) return { ...base, answer: seen, reasonCodes: codeFor('approve') };
  if (proposal.output.label === seen) return { ...base, decision: 'approve', reasonCodes: codeFor('approve') };
  return { ...base, decision: 'modify', output: { label: seen }, reasonCodes: codeFor('modify') };
}
