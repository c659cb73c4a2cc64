import { closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { linesFrom } from './lines.ts';

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
    const whole = endOfLines(this.#handle);
    if (whole === fstatSync(this.#handle).size) return;
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

/** One after the other. Throws a `RangeError` that names the line for one that is no statement. */
export function* readStatements(file: string): Generator<Statement> {
  if (!existsSync(file)) return;
  let number = 0;
  for (const { text } of linesFrom(file, 0)) {
    number += 1;
    const statement = statementOf(text);
    if (statement === null) throw new RangeError(`${file}:${number} is no statement of a witness. Keep the file, and find out who changed it.`);
    yield statement;
  }
}

function statementOf(line: string): Statement | null {
  try {
    const statement = JSON.parse(line) as Statement;
    return typeof statement.checkpoint === 'string' && typeof statement.at === 'string' ? statement : null;
  } catch {
    return null;
  }
}

/** Where the last whole line ends. */
function endOfLines(file: number): number {
  const block = Buffer.alloc(64 * 1024);
  for (let end = fstatSync(file).size; end > 0; ) {
    const from = Math.max(0, end - block.length);
    const last = block.subarray(0, readSync(file, block, 0, end - from, from)).lastIndexOf(0x0a);
    if (last !== -1) return from + last + 1;
    end = from;
  }
  return 0;
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
