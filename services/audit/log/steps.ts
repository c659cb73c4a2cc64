/** Every place between two effects of the log: where its tests stop it, in the order in which they are passed. */
export const logSteps = [
  'transaction-begun', 'batches-read', 'rows-read', 'entries-inserted', 'batches-removed', 'size-moved', 'sequenced',
  'file-written', 'files-synced', 'file-renamed', 'folder-synced', 'tiles-written', 'checkpoint-signed', 'checkpoint-inserted', 'anchor-written', 'anchored', 'checkpoint-filed', 'published', 'anchored-size-moved',
] as const;
export type LogStep = (typeof logSteps)[number];

/** Called at each step; throwing there is as if the process had ended, waiting as if it stood still. */
export type AtStep = (step: LogStep) => void | Promise<void>;

export const noFault: AtStep = () => undefined;
