import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * What a witness can prove of a log that did wrong. `forked`: two signed checkpoints that no one log can have. `rolled-back`:
 * a signed checkpoint of a smaller tree than one it had signed before. `unproven`: a larger tree whose tiles do not lead to
 * the root it signed, so that nobody can tell. `unsigned`: a checkpoint that its own key did not sign.
 */
export type AlarmKind = 'forked' | 'rolled-back' | 'unproven' | 'unsigned';
export type Alarm = { at: string; alarm: AlarmKind; reason: string; source: string; checkpoint: string; held: string | null };
/** One line of a witness's file: a checkpoint with its cosignature, or the evidence of an alarm. */
export type Statement = { at: string; checkpoint: string } | Alarm;

/** A witness's own file: JSON lines, appended and on disk before anybody hears of them. */
export class StatementFile implements Disposable {
  readonly #handle: number;

  /** Throws what the file system says. A line that a crash cut off was never said, and is cut away. */
  constructor(file: string) {
    const fresh = !existsSync(file);
    this.#handle = openSync(file, 'a+', 0o644);
    if (fresh) syncFolder(dirname(file));
    const text = readFileSync(file);
    const whole = text.lastIndexOf(0x0a) + 1;
    if (whole === text.length) return;
    ftruncateSync(this.#handle, whole);
    fsyncSync(this.#handle);
  }

  append(statement: Statement): void {
    writeSync(this.#handle, `${JSON.stringify(statement)}\n`);
    fsyncSync(this.#handle);
  }

  [Symbol.dispose](): void {
    closeSync(this.#handle);
  }
}

/** Throws a `RangeError` that names the line for one that is no statement. */
export function readStatements(file: string): Statement[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').split('\n').slice(0, -1).map((line, at) => {
    try {
      const statement = JSON.parse(line) as Statement;
      if (typeof statement.checkpoint === 'string' && typeof statement.at === 'string') return statement;
    } catch {
      // Falls through to the one error for a line that is none of ours.
    }
    throw new RangeError(`${file}:${at + 1} is no statement of a witness. Keep the file, and find out who changed it.`);
  });
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
