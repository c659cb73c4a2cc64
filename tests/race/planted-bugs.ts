import type { JudgementRow, RaceEvent, RaceWorld, ViolationKind } from './world.ts';

export type PlantedBug = { bug: string; kind: ViolationKind; plant(world: RaceWorld): void };

function required<T>(item: T | undefined, what: string): T {
  if (item === undefined) throw new Error(`The race has no ${what}.`);
  return item;
}

const eventOf = ({ events }: RaceWorld, record: string) => required(events.find((event) => event.record === record), record);
const rowOf = ({ judgements }: RaceWorld, state: string): JudgementRow => required(judgements.find((row) => row.state === state), `${state} judgement`);
const insertAfter = ({ events }: RaceWorld, after: RaceEvent, ...added: RaceEvent[]) => events.splice(events.indexOf(after) + 1, 0, ...added);
const isNot = <T>(unwanted: T) => (item: T) => item !== unwanted;

/** What each of these would leave behind, planted into what a real race left behind. */
export const plantedBugs: readonly PlantedBug[] = [
  {
    bug: 'no lock on the next task: two people are given the same one', kind: 'double-claim',
    plant: (world) => {
      const claim = eventOf(world, 'TaskClaimed');
      insertAfter(world, claim, { ...claim, person: 'somebody-else' });
    },
  },
  {
    bug: 'the fence is not raised: two people hold one task under one fence', kind: 'double-claim',
    plant: ({ told }) => void told.claims.push({ ...required(told.claims[0], 'claim'), person: 'somebody-else' }),
  },
  {
    bug: 'no check of the fence: whoever held the task before judges it', kind: 'stale-judgement',
    plant: ({ events }) => {
      const submitted = required(events.find(({ record, fence }) => record === 'JudgementSubmitted' && fence > 1), 'judgement under a later fence');
      submitted.fence -= 1;
    },
  },
  {
    bug: 'no check of the holder: somebody else judges it', kind: 'stale-judgement',
    plant: (world) => void (eventOf(world, 'JudgementSubmitted').person = 'somebody-else'),
  },
  {
    bug: 'no check of the expiry: a claim that ran out is judged before it is taken back', kind: 'stale-judgement',
    plant: ({ told, events }) => {
      const isPlain = ({ taskId, fence, person, record }: RaceEvent) => record === 'JudgementSubmitted' && told.claims.some((claim) => claim.taskId === taskId && claim.fence === fence && claim.person === person && !claim.beaten);
      const submitted = required(events.find(isPlain), 'judgement without a heartbeat');
      submitted.at += 3_600_000_000;
    },
  },
  {
    bug: 'the answer leaves before the commit: an acknowledged judgement is nowhere', kind: 'judgement-lost',
    plant: (world) => {
      const { judgementId } = required(world.told.judgements[0], 'acknowledged judgement');
      world.judgements = world.judgements.filter((row) => row.judgementId !== judgementId);
      world.events = world.events.filter((event) => event.judgementId !== judgementId);
    },
  },
  {
    bug: 'a deadline is lost with its process: a judgement never becomes final', kind: 'judgement-lost',
    plant: (world) => {
      const { judgementId } = required(world.told.judgements.find((told) => rowOf(world, 'final').judgementId === told.judgementId), 'final judgement');
      for (const row of world.judgements) if (row.judgementId === judgementId) row.state = 'pending';
    },
  },
  {
    bug: 'a repeat counts twice: one submit, two judgements', kind: 'judgement-doubled',
    plant: (world) => {
      const submitted = eventOf(world, 'JudgementSubmitted');
      insertAfter(world, submitted, { ...submitted, judgementId: 'another' });
      world.judgements.push({ ...required(world.judgements.find(({ judgementId }) => judgementId === submitted.judgementId), 'row'), judgementId: 'another', state: 'withdrawn' });
      insertAfter(world, eventOf(world, 'JudgementFinalised'), { ...submitted, record: 'JudgementWithdrawn', judgementId: 'another', taskId: 'elsewhere' });
    },
  },
  {
    bug: 'two instances finalise one judgement', kind: 'judgement-doubled',
    plant: (world) => {
      const finalised = eventOf(world, 'JudgementFinalised');
      insertAfter(world, finalised, { ...finalised });
    },
  },
  {
    bug: 'undo comes after the end: told as taken back, and final', kind: 'told-otherwise',
    plant: (world) => {
      const { judgementId } = required(world.told.judgements.find(({ judgementId: id }) => world.judgements.some((row) => row.judgementId === id && row.state === 'final')), 'final judgement');
      world.told.undone.push(judgementId);
    },
  },
  {
    bug: 'the answer is another request\'s: a judgement under somebody else\'s name', kind: 'told-otherwise',
    plant: ({ told }) => void (required(told.judgements[0], 'acknowledged judgement').person = 'somebody-else'),
  },
  {
    bug: 'the event is not in the transaction: the table has a judgement that Kafka has not', kind: 'event-missing',
    plant: (world) => void (world.events = world.events.filter(isNot(eventOf(world, 'JudgementFinalised')))),
  },
  {
    bug: 'work that was put aside never comes back', kind: 'task-unfinished',
    plant: ({ tasks }) => void (required(tasks[0], 'task').state = 'open'),
  },
];
