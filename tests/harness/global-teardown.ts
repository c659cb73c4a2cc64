import { rm } from 'node:fs/promises';

/** Stops what the set-up started and removes its data. */
export default async function globalTeardown(): Promise<void> {
  await globalThis.countersignInfrastructure?.[Symbol.asyncDispose]();
  const home = process.env['COUNTERSIGN_TEST_HOME'];
  if (home !== undefined) await rm(home, { recursive: true, force: true });
}
