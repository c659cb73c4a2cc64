import { randomFillSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Pool, PoolClient } from 'pg';
import { inTransaction } from './database.ts';
import { sha256Hex } from './sha256.ts';
import { contentKeyOf, keyBytes, keyedDigestHex, nonceBytes, openContent, sealContent, sealedBytesOf, subjectKeyOf, subjectRefOf, unwrapKey, wrapKey, type ContentKey } from './vault-crypto.ts';
import * as store from './vault-store.ts';
import type { KeyPlace, KeySubject } from './vault-store.ts';

/**
 * Whose content it is: one decision's; and whose decision that is, where whoever seals knows it, with the instant of its
 * acceptance in microseconds, or of its publication where nobody accepted it yet. Opening needs the decision alone.
 */
export type ContentOwner = { system: string; decisionId: string; subjectKind?: string | null; subjectId?: string | null; acceptedAt?: number | null; publishedAt?: number | null };

/** One person or thing that decisions of a system are about. */
export type Subject = { system: string; subjectKind: string; subjectId: string };

export type Sealable = {
  owner: ContentOwner;
  plain: Buffer;
  /** What `valueDigest` is of. */
  value?: Buffer;
};

export type Sealed = {
  bytes: Buffer;
  /** SHA-256 of the sealed bytes, in hex: binds the content, and reveals nothing once the key is gone. */
  commitment: string;
  /** Keyed digest of `value` in hex, the same for the same decision and bytes; null where there is none. */
  valueDigest: string | null;
};

/** The decision was erased: its key is gone, and with it everything sealed under it. */
export class ErasedError extends Error {
  override name = 'ErasedError';
}

/** About 16 MB. Topics are read at paces of their own, and a key that left is read from the vault again. */
const cachedKeysMax = 65_536;
/** Invariant: an erasure reaches every cache within 60 s. */
export const erasurePollMs = 15_000;

/** `linkedTo`: the subject that the vault is known to have the key under, and `datedAt` the instant, both null where it has none. */
type Cached = { content: ContentKey; linkedTo: string | null; datedAt: number | null };
/** A decision whose key is not at hand (`known` otherwise), or not known to be its subject's of that time. `subject` as `subjectText` has it. */
type Wanted = KeyPlace & KeySubject & { name: string; subject: string | null; acceptedAt: number | null; known: boolean };
const noDigest = Buffer.alloc(0);

/**
 * Envelope encryption per decision: XChaCha20-Poly1305 (libsodium) under a random key that is itself wrapped by the master key and
 * stored in a database of its own. All services share a decision's key. Destroying it destroys the content, wherever its ciphertext went. A
 * subject is erased by destroying the keys of its decisions; the vault knows whose they are by a keyed reference, never by name.
 */
export class Vault implements AsyncDisposable {
  readonly #pool: Pool;
  readonly #masterKey: Buffer;
  readonly #subjectKey: Buffer;
  readonly #cache = new Map<string, Cached>();
  readonly #poll: NodeJS.Timeout;
  #erasuresSeen: number | null = null;

  constructor(pool: Pool, masterKey: Buffer, pollMs = erasurePollMs) {
    if (masterKey.length !== keyBytes) throw new RangeError('The master key must have 32 bytes.');
    this.#pool = pool;
    this.#masterKey = masterKey;
    this.#subjectKey = subjectKeyOf(masterKey);
    this.#poll = setInterval(() => void this.forgetErased(), pollMs);
    this.#poll.unref();
  }

