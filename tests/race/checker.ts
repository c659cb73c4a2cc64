import type { JudgementRow, RaceEvent, RaceWorld, ToldClaim, Violation, ViolationKind } from './world.ts';

type Report = (kind: ViolationKind, what: string) => void;

/** Everything that must never be. An empty answer means: no task had two holders, and every judgement counts as its author was told. */
export function check(world: RaceWorld): Violation[] {
  const violations: Violation[] = [];
  const report: Report = (kind, what) => void violations.push({ kind, what });
  checkToldClaims(world, report);
  checkHolders(world, report);
  checkTold(world, report);
  checkStanding(world, report);
  checkEvents(world, report);
  for (const { taskId, state } of world.tasks) if (state !== 'closed') report('task-unfinished', `task ${taskId} is ${state}`);
  return violations;
}

const place = (taskId: string, fence: number) => `${taskId} under fence ${fence}`;

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

function checkToldClaims({ told }: RaceWorld, report: Report): void {
  for (const [where, claims] of groupBy(told.claims, ({ taskId, fence }) => place(taskId, fence))) {
    const people = new Set(claims.map(({ person }) => person));
    if (people.size > 1) report('double-claim', `${[...people].join(' and ')} were both given ${where}`);
  }
}

/** Follows each task through its events: who holds it, under which fence, and which judgement stands. */
function checkHolders({ events, told }: RaceWorld, report: Report): void {
  const known = new Map(told.claims.map((claim) => [`${claim.person} ${place(claim.taskId, claim.fence)}`, claim]));
  for (const own of groupBy(events, ({ taskId }) => taskId).values()) followTask(own, known, report);
}

type Holder = { person: string | null; fence: number; expiresAt: number | null; judged: string | null };

function followTask(events: readonly RaceEvent[], known: ReadonlyMap<string, ToldClaim>, report: Report): void {
  let holder: Holder | null = null;
  for (const event of events) holder = follow(holder, event, known, report);
}

/** Who holds the task after an event, and what is wrong with it. */
function follow(holder: Holder | null, event: RaceEvent, known: ReadonlyMap<string, ToldClaim>, report: Report): Holder | null {
  const where = `${event.person} ${place(event.taskId, event.fence)}`;
  switch (event.record) {
    case 'TaskClaimed':
      if (holder !== null) report('double-claim', `${where}, while ${holder.person} held it under ${holder.fence}`);
      return { person: event.person, fence: event.fence, expiresAt: event.expiresAt, judged: null };
    case 'TaskReleased': case 'TaskHeld': case 'TaskEscalated': case 'TaskClosed':
      return null;
    case 'JudgementSubmitted':
      if (holder !== null && holder.judged !== null) report('judgement-doubled', `${where} was judged while ${holder.judged} stood`);
      else if (holder === null || holder.person !== event.person || holder.fence !== event.fence) report('stale-judgement', `${where}, while ${holder === null ? 'nobody' : `${holder.person} under ${holder.fence}`} held it`);
      else if (hadExpired(event, holder, known.get(where))) report('stale-judgement', `${where} was judged after the claim ran out`);
      return holder === null ? null : { ...holder, judged: event.judgementId };
    case 'JudgementWithdrawn':
      return holder === null ? null : { ...holder, fence: event.fence, expiresAt: null, judged: null };
    default:
      return holder;
  }
}

function hadExpired(event: RaceEvent, holder: Holder, told: ToldClaim | undefined): boolean {
  if (told?.beaten === true) return false;
  const expiresAt = told?.expiresAt ?? holder.expiresAt;
  return expiresAt !== null && event.at >= expiresAt;
}

/** What people were told of their judgements is what became of them. */
function checkTold({ told, judgements }: RaceWorld, report: Report): void {
  const rows = new Map(judgements.map((row) => [row.judgementId, row]));
  const undone = new Set(told.undone);
  const undoing = new Set(told.undoing);
  for (const { judgementId, person, taskId, fence } of told.judgements) {
    const row = rows.get(judgementId);
    const what = `the judgement ${judgementId} of ${person}`;
    if (row === undefined) report('judgement-lost', `${what} is not there`);
    else if (row.person !== person || row.taskId !== taskId || row.fence !== fence) report('told-otherwise', `${what} is kept as ${row.person}'s of ${place(row.taskId, row.fence)}`);
    else if (row.state === 'pending') report('judgement-lost', `${what} never became final`);
    else if (undone.has(judgementId) ? row.state !== 'withdrawn' : row.state === 'withdrawn' && !undoing.has(judgementId)) report('told-otherwise', `${what} is ${row.state}`);
  }
}

function checkStanding({ judgements }: RaceWorld, report: Report): void {
  const standing = judgements.filter(({ state }) => state !== 'withdrawn');
  for (const [taskId, rows] of groupBy(standing, (row) => row.taskId)) {
    if (rows.length > 1) report('judgement-doubled', `task ${taskId} has ${rows.length} standing judgements`);
  }
}

const eventOfState: Readonly<Record<string, string>> = { final: 'JudgementFinalised', withdrawn: 'JudgementWithdrawn' };

/** Tables and Kafka tell the same, each once. */
function checkEvents({ judgements, events, told }: RaceWorld, report: Report): void {
  const byJudgement = groupBy(events.filter((event) => event.judgementId !== null), (event) => event.judgementId ?? '');
  for (const row of judgements) checkEventsOf(row, byJudgement.get(row.judgementId) ?? [], report);
  const submitted = events.filter(({ record }) => record === 'JudgementSubmitted');
  const rows = new Set(judgements.map(({ judgementId }) => judgementId));
  for (const event of submitted) if (!rows.has(event.judgementId ?? '')) report('judgement-lost', `the judgement ${event.judgementId} is on Kafka and not in the table`);
  // Everybody writes something new each time they mean to judge, so the same words twice are one submit counted twice.
  for (const [reasoning, same] of groupBy(submitted, (event) => event.reasoning ?? '')) {
    if (new Set(same.map(({ judgementId }) => judgementId)).size > 1) report('judgement-doubled', `one submit counts ${same.length} times: ${reasoning}`);
  }
  const words = new Map(submitted.map((event) => [event.judgementId, event.reasoning]));
  for (const { judgementId, reasoning } of told.judgements) {
    const kept = words.get(judgementId);
    if (kept !== undefined && kept !== reasoning) report('told-otherwise', `the judgement ${judgementId} has other words than its author's`);
  }
}

function checkEventsOf({ judgementId, state }: JudgementRow, events: readonly RaceEvent[], report: Report): void {
  for (const wanted of ['JudgementSubmitted', eventOfState[state]]) {
    const count = events.filter(({ record }) => record === wanted).length;
    if (wanted !== undefined && count === 0) report('event-missing', `no ${wanted} of the judgement ${judgementId}`);
    if (count > 1) report('judgement-doubled', `${count} times ${wanted} of the judgement ${judgementId}`);
  }
}
