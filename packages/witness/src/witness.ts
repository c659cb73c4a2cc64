import {
  cosignCheckpoint, emptyRoot, formatNote, noteSignaturesMax, openCheckpoint, parseNote, proveConsistency, readFrontier, rootOf, sameHash, tileWidth, verifyConsistency,
  type Checkpoint, type NoteSignature, type OpenedCheckpoint, type ReadTiles, type SigningKey, type VerifierKey,
} from '@countersign/merkle';
import { UnavailableError, type LogSource, type TiledLog } from './source.ts';
import type { Alarm, AlarmKind, Statement } from './statements.ts';

export type Observation =
  | { outcome: 'cosigned'; checkpoint: Checkpoint; note: string; from: number }
  | { outcome: 'unchanged'; size: number }
  | { outcome: 'alarm'; alarm: Alarm; repeated: boolean }
  | { outcome: 'unavailable'; reason: string };

export type WitnessOptions = {
  origin: string;
  logKeys: readonly VerifierKey[];
  key: SigningKey;
  log: TiledLog;
  /** Further places where the same log publishes: what is shown there must be of the same tree. */
  others?: readonly LogSource[];
  /** What was said before, oldest first. Throws a `RangeError` where this witness did not say it. */
  statements: Iterable<Statement>;
  /** Makes a statement last before anybody hears of it. */
  keep(statement: Statement): void;
};

type Held = OpenedCheckpoint & { note: string };

/** A log could fill our disk with things to complain of: so many are kept, the rest is only told. */
const evidenceMax = 1000;

/**
 * Follows one log and remembers (C2SP tlog-witness, the part that does not need the log's help): a checkpoint is cosigned only
 * if its tree contains every tree that was cosigned before. So a log cannot show two histories to those who trust this witness.
 */
export class Witness {
  readonly #options: WitnessOptions;
  readonly #said: Set<string>;
  #held: Held | null = null;

  constructor(options: WitnessOptions) {
    this.#options = options;
    this.#said = new Set();
    let own: string | null = null;
    for (const statement of options.statements) {
      if ('alarm' in statement) this.#said.add(nameOf(statement));
      else own = statement.checkpoint;
    }
    if (own !== null) this.#held = this.#reopen(own);
  }

  /** Leaves of the largest tree that was cosigned; 0 before the first. */
  get size(): number {
    return this.#held?.checkpoint.size ?? 0;
  }

  /** Looks once at every source. `now` dates what is said. Alarms are remembered, and told again at each look that is shown the same. Of older checkpoints that are as they should be, one is told. */
  async look(now: Date): Promise<Observation[]> {
    const { log, others = [] } = this.#options;
    const observations: Observation[] = [];
    for (const source of [log, ...others]) {
      const before = observations.length;
      try {
        for await (const note of source.checkpoints()) {
          const seen = await this.#consider(note, source, now);
          if (seen.outcome === 'unchanged' && observations.length > before && observations.at(-1)?.outcome === 'unchanged') observations.pop();
          observations.push(seen);
        }
      } catch (error) {
        if (!(error instanceof UnavailableError)) throw error;
        observations.push({ outcome: 'unavailable', reason: error.message });
      }
    }
    return observations;
  }

