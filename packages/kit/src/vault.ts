import { randomFillSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Pool } from 'pg';
import sodium from 'sodium-native';
import { arrayParameter } from './array-parameter.ts';
import { sha256 } from './sha256.ts';

/** Whose content it is: a data subject of a system, or, where there is none, one decision. */
export type ContentOwner = { system: string; decisionId: string; subjectKind: string | null; subjectId: string | null };

export type Sealed = {
  bytes: Buffer;
  /** SHA-256 of the sealed bytes: binds the content, and reveals nothing once the key is gone. */
  commitment: Buffer;
};

/** The subject was erased: its key is gone, and with it everything sealed under it. */
export class ErasedError extends Error {
  override name = 'ErasedError';
}

const keyBytes = sodium.crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
const nonceBytes = sodium.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
const tagBytes = sodium.crypto_aead_xchacha20poly1305_ietf_ABYTES;
/** First byte of everything sealed: 2 is XChaCha20-Poly1305, then 24 bytes of nonce, the ciphertext and 16 of tag. */
const version = 2;
const cachedKeysMax = 20_000;
/** Invariant: an erasure reaches every cache within 60 s. */
export const erasurePollMs = 15_000;
/** Kind of the pseudo subject of a decision about nobody. */
const decisionKind = '\u0001decision';

/**
 * Envelope encryption per data subject: XChaCha20-Poly1305 (libsodium) under a random key that is itself wrapped by the master key and
 * stored in a database of its own. Destroying the key destroys the content, wherever its ciphertext went.
 */
export class Vault implements AsyncDisposable {
  readonly #pool: Pool;
  readonly #masterKey: Buffer;
  readonly #cache = new Map<string, Buffer>();
  readonly #poll: NodeJS.Timeout;
  #erasuresSeen: number | null = null;

  constructor(pool: Pool, masterKey: Buffer, pollMs = erasurePollMs) {
    if (masterKey.length !== keyBytes) throw new RangeError('The master key must have 32 bytes.');
    this.#pool = pool;
    this.#masterKey = masterKey;
    this.#poll = setInterval(() => void this.forgetErased(), pollMs);
    this.#poll.unref();
  }

