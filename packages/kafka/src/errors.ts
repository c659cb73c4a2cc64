/** A record that no batch, or the topic, can hold. Thrown before anything is queued, or by the broker; then others of its call may be written. */
export class RecordTooLargeError extends Error {
  override name = 'RecordTooLargeError';
  constructor(topic: string, bytes: number, bytesMax?: number) {
    super(`A record for ${topic} has about ${bytes} bytes; ${bytesMax === undefined ? 'the topic takes fewer' : `at most ${bytesMax} fit`}.`);
  }
}

/** Some records may be written, some not. Repeat the whole call: consumers deduplicate by event id. */
export class ProduceError extends Error {
  override name = 'ProduceError';
}

/** A position points outside the log: it was truncated, or this is another cluster. Never reset silently. */
export class OffsetOutOfRangeError extends Error {
  override name = 'OffsetOutOfRangeError';
  /** Read by kafkajs, which tries everything again that does not say no. */
  readonly retriable = false;
}

/**
 * Thrown by a handler: whoever keeps the positions says that another member took the partition over, and nothing of ours may be written. Where the group does not
 * say so too, it was a member that is gone: the consumer takes its partitions again.
 */
export class LostOwnershipError extends Error {
  override name = 'LostOwnershipError';
}

/** A topic exists with another partition count, so keys would land elsewhere. */
export class TopicMismatchError extends Error {
  override name = 'TopicMismatchError';
}

/** Nothing was fetched, handled or heard for too long although the client believes all is well. */
export class ConsumerStuckError extends Error {
  override name = 'ConsumerStuckError';
}
