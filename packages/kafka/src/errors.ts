/** A record that no batch can hold. Nothing of its call was queued. */
export class RecordTooLargeError extends Error {
  override name = 'RecordTooLargeError';
  constructor(topic: string, bytes: number, bytesMax: number) {
    super(`A record for ${topic} has ${bytes} bytes; at most ${bytesMax} fit.`);
  }
}

/** Some records may be written, some not. Repeat the whole call: consumers deduplicate by event id. */
export class ProduceError extends Error {
  override name = 'ProduceError';
}

/** A position points outside the log: it was truncated, or this is another cluster. Never reset silently. */
export class OffsetOutOfRangeError extends Error {
  override name = 'OffsetOutOfRangeError';
}

/** A topic exists with another partition count, so keys would land elsewhere. */
export class TopicMismatchError extends Error {
  override name = 'TopicMismatchError';
}

/** Nothing was fetched, handled or heard for too long although the client believes all is well. */
export class ConsumerStuckError extends Error {
  override name = 'ConsumerStuckError';
}
