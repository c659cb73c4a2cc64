import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { keyAt, samplingKeyLeadMs, type SamplingKey, type SamplingKeySource } from '@countersign/core';

/** Services look at the keys file this often: far more often than the lead of a new key needs. */
const lookEveryMs = 5000;
const keyBytesMin = 32;

/** Reads the sampling keys, sorted by start: `{ "keys": [{ "version", "validFrom": ISO 8601, "keyBase64" }] }`. */
export function readSamplingKeys(file: string): SamplingKey[] {
  return parseSamplingKeys(readFileSync(file, 'utf8'), file);
}

/** Throws `RangeError` naming `file` where the text is no list of keys. */
export function parseSamplingKeys(text: string, file: string): SamplingKey[] {
  const { keys } = parseJson(text, file) as { keys?: Array<{ version: string; validFrom: string; keyBase64: string }> };
  if (!Array.isArray(keys) || keys.length === 0) throw new RangeError(`${file} lists no sampling keys.`);
  if (new Set(keys.map(({ version }) => version)).size < keys.length) throw new RangeError(`${file} has two sampling keys of one version.`);
  return keys
    .map(({ version, validFrom, keyBase64 }) => {
      const key = Buffer.from(keyBase64, 'base64');
      const from = Date.parse(validFrom);
      if (key.length < keyBytesMin || Number.isNaN(from)) throw new RangeError(`Sampling key ${version} in ${file} needs ${keyBytesMin} bytes in base64 and an ISO 8601 validFrom.`);
      return { version, validFrom: from * 1000, key };
    })
    .sort((a, b) => a.validFrom - b.validFrom);
}

/** Without the parser's own words, which would quote a part of the secret. */
function parseJson(text: string, file: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Told below, as for every text that is no object.
  }
  throw new RangeError(`${file} is no JSON file of sampling keys.`);
}

export type SamplingKeyRingOptions = {
  file: string;
  log: { info(fields: object, message: string): void; error(fields: object, message: string): void };
  /** Called with all keys before they are used, at the start and after a change. Throwing refuses them, which it MUST do where a new one starts too soon. */
  commit?(keys: readonly SamplingKey[], now: number): Promise<void>;
};

/**
 * The keys of a file that may change while services run. Looked at every 5 s; a change is adopted when all keys are
 * still there as they were and each new one starts at least ten minutes ahead. Since every new key does, the keys that
 * were read last are complete for the ten minutes after; beyond that a draw throws rather than use a key that may no
 * longer hold. Instants are microseconds.
 */
export class SamplingKeyRing implements SamplingKeySource, AsyncDisposable {
  readonly #options: SamplingKeyRingOptions;
  readonly #timer: NodeJS.Timeout;
  #text: string;
  #keys: readonly SamplingKey[];
  #readAt: number;
  #problem: string | null = null;
  #looking: Promise<void> = Promise.resolve();

  private constructor(options: SamplingKeyRingOptions, text: string, keys: readonly SamplingKey[], now: number) {
    this.#options = options;
    this.#text = text;
    this.#keys = keys;
    this.#readAt = now;
    this.#timer = setInterval(() => void this.refresh(Date.now() * 1000), lookEveryMs);
    this.#timer.unref();
  }

  /** Rejects when the file cannot be read or its keys are refused. */
  static async open(options: SamplingKeyRingOptions, now: number): Promise<SamplingKeyRing> {
    const text = await readFile(options.file, 'utf8');
    const keys = parseSamplingKeys(text, options.file);
    await options.commit?.(keys, now);
    return new SamplingKeyRing(options, text, keys, now);
  }

  /** The key valid at the instant. */
  at(instant: number): SamplingKey {
    if (instant >= this.#readAt + samplingKeyLeadMs * 1000) {
      throw new Error(`${this.#options.file} was last read at ${isoOf(this.#readAt)}: too long ago to know the key valid at ${isoOf(instant)}. ${this.#problem ?? ''}`.trim());
    }
    const key = keyAt(this.#keys, instant);
    if (key === undefined) throw new Error(`No sampling key is valid at ${isoOf(instant)}: add one to ${this.#options.file}.`);
    return key;
  }

  /** Why the file as it is now is not in use, for readiness; empty when it is. */
  reasons(): string[] {
    return this.#problem === null ? [] : [this.#problem];
  }

  /** Looks at the file now; never rejects. */
  async refresh(now: number): Promise<void> {
    this.#looking = this.#looking.then(() => this.#look(now));
    await this.#looking;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  async #look(now: number): Promise<void> {
    try {
      const text = await readFile(this.#options.file, 'utf8');
      if (text !== this.#text) await this.#adopt(text, now);
      this.#readAt = Math.max(this.#readAt, now);
      this.#problem = null;
    } catch (error) {
      const problem = `The sampling keys file is refused: ${error instanceof Error ? error.message : String(error)}`;
      if (problem !== this.#problem) this.#options.log.error({ err: error }, 'the sampling keys file is refused; the keys before it stay in use for ten minutes at the most');
      this.#problem = problem;
    }
  }

  async #adopt(text: string, now: number): Promise<void> {
    const { file, commit, log } = this.#options;
    const keys = parseSamplingKeys(text, file);
    for (const before of this.#keys) {
      const same = keys.find(({ version }) => version === before.version);
      if (same === undefined || same.validFrom !== before.validFrom || !same.key.equals(before.key)) throw new Error(`Sampling key ${before.version} changed or is gone. Keys are kept: past draws need them.`);
    }
    const fresh = keys.filter(({ version }) => !this.#keys.some((before) => before.version === version));
    // Whoever commits knows since when a key is committed to: a commitment that was kept and could not be announced is in time for ever.
    if (commit === undefined) requireLead(fresh, now);
    await commit?.(keys, now);
    this.#text = text;
    this.#keys = keys;
    log.info({ versions: fresh.map(({ version }) => version) }, 'new sampling keys are known');
  }
}

function requireLead(keys: readonly SamplingKey[], now: number): void {
  const late = keys.find(({ validFrom }) => validFrom < now + samplingKeyLeadMs * 1000);
  if (late !== undefined) throw new Error(`Sampling key ${late.version} must start at least ${samplingKeyLeadMs / 60_000} minutes ahead.`);
}

function isoOf(instant: number): string {
  return new Date(instant / 1000).toISOString();
}
