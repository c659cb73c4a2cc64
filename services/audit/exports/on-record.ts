import type { OutgoingRecord } from '@countersign/kafka';
import { CountersignError, type ServiceContext } from '@countersign/kit';

/** Many times what Kafka takes to acknowledge a record, and a fraction of what the producer goes on trying. */
const onRecordMsMax = 3000;

/**
 * Resolves once Kafka has `record`, which tells that something is about to leave. Throws `unavailable` where Kafka does not say so soon; the producer may
 * still be trying then, and `onLate` is called if it succeeds: the log says that something was about to leave, and it did not.
 */
export async function requireOnRecord({ producer, log }: Pick<ServiceContext<'audit'>, 'producer' | 'log'>, record: OutgoingRecord, onLate: () => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), onRecordMsMax);
  });
  const sent = producer.send([record]);
  try {
    if ((await Promise.race([sent, late])) !== 'late') return;
  } catch (error) {
    throw unrecorded(error);
  } finally {
    clearTimeout(timer);
  }
  sent.then(onLate, (error: unknown) => log.warn({ err: error }, 'an export that was refused could not be recorded'));
  throw unrecorded();
}

function unrecorded(cause?: unknown): CountersignError {
  return new CountersignError('unavailable', 'Kafka does not take the record that this leaves, so nothing does.', { remedy: 'Ask again once Kafka answers: /readyz says so, and operators find the cause in the log of audit.' }, cause);
}
