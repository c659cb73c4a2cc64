import { Listr } from 'listr2';
import { foreignProvider, startEmbedded, type Embedded } from '../embedded/run.ts';
import { activateExamplePolicies, streamExamples } from './examples.ts';
import { cacheFolder, homeFolder } from './home.ts';
import { enterSeededPeople } from './people.ts';

type Step = { title?: string | undefined; output: string };

export type StartOptions = { example: boolean; port: number };

/** The examples come once: what is watched of them would await more of their like, a day later. */
const atOnce = { COUNTERSIGN_REVIEW_WATCHED_DELAY_MAX_MS: '0' };

/** As a shell reports a program that Ctrl-C ended. */
const interruptedExitCode = 130;

/** `countersign start`: everything up, examples in, then wait for Ctrl-C. */
export async function start(options: StartOptions): Promise<void> {
  const startedMs = Date.now();
  const state: { embedded?: Embedded; failure?: unknown; stopping?: boolean } = {};
  const port = (name: string) => (process.env[name] === undefined ? undefined : Number(process.env[name]));
  const ports = Object.fromEntries(Object.entries({ kafka: port('COUNTERSIGN_KAFKA_PORT'), registry: port('COUNTERSIGN_REGISTRY_PORT'), postgres: port('COUNTERSIGN_POSTGRES_PORT') }).filter(([, value]) => value !== undefined)) as { kafka?: number };
  const stopped = Promise.withResolvers<string>();
  const stop = (signal: string) => {
    state.stopping = true;
    // Until everything is up there is nothing to finish: what was started ends with this process.
    if (state.embedded === undefined) process.exit(interruptedExitCode);
    stopped.resolve(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  // The list marks the step that failed; what happened and what to do is said once, at the end.
  const step = (run: (task: Step) => Promise<void>) => async (_context: unknown, task: Step) => {
    try {
      await run(task);
    } catch (error) {
      if (state.stopping === true) {
        task.title = `${task.title ?? 'This'}: not finished`;
        return;
      }
      state.failure = error;
      throw new Error('see below', { cause: error });
    }
  };
  const started = new Listr([
    {
      title: 'Start Countersign',
      task: step(async (task) => {
        state.embedded = await startEmbedded({ ...(options.example ? { settings: atOnce } : {}), home: homeFolder(), cache: cacheFolder(), httpPort: options.port, ports, onStep: (step) => (task.output = step) });
        if (foreignProvider(process.env) === null) await enterSeededPeople(state.embedded.http);
        task.title = `Countersign runs (ready in ${((Date.now() - startedMs) / 1000).toFixed(1)} s)`;
      }),
    },
    {
      title: 'Put the example policies in force',
      enabled: () => options.example,
      task: step(async (task) => {
        const types = await activateExamplePolicies(state.embedded?.http ?? '');
        task.title = types.length === 0 ? 'Policies: as they were' : `Policies in force: ${types.join(', ')}`;
      }),
    },
    {
      title: 'Propose the example decisions',
      enabled: () => options.example,
      task: step(async (task) => {
        const sent = await streamExamples(state.embedded?.http ?? '', (count, total) => (task.output = `${count} of ${total}`));
        task.title = `Proposed ${sent} recorded decisions of two real classifiers`;
      }),
    },
  ], { fallbackRendererCondition: !process.stdout.isTTY, registerSignalListeners: false }).run().catch(async () => {
    await state.embedded?.[Symbol.asyncDispose]();
    throw state.embedded?.failure() ?? state.failure;
  });
  await Promise.race([started, stopped.promise]);
  const { embedded } = state;
  if (embedded === undefined) return;
  if (state.stopping !== true) printWelcome(embedded, options.example);
  const reason = await Promise.race([stopped.promise, embedded.failed.catch((error: Error) => error)]);
  process.stdout.write('\nStopping: finishing what is in hand ...\n');
  await embedded[Symbol.asyncDispose]();
  process.stdout.write('Stopped. Your data is in ' + embedded.home + '\n');
  if (reason instanceof Error) throw reason;
}

function printWelcome({ http, kafka, registry, home }: Embedded, example: boolean): void {
  const lines: Array<[label: string, text: string]> = [
    ...signingIn(http),
    ['API', http], ['Reference', `${http}/docs`], ['Kafka', kafka], ['Registry', registry], ['Data and logs', home], ['', ''],
    // The commands below would otherwise mean another home, and their tokens would be refused.
    ...(process.env['COUNTERSIGN_HOME'] === undefined ? [] : [['First', `export COUNTERSIGN_HOME=${home}`] as [string, string]]),
    ['Get a token', 'TOKEN=$(npx countersign token --as rita --role reviewer)'], ['Claim work', `curl -X POST -H "Authorization: Bearer $TOKEN" ${http}/v1/reviews/claims`],
    ...(example ? readingTheExample(http) : [['Propose', 'see docs/client.md; a type without a policy goes to two senior people'] as [string, string]]),
  ];
  process.stdout.write(`\n${lines.map(([label, text]) => `  ${label.padEnd(16)}${text}`.trimEnd()).join('\n')}\n\n  Ctrl-C stops everything; the data stays. npx countersign reset clears it.\n`);
}

function signingIn(http: string): Array<[label: string, text: string]> {
  const provider = foreignProvider(process.env);
  if (provider === null) return [['Console', `${http}/`], ['Sign in as', 'rita, ravi or rosa (reviewers), sami or sofia (seniors), sue (supervisor), olga (auditor), alma (admin), and others'], ['', 'the sign-in page lists them; nobody has a password here']];
  return [['Console', process.env['COUNTERSIGN_PUBLIC_URL'] ?? `${http}/`], ['Sign in at', provider], ['', 'as one of COUNTERSIGN_FIRST_ADMINS first, who enters the others under People (docs/signing-in.md)']];
}

function readingTheExample(http: string): Array<[label: string, text: string]> {
  return [
    ['Read a verdict', 'TOKEN=$(npx countersign token --as pipe --role pipeline)'], ['', `curl -H "Authorization: Bearer $TOKEN" "${http}/v1/decisions/mailroom/scan-0000?wait=5s"`],
    ['Is it working?', 'TOKEN=$(npx countersign token --as olga --role auditor)'], ['', `curl -H "Authorization: Bearer $TOKEN" ${http}/v1/metrics/oversight`],
    ['The record', `curl -H "Authorization: Bearer $TOKEN" ${http}/v1/audit/decisions/mailroom/scan-0000`],
  ];
}
