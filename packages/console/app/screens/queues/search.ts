/** What the address of the supervisor's screen says: which view, and of what. */

export const views = ['queues', 'people', 'findings', 'calibration', 'decision'] as const;
export type QueuesView = (typeof views)[number];

export const taskStates = ['open', 'claimed', 'judged'] as const;
export const findingStates = ['open', 'reversed', 'incident', 'dismissed', 'closed'] as const;
export const calibrationDays = [30, 90, 365] as const;
export type TaskState = (typeof taskStates)[number];
export type FindingState = (typeof findingStates)[number];

export type QueuesSearch = { view?: QueuesView; queue?: string; state?: TaskState; found?: FindingState | 'all'; system?: string; id?: string; days?: (typeof calibrationDays)[number] };

/** What is not understood is left out: an old link still opens the screen. */
export function readQueuesSearch(search: Record<string, unknown>): QueuesSearch {
  const { queue, system } = search;
  const id = textOf(search['id']);
  const view = views.find((each) => each === search['view']);
  const state = taskStates.find((each) => each === search['state']);
  const days = calibrationDays.find((each) => each === Number(search['days']));
  const found = search['found'] === 'all' ? 'all' as const : findingStates.find((each) => each === search['found']);
  return {
    ...(view === undefined ? {} : { view }), ...(typeof queue === 'string' ? { queue } : {}), ...(state === undefined ? {} : { state }), ...(found === undefined ? {} : { found }),
    ...(typeof system === 'string' ? { system } : {}), ...(id === undefined ? {} : { id }), ...(days === undefined ? {} : { days }),
  };
}

/** The router reads a figure in an address as a number; an id of digits is one all the same. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
}
