import { createRequire, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import type JestRuntime from 'jest-runtime';

const require = createRequire(import.meta.url);
/** Its types are those of CommonJS. */
const { default: Runtime } = require('jest-runtime') as typeof JestRuntime;

/**
 * Jest's runtime gives each test file an own copy of every module, in a `node:vm` context: two seconds of compiling for each of two hundred files here, and
 * code that never gets warm. Here Node itself imports the test file, and what it imports is shared by the files of one worker, as the services
 * share it in the embedded mode. What Jest mocks in modules is not to be had then, and nothing here asks for it; all else is Jest's own.
 */
export default class NodeRuntime extends Runtime {
  readonly #testPath: string;

  constructor(...parameters: ConstructorParameters<typeof Runtime>) {
    const { getBuiltinModule } = process;
    super(...parameters);
    // Jest has put its own there, for a process that is a copy; this one is not.
    Object.assign(process, { getBuiltinModule });
    this.#testPath = parameters[6];
  }

  /** The adapter of jest-circus: anew for each file, because it holds the tests that were declared and who listens. */
  override requireInternalModule<T>(adapter: string): T {
    const path = require.resolve(adapter);
    Reflect.deleteProperty(require.cache, path);
    Reflect.deleteProperty(globalThis, Symbol.for('EVENT_HANDLERS'));
    return require(path) as T;
  }

  override setGlobalsForRuntime(globals: Parameters<InstanceType<typeof Runtime>['setGlobalsForRuntime']>[0]): void {
    super.setGlobalsForRuntime(globals);
    const jestGlobals = this['jestGlobals'] as { jestObjectFor(file: string): unknown };
    globalThis.countersignJest = { ...globals, jest: jestGlobals.jestObjectFor(this.#testPath) };
  }

  override unstable_shouldLoadAsEsm(): boolean {
    return true;
  }

  /** A number in the address, because a worker may be given the same file twice. */
  override unstable_importModule(path: string): Promise<unknown> {
    imports += 1;
    return import(`${pathToFileURL(path).href}?${imports}`);
  }
}

declare global {
  /** What `@jest/globals` stands for in the file that runs now. */
  var countersignJest: Record<string, unknown>;
}

const address = 'countersign:jest-globals';
let imports = 0;

/** Modules that several test files share must declare their tests in the one that runs: looked up when they are called, not when they are imported. */
const source = ['afterAll', 'afterEach', 'beforeAll', 'beforeEach', 'describe', 'expect', 'it', 'jest', 'test']
  .map((name) => `export const ${name} = new Proxy(() => {}, {
    apply: (_target, _this, args) => countersignJest.${name}(...args),
    get: (_target, key) => countersignJest.${name}[key],
  });`).join('\n');

registerHooks({
  resolve: (specifier, context, next) => (specifier === '@jest/globals' ? { url: address, format: 'module', shortCircuit: true } : next(specifier, context)),
  load: (url, context, next) => (url === address ? { format: 'module', source, shortCircuit: true } : next(url, context)),
});