  /**
   * Seals in order; `null` for a decision that was erased, so that one of a batch holds up nobody. One round trip for all keys
   * that are new, one more where some are not, and a third where somebody learns whose a decision is that was known before.
   */
  async seal(items: readonly Sealable[]): Promise<Array<Sealed | null>> {
    const keys = await this.#makeKeys(items.map(({ owner }) => owner));
    const nonces = randomFillSync(Buffer.allocUnsafe(nonceBytes * items.length));
    // One piece of memory for what goes out together.
    const memory = Buffer.allocUnsafeSlow(items.reduce((sum, { plain }) => sum + sealedBytesOf(plain.length), 0));
    let at = 0;
    return items.map(({ plain, value }, index) => {
      const content = keys[index];
      if (content === undefined) return null;
      const bytes = memory.subarray(at, (at += sealedBytesOf(plain.length)));
      sealContent(content, plain, nonces.subarray(index * nonceBytes, (index + 1) * nonceBytes), bytes);
      return { bytes, commitment: sha256Hex(bytes), valueDigest: value === undefined ? null : keyedDigestHex(content, value) };
    });
  }

  /** Fetches the keys of many owners in one round trip, ahead of opening what is theirs. */
  async prepare(owners: readonly KeyPlace[]): Promise<void> {
    await this.#findKeys(owners);
  }

