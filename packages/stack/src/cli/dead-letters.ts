import { writeFile } from 'node:fs/promises';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseDuration } from '@countersign/core';
import { SetupError } from '../infrastructure/failure.ts';
import { DeadLetters, type DeadLetterEntry, type DeadLetterFilter, type ReplayResult } from '../operations/dead-letters.ts';
import { kafkaSettings } from './connections.ts';

type FilterOptions = { topic?: string; reason?: string; service?: string; since?: number };
type ReplayOptions = FilterOptions & { as: string; all?: boolean; dryRun?: boolean; again?: boolean };

/** `countersign dead-letters`: list, show, replay. */
export function addDeadLetterCommands(program: Command): void {
  const letters = program.command('dead-letters').description('messages that no service could process (kept 7 days)');
  withFilter(letters.command('list').description('list them, oldest first')).action(async (options: FilterOptions) => {
    await using desk = await DeadLetters.connect(kafkaSettings());
    const entries = await desk.list(filterOf(options));
    for (const entry of entries) process.stdout.write(`${lineOf(entry)}\n`);
    process.stdout.write(`${entries.length} dead letters\n`);
  });
  letters.command('show <id>').description('show one whole').option('--value <file>', 'write its bytes to a file').action(show);
  withFilter(letters.command('replay [ids...]').description('send chosen ones to their topic again, byte for byte; on record with your name'))
    .requiredOption('--as <name>', 'who you are').option('--all', 'all of them').option('--dry-run', 'only say what would be sent').option('--again', 'also what was replayed before')
    .action(replay);
}

function withFilter(command: Command): Command {
  return command.option('--topic <topic>', 'from one topic, such as decisions.proposed').addOption(new Option('--reason <reason>', 'for one reason').choices(['undecodable', 'stalled']))
    .option('--service <service>', 'given up by one service').option('--since <time>', 'a time in ISO 8601, or a duration such as 24h', since);
}

async function show(id: string, options: { value?: string }): Promise<void> {
  await using desk = await DeadLetters.connect(kafkaSettings());
  const found = await desk.show(id);
  if (found === undefined) throw new SetupError(`There is no dead letter ${id}.`, 'See `npx countersign dead-letters list`.');
  const { entry, value } = found;
  const headers = Object.entries(entry.headers).map(([name, content]) => `  header ${readable(Buffer.from(name))}: ${readable(content)}\n`);
  process.stdout.write(`${lineOf(entry)}\n  error: ${readable(Buffer.from(entry.error))}\n  key: ${entry.key === null ? 'none' : readable(entry.key)}\n${headers.join('')}  value: ${entry.erased ? 'erased' : value === null ? 'none, or too large to keep' : readable(value)}\n`);
  if (options.value !== undefined && value !== null) await writeFile(options.value, value, { mode: 0o600 });
}

async function replay(ids: string[], options: ReplayOptions): Promise<void> {
  const filter = { ...filterOf(options), ...(ids.length === 0 ? {} : { ids }) };
  if (Object.keys(filter).length === 0 && options.all !== true) throw new SetupError('Nothing is chosen.', 'Give ids, --topic, --reason, --service or --since; --all for all of them.');
  await using desk = await DeadLetters.connect(kafkaSettings());
  const results = await desk.replay(filter, { person: options.as, dryRun: options.dryRun ?? false, again: options.again ?? false });
  for (const { entry, outcome } of results) process.stdout.write(`${said[outcome]}: ${lineOf(entry)}\n`);
  process.stdout.write(`${results.filter(({ outcome }) => outcome === 'replayed').length} of ${results.length} replayed\n`);
  if (results.some(({ outcome }) => outcome === 'replayed-before' || outcome === 'not-kept' || outcome === 'erased') || results.length < ids.length) process.exitCode = 1;
}

const said: Readonly<Record<ReplayResult['outcome'], string>> = {
  replayed: 'replayed', 'would-replay': 'would be replayed', 'replayed-before': 'left alone, it was replayed before (--again sends it again)', 'not-kept': 'left alone, its bytes were not kept', erased: 'left alone, it was erased',
};

function filterOf({ topic, reason, service, since: sinceMs }: FilterOptions): DeadLetterFilter {
  return { ...(topic === undefined ? {} : { topic }), ...(reason === undefined ? {} : { reason }), ...(service === undefined ? {} : { service }), ...(sinceMs === undefined ? {} : { sinceMs }) };
}

function lineOf(entry: DeadLetterEntry): string {
  const replays = entry.replays.map(({ by, at }) => `, replayed by ${by} at ${timeOf(at)}`).join('');
  return `${entry.eventId}  ${timeOf(entry.occurredAt)}  ${entry.reason}  ${entry.topic}/${entry.partition} at ${entry.offset}  ${entry.service}  ${entry.bytes ?? 'no'} bytes${replays}${entry.erased ? ', erased' : ''}`;
}

function timeOf(us: number): string {
  return new Date(us / 1000).toISOString();
}

/** Text where it is text a terminal can show; hex, at most 256 bytes of it, otherwise. */
function readable(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (Buffer.from(text).equals(bytes) && !/[\p{Cc}\p{Cf}]/u.test(text)) return text;
  return `0x${bytes.subarray(0, 256).toString('hex')}${bytes.length > 256 ? ` and ${bytes.length - 256} more bytes` : ''}`;
}

function since(text: string): number {
  const ms = parseDuration(text);
  const value = ms === undefined ? Date.parse(text) : Date.now() - ms;
  if (Number.isNaN(value)) throw new InvalidArgumentError('It must be a time in ISO 8601, or a duration such as 24h.');
  return value;
}