  async #consider(note: string, source: LogSource, now: Date): Promise<Observation> {
    const { origin, logKeys, log } = this.#options;
    const opened = openCheckpoint(note, { origin, logKeys });
    if (!opened.ok) return this.#raise('unsigned', opened.reason, note, source, now);
    const { checkpoint } = opened.value;
    const held = this.#held?.checkpoint ?? nothingYet(origin);
    if (this.#held !== null && checkpoint.size === held.size) {
      return sameHash(checkpoint.root, held.root) ? { outcome: 'unchanged', size: checkpoint.size } : this.#raise('forked', `Two trees of ${checkpoint.size} leaves are signed.`, note, source, now);
    }
    const goesBack = checkpoint.size < held.size;
    // Other sources may be late; the log itself may not go back.
    if (goesBack && source === log) return this.#raise('rolled-back', `The log shows ${checkpoint.size} leaves; it had signed ${held.size}.`, note, source, now);
    const link = goesBack ? await this.#link(checkpoint, held) : await this.#link(held, checkpoint);
    if (link === 'consistent') return goesBack ? { outcome: 'unchanged', size: checkpoint.size } : this.#cosign(opened.value, note, now);
    const [smaller, larger] = [Math.min(checkpoint.size, held.size), Math.max(checkpoint.size, held.size)];
    return link === 'forked'
      ? this.#raise('forked', `The signed tree of ${larger} leaves does not begin with the signed one of ${smaller}.`, note, source, now)
      : this.#raise('unproven', `The tiles do not lead to the signed root of ${larger} leaves.`, note, source, now);
  }

  /**
   * How a larger tree stands to a smaller one, by the log's tiles. These may be wrong themselves: a fork is proved only where they lead from
   * another beginning to the larger root that was signed.
   */
  async #link(from: Checkpoint, to: Checkpoint): Promise<'consistent' | 'forked' | 'unproven'> {
    const { readTiles } = this.#options.log;
    try {
      const proof = await proveConsistency(readTiles, from.size, to.size);
      const claim = { from: from.size, to: to.size, toRoot: to.root, proof };
      if (verifyConsistency({ ...claim, fromRoot: from.root }).ok) return 'consistent';
      const beginning = rootOf(await readFrontier(within(to.size, readTiles), from.size));
      return verifyConsistency({ ...claim, fromRoot: beginning }).ok ? 'forked' : 'unproven';
    } catch (error) {
      if (error instanceof UnavailableError) throw error;
      return 'unproven';
    }
  }

  #cosign({ checkpoint, text }: OpenedCheckpoint, note: string, now: Date): Observation {
    const { key, logKeys, keep } = this.#options;
    const parsed = parseNote(note);
    if (!parsed.ok) throw new Error(parsed.reason);
    // A log may serve cosignatures too, ours of an earlier look among them: one of each key is enough. Where there are as many as a note can have, those of the log are.
    const others = parsed.value.signatures.filter((signature) => !isBy(signature, key.verifier));
    const kept = others.length < noteSignaturesMax ? others : others.filter((signature) => logKeys.some((each) => isBy(signature, each)));
    const cosigned = formatNote({ text, signatures: [...kept, cosignCheckpoint(text, key, Math.floor(now.getTime() / 1000))] });
    const from = this.size;
    keep({ at: now.toISOString(), checkpoint: cosigned });
    this.#held = this.#reopen(cosigned);
    return { outcome: 'cosigned', checkpoint, note: cosigned, from };
  }

  #raise(kind: AlarmKind, reason: string, checkpoint: string, source: LogSource, now: Date): Observation {
    const alarm: Alarm = { at: now.toISOString(), alarm: kind, reason, source: source.name, checkpoint, held: this.#held?.note ?? null };
    const name = nameOf(alarm);
    const repeated = this.#said.has(name);
    if (!repeated && this.#said.size < evidenceMax) {
      this.#options.keep(alarm);
      this.#said.add(name);
    }
    return { outcome: 'alarm', alarm, repeated };
  }

  /** What we said we must have signed: a file that somebody changed must not make us forget a tree. */
  #reopen(note: string): Held {
    const { origin, logKeys, key } = this.#options;
    const opened = openCheckpoint(note, { origin, logKeys, witnessKeys: [key.verifier], witnessesMin: 1 });
    if (!opened.ok) throw new RangeError(`The last statement of this witness is not its own, or of another log: ${opened.reason} Keep the file, and find out why.`);
    return { ...opened.value, note };
  }
}

/** Before the first look every tree is consistent with the empty one. */
function nothingYet(origin: string): Checkpoint {
  return { origin, size: 0, root: emptyRoot(), extensions: [] };
}

function isBy({ name, keyId }: Pick<NoteSignature, 'name' | 'keyId'>, key: VerifierKey): boolean {
  return name === key.name && keyId === key.keyId;
}

/** Tiles as a tree of this size has them: a log may have dropped narrower ones (tlog-tiles, "Partial Tiles"). */
function within(size: number, readTiles: ReadTiles): ReadTiles {
  return async (tiles) => await readTiles(tiles.map((tile) => ({ ...tile, width: Math.min(tileWidth, Math.floor(size / tileWidth ** tile.level) - tile.index * tileWidth) })));
}

function nameOf({ alarm, source, checkpoint }: Alarm): string {
  return `${alarm}\n${source}\n${checkpoint}`;
}
