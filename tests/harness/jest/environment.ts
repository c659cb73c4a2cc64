import { ModernFakeTimers } from '@jest/fake-timers';
import { ModuleMocker } from 'jest-mock';

type TimersConfig = ConstructorParameters<typeof ModernFakeTimers>[0]['config'];

/** Node as it is, for `runtime.ts`: no context of its own. Puts back after each file what Jest and the file changed of the process. */
export default class NodeItself {
  readonly global = globalThis;
  readonly moduleMocker = new ModuleMocker(globalThis);
  readonly fakeTimers = null;
  readonly fakeTimersModern: ModernFakeTimers;
  readonly #before = { exit: process.exit, console: globalThis.console, env: { ...process.env } };

  constructor({ projectConfig }: { projectConfig: TimersConfig }) {
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
  }

  async setup(): Promise<void> {}

  async teardown(): Promise<void> {
    const { exit, console, env } = this.#before;
    this.fakeTimersModern.dispose();
    process.exit = exit;
    globalThis.console = console;
    for (const name of Object.keys(process.env)) if (!(name in env)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, env);
    Reflect.deleteProperty(globalThis, Symbol.for('TEST_TIMEOUT_SYMBOL'));
  }

  getVmContext(): null {
    return null;
  }
}