  /** Seals in order. One round trip for all keys that are new, one more where some are not. Throws `ErasedError` for an erased subject. */
  async seal(items: ReadonlyArray<{ owner: ContentOwner; plain: Buffer }>): Promise<Sealed[]> {
    await this.#makeKeys(items.map(({ owner }) => owner));
    const nonces = randomFillSync(Buffer.allocUnsafe(nonceBytes * items.length));
    return items.map(({ owner, plain }, index) => {
      const bytes = encrypt(this.#keyOf(owner), plain, nonces.subarray(index * nonceBytes, (index + 1) * nonceBytes));
      return { bytes, commitment: sha256(bytes) };
    });
  }

  /** Fetches the keys of many owners in one round trip, ahead of opening what is theirs. */
  async prepare(owners: readonly ContentOwner[]): Promise<void> {
    await this.#readKeys(this.#notCached(owners));
  }

  async open(owner: ContentOwner, sealed: Buffer): Promise<Buffer> {
    await this.prepare([owner]);
    return decrypt(this.#keyOf(owner), sealed);
  }

  /** Destroys a subject's key for ever. The row stays as a tombstone: whoever is about to make the key meets it. */
  async erase(owner: ContentOwner): Promise<void> {
    const { system, kind, id } = subjectOf(owner);
    await this.#pool.query(
      `with noted as (insert into erasures (system, subject_kind, subject_id) values ($1, $2, $3) on conflict do nothing)
       insert into subject_keys (system, subject_kind, subject_id, wrapped_key) values ($1, $2, $3, null)
       on conflict (system, subject_kind, subject_id) do update set wrapped_key = null`,
      [system, kind, id],
    );
    this.#cache.delete(cacheKey(owner));
  }

  /** Drops the cache when somebody was erased since the last look, or when nobody can tell. */
  async forgetErased(): Promise<void> {
    try {
      // The count, not the highest number: an erasure may commit after one with a higher number.
      const { rows } = await this.#pool.query<{ count: number }>('select count(*) as count from erasures');
      const seen = rows[0]?.count ?? null;
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

  #keyOf(owner: ContentOwner): Buffer {
    const key = this.#cache.get(cacheKey(owner));
    if (key === undefined) throw new ErasedError(`The content of ${owner.system}/${owner.decisionId} was erased.`);
    return key;
  }

  /** Makes the keys that are missing, or finds out that they may not be made again. */
  async #makeKeys(owners: readonly ContentOwner[]): Promise<void> {
    const wanted = this.#notCached(owners);
    if (wanted.size === 0) return;
    const fresh = this.#newKeys(wanted);
    const made = await this.#insertKeys([...fresh.values()]);
    if (made < fresh.size) return await this.#readKeys(wanted);
    for (const [name, { key }] of fresh) this.#cache.set(name, key);
  }

  /** Erased keys stay out of the cache, and so do keys that were never made. */
  async #readKeys(wanted: ReadonlyMap<string, Subject>): Promise<void> {
    if (wanted.size === 0) return;
    const { rows } = await this.#pool.query<{ system: string; subject_kind: string; subject_id: string; wrapped_key: Buffer | null }>({
      name: 'read-subject-keys',
      // By lateral, or the planner may read the whole table for a few rows of it.
      text: `select k.* from unnest($1::text[], $2::text[], $3::text[]) as w(system, subject_kind, subject_id)
        cross join lateral (
          select k.system, k.subject_kind, k.subject_id, k.wrapped_key from subject_keys k
          where k.system = w.system and k.subject_kind = w.subject_kind and k.subject_id = w.subject_id limit 1
        ) k`,
      values: columnsOf([...wanted.values()]),
    });
    for (const row of rows) if (row.wrapped_key !== null) this.#cache.set(nameOf({ system: row.system, kind: row.subject_kind, id: row.subject_id }), this.#unwrap(row.wrapped_key));
  }

  #notCached(owners: readonly ContentOwner[]): Map<string, Subject> {
    const wanted = new Map<string, Subject>();
    for (const owner of owners) {
      const subject = subjectOf(owner);
      const name = nameOf(subject);
      if (!this.#cache.has(name)) wanted.set(name, subject);
    }
    if (wanted.size > 0 && this.#cache.size + wanted.size > cachedKeysMax) this.#evict(owners);
    return wanted;
  }

  #unwrap(wrapped: Buffer): Buffer {
    try {
      return decrypt(this.#masterKey, wrapped);
    } catch (error) {
      throw new Error('A subject key does not open under this master key: COUNTERSIGN_MASTER_KEY_FILE names another one than the vault was made with.', { cause: error });
    }
  }

  #evict(keep: readonly ContentOwner[]): void {
    const kept = new Set(keep.map(cacheKey));
    for (const key of this.#cache.keys()) {
      if (this.#cache.size <= cachedKeysMax / 2) return;
      if (!kept.has(key)) this.#cache.delete(key);
    }
  }

  #newKeys(subjects: ReadonlyMap<string, Subject>) {
    // One piece of memory for all of them: keys are many, and stay in the cache for a while.
    const random = randomFillSync(Buffer.allocUnsafe((keyBytes + nonceBytes) * subjects.size));
    return new Map([...subjects].map(([name, subject], index) => {
      const at = index * (keyBytes + nonceBytes);
      const key = random.subarray(at, at + keyBytes);
      return [name, { ...subject, key, wrapped: encrypt(this.#masterKey, key, random.subarray(at + keyBytes, at + keyBytes + nonceBytes)) }];
    }));
  }

  /** How many of these keys are new; the others were there before, or are tombstones. */
  async #insertKeys(keys: ReadonlyArray<Subject & { wrapped: Buffer }>): Promise<number> {
    const { rowCount } = await this.#pool.query({
      name: 'insert-subject-keys',
      text: `insert into subject_keys (system, subject_kind, subject_id, wrapped_key)
        select * from unnest($1::text[], $2::text[], $3::text[], $4::bytea[]) order by 1, 2, 3
        on conflict do nothing`,
      values: [...columnsOf(keys), arrayParameter('bytea', keys.map(({ wrapped }) => wrapped))],
    });
    return rowCount ?? 0;
  }
}

function columnsOf(subjects: readonly Subject[]): Buffer[] {
  return [subjects.map(({ system }) => system), subjects.map(({ kind }) => kind), subjects.map(({ id }) => id)].map((values) => arrayParameter('text', values));
}

/** Reads the master key: 32 bytes in base64. */
export function readMasterKey(file: string): Buffer {
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64');
  if (key.length !== 32) throw new RangeError(`${file} must hold 32 bytes in base64 (openssl rand -base64 32), it holds ${key.length}.`);
  return key;
}

type Subject = { system: string; kind: string; id: string };

function subjectOf(owner: ContentOwner): Subject {
  if (owner.subjectKind !== null && owner.subjectId !== null) return { system: owner.system, kind: owner.subjectKind, id: owner.subjectId };
  return { system: owner.system, kind: decisionKind, id: owner.decisionId };
}

function nameOf({ system, kind, id }: Subject): string {
  return `${system}\n${kind}\n${id}`;
}

function cacheKey(owner: ContentOwner): string {
  return nameOf(subjectOf(owner));
}

function encrypt(key: Buffer, plain: Buffer, nonce: Buffer): Buffer {
  const sealed = Buffer.allocUnsafe(1 + nonceBytes + plain.length + tagBytes);
  sealed[0] = version;
  sealed.set(nonce, 1);
  sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.subarray(1 + nonceBytes), plain, null, null, nonce, key);
  return sealed;
}

function decrypt(key: Buffer, sealed: Buffer): Buffer {
  if (sealed[0] !== version) throw new RangeError('Sealed bytes of an unknown version.');
  if (sealed.length < 1 + nonceBytes + tagBytes) throw new RangeError('Sealed bytes that are cut off.');
  const plain = Buffer.allocUnsafe(sealed.length - 1 - nonceBytes - tagBytes);
  sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(plain, null, sealed.subarray(1 + nonceBytes), null, sealed.subarray(1, 1 + nonceBytes), key);
  return plain;
}
