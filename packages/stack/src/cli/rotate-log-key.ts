import type { Command } from 'commander';
import { secretFiles } from '../embedded/secrets.ts';
import { rotateLogKey } from '../operations/rotate-log-key.ts';
import { homeFolder } from './home.ts';

/** `countersign audit rotate-key`: for operators of the log. */
export function addRotateKeyCommand(audit: Command): void {
  audit.command('rotate-key').description('add a key that signs checkpoints, or take one away; audit takes the change up within seconds')
    .option('--file <file>', 'the log keys; otherwise those of this home', process.env['COUNTERSIGN_AUDIT_LOG_KEY_FILE'])
    .option('--retire <verifier-key>', 'take this key away, once everybody who checks has another')
    .action(rotate);
}

async function rotate({ file = secretFiles(homeFolder()).auditLogKey, retire }: { file?: string; retire?: string }): Promise<void> {
  const { origin, added, retired, inUse, publicFile } = await rotateLogKey({ file, ...(retire === undefined ? {} : { retire }) });
  process.stdout.write([
    added === null ? `${String(retired)} signs no more checkpoints of ${origin}.\n` : `${added}\nsigns checkpoints of ${origin} from now on, besides ${inUse.length - 1 === 1 ? 'the key' : `the ${inUse.length - 1} keys`} there ${inUse.length - 1 === 1 ? 'was' : 'were'}.\n`,
    added === null ? 'Old checkpoints are still checked with it.\n' : 'Give it to everybody who checks this log, by another way than the log itself; then take the old key away with --retire.\n',
    `Verifier keys, old ones too: ${publicFile}\n`,
  ].join(''));
}
