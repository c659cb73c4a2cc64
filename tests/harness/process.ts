import { join } from 'node:path';
import type { ServiceName } from '@countersign/contracts';
import { commonSettings } from '@countersign/kit';
import type { TestStack } from './stack.ts';

/** What a service is started with as a process of its own, on a port that it chooses. */
export function processOf(service: ServiceName, { settings }: TestStack): { args: string[]; env: NodeJS.ProcessEnv } {
  const common = Object.entries(commonSettings).flatMap(([name, { env }]) => {
    const value = settings[name as keyof typeof commonSettings];
    return value === null ? [] : [[env, typeof value === 'object' ? value.join(',') : String(value)] as const];
  });
  return {
    args: [join(import.meta.dirname, '../../services', service, 'main.ts')],
    env: {
      PATH: process.env['PATH'], ...Object.fromEntries(common), COUNTERSIGN_HTTP_PORT: '0',
    },
  };
}