  /** Throws `ErasedError` where the decision was erased. */
  async open(owner: KeyPlace, sealed: Buffer): Promise<Buffer> {
    // Where rows were scrubbed nothing is left to open, whatever this process still has in its cache.
    const content = sealed.length === 0 ? undefined : (await this.#findKeys([owner])).get(nameOf(owner));
    if (content === undefined) throw new ErasedError(`The content of ${owner.system}/${owner.decisionId} was erased.`);
    return openContent(content, sealed);
  }

  /** The keys themselves, in order, for whoever discloses what they open; `null` where there is none any more. */
  async keysOf(owners: readonly KeyPlace[]): Promise<Array<Buffer | null>> {
    const keys = await this.#findKeys(owners);
    return owners.map((owner) => keys.get(nameOf(owner))?.key ?? null);
  }

  /** What stands for a subject wherever it must not be named. */
  refOf({ system, subjectKind, subjectId }: Subject): Buffer {
    return subjectRefOf(this.#subjectKey, system, subjectKind, subjectId);
  }

  /**
   * The first step of erasing a subject. When this resolves, no key will be made any more for what was accepted until `through`
   * (microseconds), and whoever was making one has made it, so that `decisionsOf` finds it. May be repeated.
   */
  async entomb(system: string, subjectRef: Buffer, through: number): Promise<void> {
    await this.#transact(async (client) => await store.insertTombstone(client, system, subjectRef, through));
  }

  /** The decisions about a subject that were accepted until an instant, a page in the order of their ids; erased ones too. */
  async decisionsOf(system: string, subjectRef: Buffer, through: number, after: string, limit: number): Promise<string[]> {
    return await store.decisionsOf(this.#pool, system, subjectRef, through, after, limit);
  }

  /** Destroys keys for ever, and stands tombstones in their place, also where there was none yet. May be repeated. */
  async destroy(places: readonly KeyPlace[]): Promise<void> {
    if (places.length === 0) return;
    await this.#transact(async (client) => await store.destroyKeys(client, places));
    this.forget(places);
  }

  /** Drops keys from the cache of this process, as whoever hears of an erasure does at once. */
  forget(places: readonly KeyPlace[]): void {
    for (const place of places) this.#cache.delete(nameOf(place));
  }

  /** Drops the cache when somebody was erased since the last look, or when nobody can tell. */
  async forgetErased(): Promise<void> {
    try {
      const seen = await store.countErasures(this.#pool);
      if (this.#erasuresSeen !== seen) this.#cache.clear();
      this.#erasuresSeen = seen;
    } catch {
      this.#cache.clear();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#poll);
    this.#cache.clear();
    await Promise.resolve();
  }

  async #transact(run: (client: PoolClient) => Promise<void>): Promise<void> {
    await inTransaction(this.#pool, run);
  }

  /**
   * The keys of these owners in their order, made where there were none; undefined for those that were erased. Answered whole, since what is in the
   * cache may leave it at any time.
   */
  async #makeKeys(owners: readonly ContentOwner[]): Promise<Array<ContentKey | undefined>> {
    const names = owners.map(nameOf);
    const cached = names.map((name) => this.#cache.get(name));
    const wanted = this.#wanted(owners, names, cached);
    const atHand = cached.map((one) => one?.content);
    if (wanted.length === 0) return atHand;
    const found = new Map<string, ContentKey>();
    const unknown = distinct(wanted.filter(({ known }) => !known));
    const made = this.#newKeys(unknown);
    if (made.length > 0) {
      const inserted = await store.insertKeys(this.#pool, made);
      if (inserted.made === made.length && inserted.erased === 0) for (const { key, subject, datedAt, name } of made) this.#keep(name, { content: contentKeyOf(key), linkedTo: subject, datedAt }, found);
      else await this.#readKeys(unknown, found);
    }
    const erased = new Set<string>();
    await this.#link(wanted.filter(({ name, known, subject }) => subject !== null && (known || found.has(name))), erased);
    return names.map((name, at) => (erased.size > 0 && erased.has(name) ? undefined : (atHand[at] ?? found.get(name))));
  }

  async #findKeys(owners: readonly KeyPlace[]): Promise<Map<string, ContentKey>> {
    const found = new Map<string, ContentKey>();
    const missing = new Map<string, KeyPlace & { name: string }>();
    for (const { system, decisionId } of owners) {
      const name = nameOf({ system, decisionId });
      const cached = this.#cache.get(name);
      if (cached === undefined) missing.set(name, { system, decisionId, name });
      else found.set(name, cached.content);
    }
    this.#makeRoom(missing.size);
    await this.#readKeys([...missing.values()], found);
    return found;
  }

  async #readKeys(wanted: ReadonlyArray<KeyPlace & { name: string; subjectRef?: Buffer | null; subject?: string | null }>, found: Map<string, ContentKey>): Promise<void> {
    if (wanted.length === 0) return;
    const asked = new Map(wanted.map((one) => [one.name, one]));
    for (const { wrapped, subjectRef, datedAt, ...place } of await store.readKeys(this.#pool, wanted)) {
      if (wrapped === null) continue;
      const name = nameOf(place);
      const one = asked.get(name);
      const linkedTo = one?.subjectRef?.equals(subjectRef ?? noDigest) === true ? (one.subject ?? null) : null;
      this.#keep(name, { content: contentKeyOf(this.#unwrap(wrapped)), linkedTo, datedAt }, found);
    }
  }

  /** Whoever made a key did not know whose it is, took it for somebody else's, or for a later decision. Puts the names of those that turn out to be erased into `erased`. */
  async #link(wanted: readonly Wanted[], erased: Set<string>): Promise<void> {
    const all = wanted.filter((one) => !erased.has(one.name) && !isTold(this.#cache.get(one.name), one));
    if (all.length === 0) return;
    // Of two subjects of one decision each is told by itself.
    const links = distinct(all);
    const gone = await store.linkKeys(this.#pool, links);
    for (const { name, subject, datedAt } of links) {
      const cached = this.#cache.get(name);
      if (cached === undefined) continue;
      cached.linkedTo = subject;
      cached.datedAt = earlier(cached.datedAt, datedAt);
    }
    for (const place of gone) erased.add(nameOf(place));
    this.forget(gone);
    const told = new Set(links);
    await this.#link(all.filter((one) => !told.has(one)), erased);
  }

  #keep(name: string, cached: Cached, found: Map<string, ContentKey>): void {
    this.#cache.set(name, cached);
    found.set(name, cached.content);
  }

  /** The owners whose key is not at hand, and those whose key is not known to be theirs; one of each decision and subject. */
  #wanted(owners: readonly ContentOwner[], names: readonly string[], cached: ReadonlyArray<Cached | undefined>): Wanted[] {
    const wanted = new Map<string, Wanted>();
    owners.forEach((owner, at) => {
      const name = names[at] ?? '';
      const subject = subjectText(owner);
      const known = cached[at];
      const acceptedAt = owner.acceptedAt ?? null;
      if (known !== undefined && (subject === null || isTold(known, { subject, acceptedAt }))) return;
      const distinction = subject === null ? name : `${name}\n${subject}`;
      const datedAt = acceptedAt ?? owner.publishedAt ?? null;
      const before = wanted.get(distinction);
      if (before === undefined) wanted.set(distinction, { system: owner.system, decisionId: owner.decisionId, name, subject, acceptedAt, datedAt, known: known !== undefined, subjectRef: this.#refOrNull(owner) });
      else Object.assign(before, { acceptedAt: earlier(before.acceptedAt, acceptedAt), datedAt: earlier(before.datedAt, datedAt) });
    });
    this.#makeRoom(wanted.size);
    return [...wanted.values()];
  }

  #refOrNull({ system, subjectKind, subjectId }: ContentOwner): Buffer | null {
    return typeof subjectKind === 'string' && typeof subjectId === 'string' ? this.refOf({ system, subjectKind, subjectId }) : null;
  }

  #unwrap(wrapped: Buffer): Buffer {
    try {
      return unwrapKey(this.#masterKey, wrapped);
    } catch (error) {
      throw new Error('A content key does not open under this master key: COUNTERSIGN_MASTER_KEY_FILE names another one than the vault was made with.', { cause: error });
    }
  }

  /** The keys that came first leave first. */
  #makeRoom(keys: number): void {
    if (keys === 0 || this.#cache.size + keys <= cachedKeysMax) return;
    for (const name of this.#cache.keys()) {
      if (this.#cache.size <= cachedKeysMax / 2) return;
      this.#cache.delete(name);
    }
  }

  #newKeys(wanted: readonly Wanted[]) {
    const random = randomFillSync(Buffer.allocUnsafe((keyBytes + nonceBytes) * wanted.length));
    return wanted.map((one, index) => {
      const at = index * (keyBytes + nonceBytes);
      const key = random.subarray(at, at + keyBytes);
      return { ...one, key, wrapped: wrapKey(this.#masterKey, key, random.subarray(at + keyBytes, at + keyBytes + nonceBytes)) };
    });
  }
}

/** Reads the master key: 32 bytes in base64. */
export function readMasterKey(file: string): Buffer {
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64');
  if (key.length !== 32) throw new RangeError(`${file} must hold 32 bytes in base64 (openssl rand -base64 32), it holds ${key.length}.`);
  return key;
}

/** In memory alone: a reference for each look into the cache would cost more than sealing. */
function subjectText({ subjectKind, subjectId }: ContentOwner): string | null {
  return typeof subjectKind === 'string' && typeof subjectId === 'string' ? `${subjectKind}\n${subjectId}` : null;
}

/**
 * Whether the vault has a key under its subject, and under no later instant than that of its acceptance: publications are dated by another clock, and
 * what looks accepted later than it was would outlive an erasure. A publication itself adds nothing.
 */
function isTold(cached: Cached | undefined, { subject, acceptedAt }: Pick<Wanted, 'subject' | 'acceptedAt'>): boolean {
  return cached?.linkedTo === subject && (acceptedAt === null || cached.datedAt === null || cached.datedAt <= acceptedAt);
}

/** The earlier of two instants, or the one that is known. */
function earlier(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}

/** One of each decision, one that tells its subject where there is any. */
function distinct(items: readonly Wanted[]): Wanted[] {
  const byName = new Map<string, Wanted>();
  for (const item of items) if (item.subject !== null || !byName.has(item.name)) byName.set(item.name, item);
  return [...byName.values()];
}

/** No text of either part can hold U+0000. */
function nameOf({ system, decisionId }: KeyPlace): string {
  return `${system}\u0000${decisionId}`;
}
