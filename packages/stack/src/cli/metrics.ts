import type { Command } from 'commander';
import { storageSettings } from './connections.ts';

/** `countersign metrics`: rebuild from the audit log. */
export function addMetricsCommands(program: Command): void {
  program.command('metrics').description('work on the figures of oversight')
    .command('rebuild').description('count everything again from the audit log; needs Postgres and the master key, and no Kafka. Services may run')
    .action(async () => {
      const { rebuildMetrics } = await import('../operations/rebuild-metrics.ts');
      const { decisions, tasks, alerts, read, erased } = await rebuildMetrics(storageSettings(), { onProgress: (count) => process.stdout.write(`read ${count} events\n`) });
      process.stdout.write(`Rebuilt from ${read} events: ${decisions} decisions, ${tasks} tasks, ${alerts} alerts.\n`);
      if (erased > 0) process.stdout.write(`The content of ${erased} events is erased: what they said is not in the figures any more.\n`);
    });
}
