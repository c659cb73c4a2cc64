#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { parsePolicy } from '@countersign/core';
import { roles } from '@countersign/kit';
import { secretFiles, signDevelopmentToken } from '../embedded/secrets.ts';
import { SetupError } from '../infrastructure/failure.ts';
import { addAuditCommands } from './audit.ts';
import { addDeadLetterCommands } from './dead-letters.ts';
import { doctor } from './doctor.ts';
import { explain } from './explain.ts';
import { homeFolder } from './home.ts';
import { addMetricsCommands } from './metrics.ts';
import { reset } from './reset.ts';
import { addSamplingCommands } from './sampling.ts';
import type { StartOptions } from './start.ts';

const portDefault = 8080;

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('It must be a whole number.');
  return value;
}

const program = new Command('countersign').description('Accountable people over AI decisions, in proportion to the risk, with proof that it worked.').version('0.1.0');

program.command('start').description('start everything on this machine').option('--no-example', 'without the example policies and decisions')
  .option('--port <port>', 'port of the API', wholeNumber, Number(process.env['COUNTERSIGN_HTTP_PORT'] ?? portDefault))
  .action(async (options: StartOptions) => {
    // All services and their libraries: the other commands need none of them.
    const { start } = await import('./start.ts');
    await start(options);
  });

program.command('reset').description('clear all data of this home').action(async () => await reset(homeFolder()));

program.command('doctor').description('say what is wrong, and what to do').action(async () => {
  if (!(await doctor())) process.exitCode = 1;
});

program.command('token').description('print a development token').requiredOption('--as <name>', 'who you are')
  .addOption(new Option('--role <role...>', 'what you may do').choices([...roles]).makeOptionMandatory())
  .option('--systems <systems...>', 'systems a pipeline may speak for; * is every one')
  .option('--ttl <seconds>', 'how long it is valid', wholeNumber, 12 * 3600)
  .action(async (options: { as: string; role: string[]; systems?: string[]; ttl: number }) => {
    if (process.env['COUNTERSIGN_ENVIRONMENT'] === 'production') throw new SetupError('Development tokens are refused in production.', 'Get a token from your identity provider.');
    if (!existsSync(secretFiles(homeFolder()).issuerKey)) throw new SetupError('This home has no development issuer yet.', 'Start Countersign once with `npm start`.');
    process.stdout.write(`${await signDevelopmentToken(homeFolder(), { subject: options.as, roles: options.role, ttlSeconds: options.ttl, ...(options.systems === undefined ? {} : { systems: options.systems }) })}\n`);
  });

program.command('policy').description('work on policy files').command('check <file>').description('check a policy file').action((file: string) => {
  const result = parsePolicy(readFileSync(file, 'utf8'));
  for (const { line, column, message, remedy } of result.warnings) process.stderr.write(`${file}:${line}:${column} Warning: ${message} ${remedy}\n`);
  if (result.ok) {
    process.stdout.write(`${file} is sound: ${result.policy.document.decisionType} ${result.policy.version}\n`);
    return;
  }
  for (const { line, column, message, remedy } of result.problems) process.stderr.write(`${file}:${line}:${column} ${message} ${remedy}\n`);
  process.exitCode = 1;
});

addSamplingCommands(program);
addMetricsCommands(program);
addDeadLetterCommands(program);
addAuditCommands(program);

try {
  await program.parseAsync();
  process.exit();
} catch (error) {
  process.stderr.write(`\n${explain(error)}\n`);
  process.exit(1);
}
