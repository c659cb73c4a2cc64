import { readStored, schemas, type RecordName } from '@countersign/contracts';
import { frameBytes } from '@countersign/contracts';
import { ErasedError, type Vault } from '@countersign/kit';
import { ownerOf } from './audited.ts';
import type { StoredEvent } from './store.ts';

/** A review record as auditors read it. */
export type AuditRecord = Omit<StoredEvent, 'payload' | 'payloadKind' | 'sealed' | 'commitment' | 'valueDigest' | 'occurredAt' | 'publishedAt'> & {
  occurredAt: string;
  /** When Kafka had it; `null` where that was not kept yet. */
  publishedAt: string | null;
  /** Of the bytes on Kafka: SHA-256, keyed where the content is sealed; `null` where it came after its erasure. */
  valueDigest: string | null;
  commitment: string | null;
  /** The event itself; `null` when its subject was erased. */
  event: unknown;
  erased: boolean;
};

/** What opens sealed content: the vault, or nothing at all. */
export type Opener = Pick<Vault, 'open' | 'prepare'>;

/** For whoever was not given the content: everything that is sealed stays so. */
export const closed: Opener = { prepare: () => Promise.resolve(), open: ({ system, decisionId }) => Promise.reject(new ErasedError(`The content of ${system}/${decisionId} is not disclosed.`)) };

/** Opens and decodes what was stored. */
export async function auditRecordOf(stored: StoredEvent, vault: Opener): Promise<AuditRecord> {
  const { payload, payloadKind: _kind, sealed, commitment, valueDigest, occurredAt, publishedAt, ...row } = stored;
  const bytes = payload ?? (await openContent(stored, vault));
  return {
    ...row, occurredAt: new Date(occurredAt / 1000).toISOString(), publishedAt: publishedAt === null ? null : new Date(publishedAt / 1000).toISOString(), valueDigest: valueDigest?.toString('hex') ?? null, commitment: commitment?.toString('hex') ?? null,
    event: bytes === null ? null : plainOf(stored.record, bytes), erased: bytes === null,
  };
}

/** What was stored, in the clear; `null` once it was erased. */
export async function openContent(stored: StoredEvent, vault: Opener): Promise<Buffer | null> {
  if (stored.sealed === null) return null;
  try {
    return await vault.open(ownerOf(stored), stored.sealed);
  } catch (error) {
    if (error instanceof ErasedError) return null;
    throw error;
  }
}

function plainOf(record: string, bytes: Buffer): unknown {
  if (!Object.hasOwn(schemas, record)) return null;
  const event = readStored(record as RecordName, bytes.subarray(frameBytes));
  const plain = readable(event) as Record<string, unknown>;
  const hidden = unread[record as RecordName] ?? [];
  return Object.fromEntries(Object.entries(plain).filter(([name]) => !hidden.includes(name)));
}

/** What is on record and nobody's to read: the hash of a secret is only for who verifies it. `valueDigest` names the whole. */
const unread: { readonly [R in RecordName]?: readonly string[] } = { ApiKeyChanged: ['secretSha256'] };

/** Bytes become text where they are text, base64 otherwise. */
function readable(value: unknown): unknown {
  if (Buffer.isBuffer(value)) {
    const text = value.toString('utf8');
    return Buffer.from(text, 'utf8').equals(value) ? text : { base64: value.toString('base64') };
  }
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, readable(part)]));
}
