import { createRequire } from 'node:module';
import { OffsetOutOfRangeError } from './errors.ts';

type Place = { topic: string; partition: number };
type ConsumerGroup = {
  groupId: string;
  preferredReadReplicasPerTopicPartition: Record<string, Record<number, unknown> | undefined>;
  recoverFromOffsetOutOfRange(error: Place): Promise<void>;
};

let patched = false;

/**
 * kafkajs 2.2.4 answers OFFSET_OUT_OF_RANGE by committing the default offset, which skips records or handles all of
 * them again without a word. Here it ends the consumer: somebody decides. (A follower that lags is asked no more; the
 * leader decides.)
 */
export function patchOffsetReset(): void {
  if (patched) return;
  patched = true;
  const ConsumerGroup = createRequire(import.meta.url)('kafkajs/src/consumer/consumerGroup') as { prototype: ConsumerGroup };
  ConsumerGroup.prototype.recoverFromOffsetOutOfRange = function refuse(this: ConsumerGroup, { topic, partition }: Place) {
    const followers = this.preferredReadReplicasPerTopicPartition[topic];
    if (followers?.[partition] !== undefined) {
      delete followers[partition];
      return Promise.resolve();
    }
    return Promise.reject(new OffsetOutOfRangeError(`Group ${this.groupId} asked for an offset of ${topic}/${partition} that is not in the log: records it has not handled are gone, or the topic is another one. Restore it, or reset the group's position on purpose.`));
  };
}
