import { createRequire } from 'node:module';

type ConsumerGroup = { cluster: { getNodeIds(): number[] }; getNodeIds(): number[] };

let patched = false;

/**
 * kafkajs 2.2.4 forgets a broker whose connection breaks during a fetch, and gives up at once, without another try, where a heartbeat fails before the
 * broker is found again: a restart of the only broker ends the consumer by chance. Here it goes on asking the brokers known last, which has it look for
 * them, as often as it tries anything else.
 */
export function patchKnownBrokers(): void {
  if (patched) return;
  patched = true;
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/consumer/consumerGroup') as { prototype: ConsumerGroup };
  const knownLast = new WeakMap<ConsumerGroup, number[]>();
  prototype.getNodeIds = function getNodeIds() {
    const known = this.cluster.getNodeIds();
    if (known.length === 0) return knownLast.get(this) ?? known;
    knownLast.set(this, known);
    return known;
  };
}
