import type { Command } from 'commander';
import { addVerifyCommand } from './verify.ts';
import { addWitnessCommand } from './witness.ts';

/** `countersign audit`: the proof, for auditors, witnesses and operators. */
export function addAuditCommands(program: Command): void {
  const audit = program.command('audit').description('the proof: check it, witness it');
  addVerifyCommand(audit);
  addWitnessCommand(audit);
}
