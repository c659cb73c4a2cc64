import { decisionKey } from '@countersign/contracts';
import type { SamplingKeySource } from '@countersign/core';
import type { OutgoingRecord } from '@countersign/kafka';
import { crashPoint, type PolicyFeed, type ReceivedBatch, type ServiceContext } from '@countersign/kit';
import type { samplingViews} from './draws.ts';
import { drawFor, select } from './draws.ts';

export type SamplingDeps = { context: ServiceContext<'sampling'>; policies: PolicyFeed; keys: SamplingKeySource };

/** Draws for every routed decision; most draws select nothing. Repeatable to the byte. */
export async function handleRouted({ context, policies, keys }: SamplingDeps, batch: ReceivedBatch<'decisions.routed', typeof samplingViews>): Promise<void> {
  const drawn = batch.events.filter(({ event }) => drawFor(event.value, policies.byVersion(event.value.policyVersion ?? '')) !== null);
  const outgoing: OutgoingRecord[] = [];
  for (const { event, trace } of drawn) {
    const routed = event.value;
    const policy = policies.byVersion(routed.policyVersion ?? '');
    // The output's label is needed only for what is selected, and few are: decode those alone.
    if (select(routed, '', policy, keys) === null) continue;
    const [accepted] = await context.codec.decode('decisions.accepted', [routed.accepted]);
    if (accepted === undefined || 'undecodable' in accepted) throw new Error(`The accepted event inside ${routed.decisionId} cannot be decoded.`);
    const selected = select(routed, accepted.value.proposed.output.label, policy, keys);
    if (selected !== null) outgoing.push(context.publisher.record('spotchecks.selected', 'SpotCheckSelected', selected, decisionKey(routed.system ?? '', routed.decisionId ?? ''), trace));
  }
  if (outgoing.length === 0) return;
  batch.requireOwned();
  await context.producer.send(outgoing);
  crashPoint('sampling.produced');
}
