#!/usr/bin/env node
// Verifies evidence of a Countersign audit log. Generated from packages/evidence and packages/merkle by `npm run generate`: types are stripped, and what
// is not needed is left out; the comments are those of the source. It needs Node.js 24 or newer, no other package and no network, and is meant to be read.
//
//   node countersign-verify.mjs BUNDLE.tar --key KEYS.pub [--checkpoints FILE] [--witness-key FILE] [--sampling-keys FILE] [--json]
//
// Exit codes: 0 everything was checked and nothing found, 1 something was found, 2 nothing was found and not everything could be checked, 3 nothing could be read.
//
// Where to begin reading: verifyEvidence says what is checked, in which order; findingCodes what can be found. From there
//   checkCheckpoints   signatures, consistency, checkpoints kept elsewhere
//   RangeCheck         leaves against the signed roots;  RowCheck  rows against leaves, and what was done to those that differ
//   checkPayload       payloads against their digests, and sealed ones opened;  avroReader  what they say
//   checkDecision      the rules of one decision;  World  people, policies and keys
//
// Copyright the authors of Countersign. Licensed under the Apache License, Version 2.0.

import { createHash, createHmac, createPublicKey, hash, verify } from 'node:crypto';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

// ---------- packages/merkle/src/outcome.ts

function refused(code, reason) {
  return { ok: false, code, reason };
}

function malformed(reason) {
  return refused('malformed', reason);
}

// ---------- packages/merkle/src/tree/hash.ts

/** Bytes of a SHA-256 hash, the only hash of the formats here (tlog-tiles, "Merkle Tree"). */
const hashBytes = 32;

const leafPrefix = 0x00;
const nodePrefix = 0x01;
/** Reused by every call of `hashNode`: it is filled and hashed without yielding. */
const nodeInput = Buffer.alloc(1 + 2 * hashBytes, nodePrefix);

/** Hash of the tree without leaves: SHA-256 of nothing (RFC 6962 and RFC 9162, section 2.1). A new array each time. */
function emptyRoot() {
  return sha256(Buffer.alloc(0));
}

/** Hash of a leaf: SHA-256(0x00 || entry), of any length (RFC 6962, section 2.1). */
function hashLeaf(entry) {
  const input = Buffer.allocUnsafe(1 + entry.length);
  input[0] = leafPrefix;
  input.set(entry, 1);
  return sha256(input);
}

/**
 * Hash of an inner node: SHA-256(0x01 || left || right) (RFC 6962, section 2.1). The prefixes differ so that a node can
 * never be passed off as a leaf. Throws a `RangeError` where a side has other than 32 bytes.
 */
function hashNode(left, right) {
  requireHash(left);
  requireHash(right);
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + hashBytes);
  return sha256(nodeInput);
}

/** Whether two hashes are the same bytes. Hashes are public: time does not matter. */
function sameHash(a, b) {
  return Buffer.compare(a, b) === 0;
}

function isHash(bytes) {
  return bytes.length === hashBytes;
}

/** Throws a `RangeError` unless these are 32 bytes. */
function requireHash(bytes) {
  if (!isHash(bytes)) throw new RangeError(`A hash has ${hashBytes} bytes, not ${bytes.length}.`);
}

/** By way of a string: a hash made as a buffer has memory of its own, and takes two and a half times as long. */
function sha256(input) {
  return Buffer.from(hash('sha256', input, 'binary'), 'latin1');
}

// ---------- packages/merkle/src/tree/subtree.ts

/** Whether a number counts leaves: a whole number from 0 to 2^53 - 1, beyond which JavaScript cannot count. */
function isSize(size) {
  return Number.isSafeInteger(size) && size >= 0;
}

/** Throws a `RangeError` unless the number counts leaves. */
function requireSize(size) {
  if (!isSize(size)) throw new RangeError(`A tree has 0 to 2^53 - 1 leaves, not ${size}.`);
}

/** The k of RFC 6962, section 2.1: the largest power of two below `size`, which is at least 2. */
function splitOf(size) {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

/** Root over perfect subtrees given from left to right, at least one: the right ones are joined first. */
function joinSubtrees(hashes) {
  return hashes.reduceRight((right, left) => hashNode(left, right));
}

// ---------- packages/merkle/src/tree/frontier.ts

/**
 * The tree with these leaf hashes appended, in order; the tree given stays as it was. Two hash calls a leaf at most on
 * average, memory for the frontier only, so leaves may come from a generator. Throws a `RangeError` for a leaf hash of
 * other than 32 bytes, and past 2^53 - 1 leaves.
 */
function appendLeaves(frontier, leafHashes) {
  const hashes = [...frontier.hashes];
  let { size } = frontier;
  for (const leafHash of leafHashes) {
    requireHash(leafHash);
    requireSize(size + 1);
    hashes.push(carry(hashes, size, leafHash));
    size += 1;
  }
  return { size, hashes };
}

/** Joins the new leaf with each perfect tree that it completes, as an addition carries ones. */
function carry(hashes, size, leafHash) {
  let node = leafHash;
  for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) {
    const left = hashes.pop();
    if (left === undefined) throw new RangeError('The frontier has fewer hashes than its size says.');
    node = hashNode(left, node);
  }
  return node;
}

/** The Merkle Tree Hash of the whole tree (RFC 6962, section 2.1). */
function rootOf(frontier) {
  return frontier.hashes.length === 0 ? emptyRoot() : joinSubtrees(frontier.hashes);
}

// ---------- packages/merkle/src/proof/verify.ts

/**
 * Checks an inclusion proof as RFC 9162, section 2.1.3.2, does. Size and root MUST come from one signed checkpoint: a proof
 * binds the root, but the same hashes can lead to it in trees of several sizes.
 */
function verifyInclusion({ leafHash, index, size, root, proof }) {
  if (!isSize(index) || !isSize(size)) return malformed('Index and size are whole numbers from 0 to 2^53 - 1.');
  if (index >= size) return malformed(`A tree of ${size} leaves has no leaf ${index}.`);
  if (![leafHash, root, ...proof].every(isHash)) return malformed('A hash has 32 bytes.');
  let [fn, sn] = [index, size - 1];
  let hash = leafHash;
  for (const sibling of proof) {
    if (sn === 0) return malformed('The proof has more hashes than the path from leaf to root.');
    const isRight = isOdd(fn) || fn === sn;
    hash = isRight ? hashNode(sibling, hash) : hashNode(hash, sibling);
    [fn, sn] = climb(fn, sn, isRight);
  }
  if (sn !== 0) return malformed('The proof has fewer hashes than the path from leaf to root.');
  return sameHash(hash, root) ? { ok: true } : refused('proof-mismatch', `The proof does not lead from leaf ${index} to the root.`);
}

/**
 * Checks a consistency proof as RFC 9162, section 2.1.4.2, does. What the section leaves out: a tree is consistent with itself,
 * and any tree with the empty one, each with an empty proof; the root of an empty tree must be that of the empty tree. Sizes
 * and roots MUST come from signed checkpoints.
 */
function verifyConsistency(claim) {
  const { from, fromRoot, to, toRoot, proof } = claim;
  if (!isSize(from) || !isSize(to)) return malformed('Sizes are whole numbers from 0 to 2^53 - 1.');
  if (from > to) return malformed(`A log does not shrink from ${from} to ${to} leaves.`);
  if (![fromRoot, toRoot, ...proof].every(isHash)) return malformed('A hash has 32 bytes.');
  if (from === 0 || from === to) return verifyTrivial(claim);
  const [first, ...rest] = isPowerOfTwo(from) ? [fromRoot, ...proof] : proof;
  if (first === undefined || proof.length === 0) return malformed('The proof is empty.');
  return verifyGrowth(claim, first, rest);
}

function verifyTrivial({ from, fromRoot, to, toRoot, proof }) {
  if (proof.length > 0) return malformed('Nothing is to be proved, so the proof must be empty.');
  if (from === 0 && !sameHash(fromRoot, emptyRoot())) return refused('proof-mismatch', 'The root is not that of the empty tree.');
  if (from === to && !sameHash(fromRoot, toRoot)) return refused('proof-mismatch', `Two different roots for the same ${to} leaves: the log was forked.`);
  return { ok: true };
}

/** Steps 3 to 7 of RFC 9162, section 2.1.4.2, with its names: fr grows into the old root, sr into the new. */
function verifyGrowth({ from, fromRoot, to, toRoot }, first, rest) {
  let [fn, sn] = [from - 1, to - 1];
  while (isOdd(fn)) [fn, sn] = [half(fn), half(sn)];
  let [fr, sr] = [first, first];
  for (const hash of rest) {
    if (sn === 0) return malformed('The proof has more hashes than the growth needs.');
    const isRight = isOdd(fn) || fn === sn;
    if (isRight) fr = hashNode(hash, fr);
    sr = isRight ? hashNode(hash, sr) : hashNode(sr, hash);
    [fn, sn] = climb(fn, sn, isRight);
  }
  if (sn !== 0) return malformed('The proof has fewer hashes than the growth needs.');
  if (!sameHash(fr, fromRoot)) return refused('proof-mismatch', `The proof does not lead to the root of ${from} leaves.`);
  if (!sameHash(sr, toRoot)) return refused('proof-mismatch', `The proof does not lead to the root of ${to} leaves.`);
  return { ok: true };
}

/** One level up; past the levels where the right edge of the tree has no sibling. */
function climb(fn, sn, isRight) {
  while (isRight && !isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
  return [half(fn), half(sn)];
}

function isOdd(number) {
  return number % 2 === 1;
}

/** A right shift by one; the operator of the language would cut the number to 32 bits. */
function half(number) {
  return Math.floor(number / 2);
}

function isPowerOfTwo(number) {
  return splitOf(number + 1) === number;
}

// ---------- packages/merkle/src/note/base64.ts

/** Standard Base 64 with padding (RFC 4648, section 4). */
function encodeBase64(bytes) {
  return Buffer.from(bytes).toString('base64');
}

/** The bytes, or null unless this is exactly what `encodeBase64` gives for them: no blanks, no stray bits, no missing padding. */
function decodeBase64(text) {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}

// ---------- packages/merkle/src/note/text.ts

/** Below U+0020, but for newline (signed-note, "Format"). */
const controlCharacter = /[\u0000-\u0009\u000b-\u001f]/;

const whiteSpaceOrPlus = /[\p{White_Space}+]/u;
const printableAscii = /^[\x21-\x7e]+$/;

/** Reads UTF-8 strictly, a byte order mark kept as the character it is; null where it is not UTF-8. */
function decodeUtf8(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** What is wrong with text that a note is to hold, or null. CR is a control character, so there is one kind of line end. */
function charactersProblem(text) {
  if (!text.isWellFormed()) return 'A note is UTF-8.';
  return controlCharacter.test(text) ? 'A note has no control characters but newline.' : null;
}

/** A name that a signature line may carry: not empty, no Unicode spaces, no plus (signed-note, "Format"). */
function isKeyName(name) {
  return name !== '' && !whiteSpaceOrPlus.test(name) && charactersProblem(name) === null && !name.includes('\n');
}

/**
 * A name that we sign with or trust: printable ASCII besides. The standard allows more, but two names that look the same, or are
 * the same but for their Unicode form, would be two keys. Signatures under such names count as unknown.
 */
function isTrustedKeyName(name) {
  return isKeyName(name) && printableAscii.test(name);
}

/** A whole number from 0 to 2^53 - 1 in ASCII decimal without leading zeroes; null for anything else. */
function parseDecimal(text) {
  const number = Number(text);
  return /^(0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(number) ? number : null;
}

// ---------- packages/merkle/src/note/key.ts

/** Signature type identifier bytes (signed-note, "Signature types"); the other types are not for us. */
const signatureTypes = { 'ed25519': 0x01, 'cosignature/v1': 0x04 };

const publicKeyBytes = 32;

/**
 * The key as those who verify know it. An Ed25519 public key, as an object or as 32 bytes (RFC 8032), under a name of printable
 * ASCII without space or plus, such as `example.com/log`; anything else throws a `RangeError`. One key pair MUST NOT serve two
 * names or two types.
 */
function verifierKey(name, type, publicKey) {
  if (!isTrustedKeyName(name)) throw new RangeError('A key name is printable ASCII without spaces and plus.');
  const key = publicKey instanceof Uint8Array ? importPublicKey(publicKey) : publicKey;
  if (key.type !== 'public' || key.asymmetricKeyType !== 'ed25519') throw new RangeError('The key is not an Ed25519 public key.');
  return { name, type, keyId: keyIdOf(name, type, key), publicKey: key };
}

/** `name+id+key`, as keys are published (signed-note, "Verifier keys"): the id in hex, type and public key in Base 64. */
function formatVerifierKey({ name, type, keyId, publicKey }) {
  return `${name}+${keyId.toString(16).padStart(8, '0')}+${encodeBase64(typedKey(type, publicKey))}`;
}

/** Reads a published key; refuses one whose id is not that of its name and key, of another type, or of a wrong length. */
function parseVerifierKey(text) {
  const [, name, id, encoded] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? [];
  if (name === undefined || id === undefined || encoded === undefined) return malformed('A verifier key is NAME+ID+KEY, the id 8 digits of lowercase hex.');
  if (!isTrustedKeyName(name)) return malformed('A key name is printable ASCII without spaces and plus.');
  const bytes = decodeBase64(encoded);
  if (bytes?.length !== 1 + publicKeyBytes) return malformed('The key is Base 64 of a type byte and 32 bytes.');
  const type = typeOf(bytes[0]);
  if (type === null) return malformed('The key is of a type other than Ed25519 (1) and cosignature/v1 (4).');
  const key = verifierKey(name, type, bytes.subarray(1));
  return key.keyId === parseInt(id, 16) ? { ok: true, value: key } : malformed('The id is not that of this name and key.');
}

/** The 32 bytes of an Ed25519 public key (RFC 8032, section 5.1.5). */
function publicKeyOf(publicKey) {
  return Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
}

/** SHA-256(name || 0x0A || type || public key), its first 4 bytes (signed-note, "Signatures"). */
function keyIdOf(name, type, publicKey) {
  return hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typedKey(type, publicKey)]), 'buffer').readUInt32BE();
}

function typedKey(type, publicKey) {
  return Buffer.concat([Buffer.from([signatureTypes[type]]), publicKeyOf(publicKey)]);
}

function typeOf(byte) {
  if (byte === signatureTypes.ed25519) return 'ed25519';
  return byte === signatureTypes['cosignature/v1'] ? 'cosignature/v1' : null;
}

function importPublicKey(bytes) {
  if (bytes.length !== publicKeyBytes) throw new RangeError(`An Ed25519 public key has ${publicKeyBytes} bytes, not ${bytes.length}.`);
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(bytes).toString('base64url') }, format: 'jwk' });
}

// ---------- packages/merkle/src/note/note.ts

/** Most bytes of a note that is read; the standard only asks for a limit (signed-note, "Format"). */
const noteBytesMax = 1_000_000;

/** Most signatures of a note that is read; the standard asks for 16 at least. */
const noteSignaturesMax = 100;

const keyIdBytes = 4;
const lineStart = '\u2014 ';

/**
 * Reads a signed note, from bytes or from a string; `formatNote` of it gives the same note back. Refuses as malformed
 * what is not UTF-8, has control characters (CR among them), no blank line before its signatures, no signature, a line there that
 * is none, or more than 1,000,000 bytes or 100 signatures.
 */
function parseNote(input) {
  if (Buffer.byteLength(input) > noteBytesMax) return malformed(`A note has at most ${noteBytesMax} bytes.`);
  const note = typeof input === 'string' ? input : decodeUtf8(input);
  const problem = note === null ? 'A note is UTF-8.' : charactersProblem(note);
  if (note === null || problem !== null) return malformed(problem ?? '');
  const blank = note.lastIndexOf('\n\n');
  if (blank === -1) return malformed('A note has a blank line between its text and its signatures.');
  const signatures = parseSignatures(note.slice(blank + 2));
  return signatures.ok ? { ok: true, value: { text: note.slice(0, blank + 1), signatures: signatures.value } } : signatures;
}

/** What is wrong with the text of a note, or null. */
function noteTextProblem(text) {
  return text.endsWith('\n') ? charactersProblem(text) : 'The text of a note ends in a newline.';
}

function parseSignatures(block) {
  if (!block.endsWith('\n')) return malformed('A note ends with a signature line and its newline.');
  const lines = block.slice(0, -1).split('\n');
  if (lines.length > noteSignaturesMax) return malformed(`A note has at most ${noteSignaturesMax} signatures.`);
  const signatures = lines.map(parseSignature).filter((signature) => signature !== null);
  if (signatures.length < lines.length) return malformed('A signature line is an em dash, a key name without spaces or plus, and Base 64 of more than 4 bytes.');
  return { ok: true, value: signatures };
}

function parseSignature(line) {
  const [name, encoded, ...more] = line.startsWith(lineStart) ? line.slice(lineStart.length).split(' ') : [];
  if (name === undefined || encoded === undefined || more.length > 0 || !isKeyName(name)) return null;
  const bytes = decodeBase64(encoded);
  if (bytes === null || bytes.length <= keyIdBytes) return null;
  return { name, keyId: Buffer.from(bytes).readUInt32BE(), signature: bytes.subarray(keyIdBytes) };
}

// ---------- packages/merkle/src/note/cosigned.ts

/** The first line of what is signed: no note signature is ever over a text that starts so. */
const cosignatureHeader = 'cosignature/v1';

const timestampBytes = 8;
const signatureBytes = 64;

/** The message that a witness signs (tlog-cosignature, "Ed25519 signed message"). */
function cosignedMessage(text, timestampS) {
  return Buffer.from(`${cosignatureHeader}\ntime ${timestampS}\n${text}`);
}

/** Null for another length, and for a time past 2^53 - 1 seconds: the standard allows 2^63 - 1, but no clock will be there. */
function decodeTimestamped(bytes) {
  if (bytes.length !== timestampBytes + signatureBytes) return null;
  const timestampS = Number(Buffer.from(bytes.subarray(0, timestampBytes)).readBigUInt64BE());
  return isSize(timestampS) ? { timestampS, signature: bytes.subarray(timestampBytes) } : null;
}

// ---------- packages/merkle/src/note/verify.ts

/**
 * Verifies a note against the keys we know (signed-note, "Signatures"). Every signature that names one of them, by name and id, must hold,
 * repeated ones too, though a key counts once, with its first signature; all others are unknown and mean nothing. Refuses a note with a bad
 * signature of a known key, and one without any of a known key. Throws a `RangeError` where one public key is given twice: it
 * could vote twice.
 */
function verifyNote(note, keys) {
  requireDistinct(keys);
  const verified = new Map();
  const unknown = [];
  for (const signature of note.signatures) {
    const key = keys.find(({ name, keyId }) => name === signature.name && keyId === signature.keyId);
    if (key === undefined) unknown.push(signature);
    else {
      const holds = verifySignature(note.text, signature.signature, key);
      if (holds === null) return refused('bad-signature', `The signature of ${key.name} is not of this text.`);
      if (!verified.has(key)) verified.set(key, holds);
    }
  }
  if (verified.size === 0) return refused('unsigned', 'No key that is known signed this note.');
  return { ok: true, value: { text: note.text, verified: [...verified.values()], unknown } };
}

function verifySignature(text, signature, key) {
  switch (key.type) {
    case 'ed25519':
      return verify(null, Buffer.from(text), key.publicKey, signature) ? { key, timestampS: null } : null;
    case 'cosignature/v1': {
      const timed = decodeTimestamped(signature);
      if (timed === null) return null;
      return verify(null, cosignedMessage(text, timed.timestampS), key.publicKey, timed.signature) ? { key, timestampS: timed.timestampS } : null;
    }
    default:
      return key.type;
  }
}

function requireDistinct(keys) {
  const twice = keys.find((key, at) => keys.slice(0, at).some(({ publicKey }) => publicKey.equals(key.publicKey)));
  if (twice !== undefined) throw new RangeError(`The public key of ${formatVerifierKey(twice)} is given twice.`);
}

// ---------- packages/merkle/src/checkpoint/checkpoint.ts

/**
 * Reads the text of a checkpoint, strictly: three lines at least, none empty, each ended by one newline, the size in decimal without leading
 * zeroes, the root as canonical Base 64 of 32 bytes. Text MUST come from a verified note.
 */
function parseCheckpoint(text) {
  const problem = noteTextProblem(text);
  if (problem !== null) return malformed(problem);
  const lines = text.slice(0, -1).split('\n');
  const [origin, decimal, encoded, ...extensions] = lines;
  if (origin === undefined || decimal === undefined || encoded === undefined || lines.includes('')) return malformed('A checkpoint has at least three lines, none of them empty.');
  const size = parseDecimal(decimal);
  if (size === null) return malformed('The size of the tree is a decimal number up to 2^53 - 1 without leading zeroes.');
  const root = decodeBase64(encoded);
  if (root === null || !isHash(root)) return malformed(`The root is Base 64 of ${hashBytes} bytes.`);
  return { ok: true, value: { origin, size, root, extensions } };
}

// ---------- packages/merkle/src/checkpoint/open.ts

/**
 * Opens a signed checkpoint (tlog-checkpoint; tlog-proof, "Verifying a tlog proof", steps 2 and 3). A witness's signature alone is not enough: the log
 * itself must have signed. Throws a `RangeError` where one public key is in the policy twice.
 */
function openCheckpoint(input, policy) {
  const { origin, logKeys, witnessKeys = [], witnessesMin = 0 } = policy;
  const note = parseNote(input);
  if (!note.ok) return note;
  const verified = verifyNote(note.value, [...logKeys, ...witnessKeys]);
  if (!verified.ok) return verified;
  if (!verified.value.verified.some(({ key }) => logKeys.includes(key))) return refused('unsigned', `${origin} did not sign this checkpoint.`);
  const checkpoint = parseCheckpoint(verified.value.text);
  if (!checkpoint.ok) return checkpoint;
  if (checkpoint.value.origin !== origin) return refused('wrong-origin', `The checkpoint is not of ${origin}.`);
  const cosignatures = verified.value.verified.filter(({ key }) => witnessKeys.includes(key));
  const witnesses = new Set(cosignatures.map(({ key }) => key.name)).size;
  if (witnesses < witnessesMin) return refused('too-few-witnesses', `${witnesses} of ${witnessesMin} witnesses cosigned this checkpoint.`);
  return { ok: true, value: { checkpoint: checkpoint.value, text: verified.value.text, cosignatures } };
}

// ---------- packages/merkle/src/checkpoint/log-proof.ts

const header = 'c2sp.org/tlog-proof@v1';

// ---------- packages/evidence/src/bundle/format.ts

const bundleFormat = 'countersign-bundle/v1';

/** Names of the files of a bundle; what comes in lines is cut into numbered files of at most `chunkBytes`. */
const fileNames = { readme: 'README.txt', manifest: 'manifest.json', schemas: 'schemas.json', checkpoints: 'checkpoints/', records: 'records/', end: 'end.json' };

/** The path of the n-th file of lines, from 0: `records/000000.jsonl`. */
function chunkName(prefix, number) {
  return `${prefix}${String(number).padStart(6, '0')}.jsonl`;
}

// ---------- packages/evidence/src/bundle/tar.ts

/** Bytes of a header, and what every file is filled up to (POSIX.1-2017, pax, "ustar Interchange Format"). */
const tarBlockBytes = 512;

const nameBytesMax = 100;

/** A file's name, size and type in its header; null for an empty block, a `RangeError` for what is no header. */
function parseTarHeader(header) {
  if (header.every((byte) => byte === 0)) return null;
  const sum = Buffer.from(header);
  sum.fill(' ', 148, 156);
  if (octalAt(header, 148, 8) !== checksumOf(sum)) throw new RangeError('This is no tar, or it is damaged: a header has another checksum than it says.');
  const prefix = header.toString('ascii', 257, 262) === 'ustar' ? textAt(header, 345, 155) : '';
  const name = textAt(header, 0, nameBytesMax);
  const type = header.toString('ascii', 156, 157);
  return { name: prefix === '' ? name : `${prefix}/${name}`, bytes: octalAt(header, 124, 12), isFile: type === '0' || type === '\0' };
}

/** The sum of a header's bytes, its own field taken as blanks. */
function checksumOf(header) {
  let sum = 0;
  for (const byte of header) sum += byte;
  return sum;
}

function octalAt(header, at, length) {
  const text = textAt(header, at, length).trim();
  if (!/^[0-7]{1,11}$/.test(text)) throw new RangeError('This is no tar that Countersign reads: a number in a header is not octal.');
  return Number.parseInt(text, 8);
}

function textAt(header, at, length) {
  const field = header.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.toString('latin1', 0, end === -1 ? length : end);
}

// ---------- packages/evidence/src/bundle/read.ts

/** The bundle is not one, or breaks its format: the message says how. */
class BundleError extends Error {
  name = 'BundleError';
}

const lineBytesMax = 16 * 1024 * 1024;
const wholeBytesMax = 16 * 1024 * 1024;
const pieceBytes = 1024 * 1024;
const filesMax = 1_000_000;

/** Opens a bundle: a tar, or the folder it was unpacked to. Throws a `BundleError` for what is none. Only files with names that a bundle has are read. */
async function openBundle(path) {
  const parts = (await stat(path)).isDirectory() ? await partsOfFolder(path) : await partsOfTar(path);
  const manifest = manifestOf(await readJson(parts, fileNames.manifest));
  const schemas = await readJson(parts, fileNames.schemas);
  const end = parts.has(fileNames.end) ? await readJson(parts, fileNames.end) : null;
  const counts = end === null ? null : { checkpoints: Number(end['checkpoints']), records: Number(end['records']) };
  return { kind: manifest.kind, manifest, schemas, counts, checkpoints: () => linesOf(parts, fileNames.checkpoints), records: () => linesOf(parts, fileNames.records) };
}

async function partsOfTar(path) {
  await using file = await open(path);
  const { size } = await file.stat();
  const parts = new Map();
  for (let at = 0; at + tarBlockBytes <= size; ) {
    const header = readHeader(await readAt(file, at, tarBlockBytes));
    if (header === null) break;
    const start = at + tarBlockBytes;
    if (start + header.bytes > size) throw new BundleError(`The bundle is cut off within ${header.name}.`);
    if (parts.has(header.name)) throw new BundleError(`The bundle has two files ${header.name}.`);
    if (header.isFile) parts.set(header.name, { path, at: start, bytes: header.bytes });
    if (parts.size > filesMax) throw new BundleError('The bundle has too many files.');
    at = start + Math.ceil(header.bytes / tarBlockBytes) * tarBlockBytes;
  }
  return parts;
}

function readHeader(block) {
  try {
    return parseTarHeader(block);
  } catch (error) {
    throw new BundleError(error instanceof Error ? error.message : 'This is no tar.');
  }
}

async function partsOfFolder(folder) {
  const parts = new Map();
  const add = async (name) => {
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found?.isFile() === true) parts.set(name, { path, at: 0, bytes: found.size });
  };
  for (const name of [fileNames.manifest, fileNames.schemas, fileNames.end]) await add(name);
  for (const prefix of [fileNames.checkpoints, fileNames.records]) {
    for (const name of await readdir(join(folder, prefix)).catch(() => [])) await add(`${prefix}${name}`);
  }
  return parts;
}

async function readJson(parts, name) {
  const part = parts.get(name);
  if (part === undefined) throw new BundleError(`This is no bundle of Countersign: it has no ${name}.`);
  if (part.bytes > wholeBytesMax) throw new BundleError(`${name} is too large.`);
  await using file = await open(part.path);
  return jsonObject((await readAt(file, part.at, part.bytes)).toString('utf8'), name);
}

function jsonObject(text, name) {
  try {
    const value = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Told below, as for JSON that is no object.
  }
  throw new BundleError(`${name} is no JSON object.`);
}

function manifestOf(value) {
  const { format, kind, origin, first, last } = value;
  if (format !== bundleFormat) throw new BundleError(`The bundle is of the format ${String(format)}; this verifier reads ${bundleFormat}.`);
  const sound = (kind === 'range' || kind === 'selection') && typeof origin === 'string' && Number.isSafeInteger(first) && Number.isSafeInteger(last) && Number(first) >= 0 && Number(last) >= Number(first) - 1;
  if (!sound) throw new BundleError('manifest.json does not say of which log, of which kind, or from where to where the bundle is.');
  return value;
}

/** The lines of all files of a prefix, which are numbered without a gap, in groups of about a MiB. */
async function* linesOf(parts, prefix) {
  const count = [...parts.keys()].filter((name) => name.startsWith(prefix)).length;
  for (let number = 0; number < count; number += 1) {
    const name = chunkName(prefix, number);
    const part = parts.get(name);
    if (part === undefined) throw new BundleError(`The bundle lacks ${name}.`);
    await using file = await open(part.path);
    let rest = Buffer.alloc(0);
    for (let read = 0; read < part.bytes; read += pieceBytes) {
      const piece = Buffer.concat([rest, await readAt(file, part.at + read, Math.min(pieceBytes, part.bytes - read))]);
      const end = piece.lastIndexOf(10);
      if (end !== -1) yield piece.toString('utf8', 0, end).split('\n');
      rest = piece.subarray(end + 1);
      if (rest.length > lineBytesMax) throw new BundleError(`${name} has a line of more than ${lineBytesMax} bytes.`);
    }
    if (rest.length > 0) throw new BundleError(`${name} ends within a line.`);
  }
}

async function readAt(file, at, bytes) {
  const buffer = Buffer.allocUnsafe(bytes);
  for (let done = 0; done < bytes; ) {
    const { bytesRead } = await file.read(buffer, done, bytes - done, at + done);
    if (bytesRead === 0) throw new BundleError('The bundle became shorter while it was read.');
    done += bytesRead;
  }
  return buffer;
}

// ---------- packages/evidence/src/record.ts

/**
 * The leaf of a record: its RFC 8785 bytes. Members stand in the order of the RFC, integers are below 2^53 and text is
 * whole Unicode, so that the platform's own JSON writes what the RFC asks for; a property test holds it against a
 * library. Throws a `RangeError` where it would not.
 */
function encodeRecord(record) {
  for (const value of Object.values(record)) if (typeof value === 'string' && !value.isWellFormed()) throw new RangeError('Text with half a surrogate pair has no canonical form.');
  const { occurredAt, offset, partition, recordedAt, publishedAt } = record;
  for (const value of [occurredAt, offset, partition, recordedAt, publishedAt ?? 0]) if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no integer that JSON holds exactly.`);
  return Buffer.from(canonicalText(record));
}

/** The same as text, without looking whether it has a canonical form: for whoever only holds it against a hash. */
function canonicalText(record) {
  const { actor, decisionId, decisionType, eventId, kind, occurredAt, offset, partition, payload, payloadSha256, policyVersion, publishedAt, record: name, recordedAt, reviewer, system, topic, valueDigest } = record;
  return JSON.stringify({ actor, decisionId, decisionType, eventId, kind, occurredAt, offset, partition, payload, payloadSha256, policyVersion, publishedAt, record: name, recordedAt, reviewer, system, topic, valueDigest });
}

// ---------- packages/evidence/src/verify/line.ts

/** No path is longer in a tree of 2^53 - 1 leaves. */
const pathHashesMax = 53;

/** Reads a line; null for what is none. */
function parseLine(text) {
  const value = parseObject(text);
  if (value === null) return null;
  const { entry = null, index, key = null, leaf, logged = null, payload, proof = null, record } = value;
  if (!isCount(index) || !isTextOrNull(key) || typeof leaf !== 'string' || !isTextOrNull(payload)) return null;
  const leafHash = Buffer.from(leaf, 'base64');
  const proofHashes = proof === null ? null : hashesOf(proof);
  if (leafHash.length !== hashBytes || (proof !== null && proofHashes === null)) return null;
  if ((record !== null && !isRecord(record)) || (logged !== null && !isRecord(logged))) return null;
  return { index, entry: isEntry(entry) ? entry : null, key, leaf: leafHash, leafText: leaf, logged, payload: payload === null ? null : Buffer.from(payload, 'base64'), proof: proofHashes, record };
}

/** Whether a record hashes to its leaf (RFC 6962, section 2.1). */
function isLeaf(record, leafText) {
  return hash('sha256', `\0${canonicalText(record)}`, 'base64') === leafText;
}

/** The bytes that a record's leaf is of; null where there are none (half a surrogate pair). */
function leafBytes(record) {
  try {
    return encodeRecord(record);
  } catch {
    return null;
  }
}

/** A list of hashes in base64, at most as many as a proof can have; null for anything else. */
function hashesOf(value) {
  if (!Array.isArray(value) || value.length > 2 * pathHashesMax) return null;
  const hashes = value.map((each) => (typeof each === 'string' ? decodeBase64(each) : null)).filter((hash) => hash?.length === hashBytes);
  return hashes.length === value.length ? (hashes) : null;
}

/** A JSON object; null for any other text. */
function parseObject(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value) : null;
  } catch {
    return null;
  }
}

/** Whether this has the members of a canonical record, each of its type. Other members are not in its canonical form, so that its hash tells. */
function isRecord(value) {
  if (typeof value !== 'object' || value === null) return false;
  const { actor, decisionId, decisionType, eventId, kind, occurredAt, offset, partition, payload, payloadSha256, policyVersion, publishedAt, record, recordedAt, reviewer, system, topic, valueDigest } = value;
  return isTextOrNull(actor) && isTextOrNull(decisionId) && isTextOrNull(decisionType) && isTextOrNull(kind) && isTextOrNull(payloadSha256) && isTextOrNull(policyVersion) && isTextOrNull(reviewer) && isTextOrNull(system) && isTextOrNull(valueDigest) &&
    typeof eventId === 'string' && typeof record === 'string' && typeof topic === 'string' && (payload === 'plain' || payload === 'sealed' || payload === 'erased') &&
    isInteger(occurredAt) && isInteger(offset) && isInteger(partition) && isInteger(recordedAt) && (publishedAt === null || isInteger(publishedAt));
}

function isEntry(value) {
  const { eventId, leaf, recordedAt } = (value ?? {});
  return typeof eventId === 'string' && typeof leaf === 'string' && isInteger(recordedAt);
}

function isTextOrNull(value) {
  return value === null || typeof value === 'string';
}

function isInteger(value) {
  return Number.isSafeInteger(value);
}

function isCount(value) {
  return isInteger(value) && value >= 0;
}

// ---------- packages/evidence/src/verify/report.ts

/**
 * What the verifier can find. The first part is about the log: its bytes are not what was signed. Codes that begin with `rule-` are about what
 * people and services did: the bytes are what was signed, and say that a rule was broken.
 */
const findingCodes = {
  'bundle-damaged': 'The bundle is cut off or breaks its format.',
  'checkpoint-unsigned': 'A checkpoint is not signed by the log.',
  'checkpoints-inconsistent': 'A checkpoint is not how a later one begins: the log signed two histories.',
  'log-forked': 'The log has another history than a checkpoint that was kept elsewhere.',
  'log-rolled-back': 'The log is older than a checkpoint that was kept elsewhere.',
  'history-rewritten': 'Records and their hashes were changed together: the tree is not the one that was signed.',
  'tail-truncated': 'Records at the end of the log are gone.',
  'partition-missing': 'All records of a time are gone.',
  'row-missing': 'A record is gone.',
  'row-inserted': 'There is a record that the log never had.',
  'row-changed': 'A record is not what the log committed to.',
  'rows-swapped': 'Records stand in the places of others.',
  'backdated': 'An instant of a record was changed, or is not possible where it stands.',
  'content-changed': 'A payload is not what its record committed to.',
  'content-missing': 'A payload is gone.',
  'presentation-changed': 'What a reviewer was shown is not what is on record.',
  'index-changed': 'The table that gives records their places is not what the tiles have.',
  'rule-event-repeated': 'Two records have one event id.',
  'rule-offset-order': 'A record stands twice, or before one that came earlier on its partition of Kafka.',
  'rule-row-differs': 'A row says something else of its event than the event itself.',
  'rule-payload-unreadable': 'A payload is not an event of its kind.',
  'rule-accepted-twice': 'A decision was accepted twice.',
  'rule-verdict-twice': 'A decision has more than one verdict.',
  'rule-verdict-giver': 'A verdict was given by whom it was not to be given by.',
  'rule-verdict-unfounded': 'A verdict does not follow from what is on record.',
  'rule-signatures': 'A verdict lacks signatures, or names people who did not sign.',
  'rule-two-hats': 'One person judged a decision twice.',
  'rule-judgement-unclaimed': 'A judgement was given without a live claim.',
  'rule-judgement-unpresented': 'A judgement rests on something that was not shown to its author, or not kept.',
  'rule-first-answer': 'A judgement lacks the answer that its author had to give before seeing the rest.',
  'rule-judgement-unsubmitted': 'A judgement became final that nobody gave, or that was taken back, or too early.',
  'rule-reasoning': 'A judgement has no reasoning.',
  'rule-unqualified': 'A reviewer was not entered, or not qualified, when they claimed.',
  'rule-policy': 'A policy version was used that was not proposed, approved by somebody else and activated before.',
  'rule-draw': 'A draw is not what the key gives.',
  'rule-sampling-key': 'A sampling key is not the one that was committed to in time.',
  'rule-erasure': 'Something was erased, or its retention ended, without the approval of a second person.',
};

/** Listing more of them tells nobody anything new; all are counted. */
const findingsMax = 1000;

/** Collects what a verification finds, in bounded memory. */
class Collector {
  findings = [];
  counts = {};
  checked = {};
  #gaps = new Map();

  find(code, place, expected, found) {
    this.counts[code] = (this.counts[code] ?? 0) + 1;
    // Of each kind some are kept, however many there are of another.
    if (this.findings.length < findingsMax || (this.counts[code] ?? 0) <= 10) this.findings.push({ code, ...place, expected: expected.slice(0, 2000), found: found.slice(0, 2000) });
  }

  check(what, times = 1) {
    this.checked[what] = (this.checked[what] ?? 0) + times;
  }

  /** Something that belongs to a whole verification, and was not possible. */
  skip(what, why, count = 1) {
    this.#gap(what, why, count, false);
  }

  /** Something that is as it should be, and worth knowing. */
  note(what, why, count = 1) {
    this.#gap(what, why, count, true);
  }

  gaps(note) {
    return [...this.#gaps.values()].filter((gap) => gap.note === note).map(({ what, why, count }) => ({ what, why, count }));
  }

  #gap(what, why, count, note) {
    const known = this.#gaps.get(`${what}\n${why}`);
    if (known !== undefined) known.count += count;
    else if (this.#gaps.size < findingsMax) this.#gaps.set(`${what}\n${why}`, { what, why, count, note });
  }
}

/** The report for people. */
function reportText(report) {
  const { verdict, origin, kind, first, last, checkpointSize, checked, findings, counts, unchecked, notes } = report;
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const gapLines = (gaps) => gaps.map(({ what, why, count }) => `  ${count} × ${what}: ${why}\n`);
  const heading = {
    verified: 'VERIFIED. Everything was checked, and nothing was found.', incomplete: 'INCOMPLETE. Nothing was found, and not everything could be checked.', findings: `FINDINGS: ${total}. This is not what was signed, or rules were broken.`,
  }[verdict];
  return [
    `${heading}\n\nLog ${origin}, ${kind === 'selection' ? 'selected records' : 'all records'} from index ${first} to ${last}; newest checkpoint: ${checkpointSize === null ? 'none' : `${checkpointSize} records`}.\n`,
    '\nChecked\n', ...Object.entries(checked).map(([what, count]) => `  ${String(count).padStart(10)} ${what}\n`),
    ...(total === 0 ? [] : ['\nFound\n', ...Object.entries(counts).map(([code, count]) => `  ${count} × ${code}: ${findingCodes[code]}\n`), '\n', ...findings.map(findingText)]),
    ...(total > findings.length ? [`  and ${total - findings.length} more\n`] : []),
    ...(unchecked.length === 0 ? [] : ['\nNot checked\n', ...gapLines(unchecked)]), ...(notes.length === 0 ? [] : ['\nTo know\n', ...gapLines(notes)]),
  ].join('');
}

function findingText({ code, index, eventId, record, system, decisionId, expected, found }) {
  const where = [index === undefined ? '' : `index ${index}`, record ?? '', eventId == null ? '' : `event ${eventId}`, decisionId == null ? '' : `decision ${system ?? ''}/${decisionId}`].filter((part) => part !== '').join(', ');
  return `  ${code}${where === '' ? '' : ` at ${printable(where)}`}\n    expected ${printable(expected)}\n    found    ${printable(found)}\n`;
}

/** What comes from a bundle must not write on the auditor's terminal. */
function printable(text) {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '\ufffd');
}

// ---------- packages/evidence/src/verify/rows.ts

/** More rows than this that are not what they were are counted, and not told apart any more. */
const keptMax = 10_000;

/** Up to so many, each is tried in the place of each other. */
const triedMax = 200;

const instants = ['recordedAt', 'occurredAt', 'publishedAt'];

/** Where a record stands, for a finding. */
function recordPlace(index, record) {
  return record === null ? { index } : { index, eventId: record.eventId, system: record.system, decisionId: record.decisionId, record: record.record };
}

/** Holds every row against its leaf, and says at the end what was done to those that do not fit. */
class RowCheck {
  #found;
  #changed = [];
  #gone = [];
  #strays = [];
  #days = new Map();
  #untold = 0;

  constructor(found) {
    this.#found = found;
  }

  /** Whether the row is what the log committed to. */
  add({ index, record, leaf, leafText, logged, entry }) {
    this.#found.check('rows, each against its leaf');
    if (entry !== null && entry.leaf !== leafText) this.#found.find('index-changed', recordPlace(index, record), `the leaf hash ${hex(leaf)}, as the tiles have it`, hex(Buffer.from(entry.leaf, 'base64')));
    const original = logged !== null && matches(logged, leaf) ? logged : null;
    if (record === null) {
      this.#keep(this.#gone, { index, leaf, logged: original, entry });
      const recordedAt = original?.recordedAt ?? entry?.recordedAt;
      if (recordedAt !== undefined) this.#count(recordedAt, index, 'gone');
      return false;
    }
    if (isLeaf(record, leafText)) {
      this.#count(record.recordedAt, index, 'present');
      return true;
    }
    const bytes = leafBytes(record);
    const hash = bytes === null ? null : hashLeaf(bytes);
    this.#keep(this.#changed, { index, record, leaf, hash: hash ?? new Uint8Array(), logged: original ?? (entry === null ? null : redated(record, entry.recordedAt, leaf)) });
    return false;
  }

  /** A row that has no place in the log. */
  addStray(record) {
    this.#keep(this.#strays, record);
  }

  /** Names what was found. `size`: leaves of the log; `retained` tells whether the row of an index may be gone. */
  finish(size, retained) {
    const moved = this.#moved();
    const found = new Set(moved.values());
    // What stands somewhere else is not gone; what stands nowhere is, also where another record has taken its place.
    this.#gone = this.#gone.filter(({ index }) => !found.has(index));
    for (const { index } of this.#changed) if (moved.has(index) && !found.has(index)) this.#found.find('row-missing', { index }, 'a record', `that of index ${moved.get(index)} in its place, and its own nowhere`);
    for (const each of this.#changed) this.#tellChanged(each, moved.get(each.index));
    this.#matchStrays();
    this.#tellGone(size, retained);
    if (this.#untold > 0) this.#found.find('row-changed', {}, 'rows as they were', `${this.#untold} more that are not`);
  }

  #keep(list, item) {
    if (list.length < keptMax) list.push(item);
    else this.#untold += 1;
  }

  #count(recordedAt, index, what) {
    const number = dayOf(recordedAt);
    const day = this.#days.get(number) ?? { present: 0, gone: 0, first: index, last: index };
    day[what] += 1;
    if (what === 'gone') [day.first, day.last] = [day.gone === 1 ? index : Math.min(day.first, index), day.gone === 1 ? index : Math.max(day.last, index)];
    if (this.#days.size < keptMax || this.#days.has(number)) this.#days.set(number, day);
  }

  /** Rows that stand in the place of another: with everything of it, or with all but the id and instant that place it. */
  #moved() {
    const moved = new Map();
    const byLeaf = new Map([...this.#gone, ...this.#changed].map(({ leaf, index }) => [hex(leaf), index]));
    for (const { index, hash } of this.#changed) {
      const other = byLeaf.get(hex(hash));
      if (other !== undefined && other !== index) moved.set(index, other);
    }
    if (this.#changed.length > triedMax) return moved;
    for (const one of this.#changed) {
      for (const other of this.#changed) {
        if (one !== other && !moved.has(one.index) && matches({ ...one.record, eventId: other.record.eventId, recordedAt: other.record.recordedAt }, other.leaf)) moved.set(one.index, other.index);
      }
    }
    return moved;
  }

  #tellChanged({ index, record, leaf, hash, logged }, movedFrom) {
    const place = recordPlace(index, record);
    if (movedFrom !== undefined) return this.#found.find('rows-swapped', place, `the record of index ${index}`, `that of index ${movedFrom}`);
    if (logged === null) return this.#found.find('row-changed', place, `a record whose hash is ${hex(leaf)}`, hash.length === 0 ? 'one with text that has no canonical form' : `one whose hash is ${hex(hash)}`);
    this.#tellDifference(index, logged, record);
  }

  /** A row that lost its place is no row too many: it is the one that is gone from there, as it was or changed. */
  #matchStrays() {
    const byLeaf = new Map(this.#strays.map((stray) => [leafOf(stray), stray]));
    const byId = new Map(this.#strays.map((stray) => [stray.eventId, stray]));
    const matched = new Set();
    for (const gone of this.#gone) {
      const { index, leaf, logged, entry } = gone;
      const id = logged?.eventId ?? entry?.eventId;
      const stray = byLeaf.get(hex(leaf)) ?? (id === undefined ? undefined : byId.get(id));
      if (stray === undefined || matched.has(stray)) continue;
      matched.add(stray).add(gone);
      const original = logged ?? (entry === null ? null : { ...stray, recordedAt: entry.recordedAt });
      if (matches(stray, leaf)) this.#found.find('index-changed', recordPlace(index, stray), 'a row that the index of the log leads to', 'one that it does not lead to');
      else if (original !== null && matches(original, leaf)) this.#tellDifference(index, original, stray);
      else this.#found.find('row-changed', recordPlace(index, stray), `a record whose hash is ${hex(leaf)}`, `one whose hash is ${leafOf(stray)}`);
    }
    for (const record of this.#strays) if (!matched.has(record)) this.#found.find('row-inserted', { ...recordPlace(0, record), index: undefined }, 'a row that the log has a leaf of', 'a row without a place in the log');
    this.#gone = this.#gone.filter((gone) => !matched.has(gone));
  }

  #tellDifference(index, logged, record) {
    const { code, expected, found } = difference(logged, record);
    this.#found.find(code, recordPlace(index, record), expected, found);
  }

  #tellGone(size, retained) {
    const gone = this.#gone.filter((each) => !retained(each.index, instantOf(each)));
    if (gone.length < this.#gone.length) this.#found.note('rows that are gone', 'their retention ended, which two people approved; their leaves are in the tree', this.#gone.length - gone.length);
    const days = new Set([...this.#days].filter(([, day]) => day.present === 0 && day.gone > 1).map(([number]) => number));
    const rest = gone.filter((each) => {
      const recordedAt = instantOf(each);
      return recordedAt === undefined || !days.has(dayOf(recordedAt));
    });
    const kept = new Set(gone.map(instantOf).filter((at) => at !== undefined).map(dayOf));
    for (const number of days) {
      const day = this.#days.get(number);
      if (day !== undefined && kept.has(number)) this.#found.find('partition-missing', { index: day.first }, `records of ${new Date(number * 86_400_000).toISOString().slice(0, 10)}, index ${day.first} to ${day.last}`, 'none of them');
    }
    for (const run of runsOf(rest)) {
      const [first, last] = [run[0], run.at(-1)];
      if (first === undefined || last === undefined) continue;
      const code = last.index === size - 1 && size > run.length ? 'tail-truncated' : 'row-missing';
      this.#found.find(code, recordPlace(first.index, first.logged), run.length === 1 ? 'a record' : `${run.length} records, to index ${last.index}`, 'leaves without their rows');
    }
  }
}

/** What was changed of a record, and what that is called. */
function difference(logged, record) {
  const names = (Object.keys(logged)).filter((name) => logged[name] !== record[name]);
  const told = (of) => names.map((name) => `${name} ${JSON.stringify(of[name])}`).join(', ');
  const content = names.includes('payloadSha256') && names.every((name) => name === 'payloadSha256' || name === 'valueDigest' || name === 'payload');
  const code = names.some((name) => (instants).includes(name)) ? 'backdated' : !content ? 'row-changed' : logged.record === 'ContentRecorded' ? 'presentation-changed' : 'content-changed';
  return { code, expected: told(logged), found: told(record) };
}

/** The record with the instant that the index has of it, if that is what the leaf is of. */
function redated(record, recordedAt, leaf) {
  const original = { ...record, recordedAt };
  return matches(original, leaf) ? original : null;
}

function matches(record, leaf) {
  const bytes = leafBytes(record);
  return bytes !== null && sameHash(hashLeaf(bytes), leaf);
}

/** Neighbouring indexes together. */
function runsOf(gone) {
  const runs = [];
  for (const each of [...gone].sort((a, b) => a.index - b.index)) {
    const run = runs.at(-1);
    if (run?.at(-1)?.index === each.index - 1) run.push(each);
    else runs.push([each]);
  }
  return runs;
}

function leafOf(record) {
  const bytes = leafBytes(record);
  return bytes === null ? '' : hex(hashLeaf(bytes));
}

/** When a record that is gone was recorded, as far as anybody says. */
function instantOf({ logged, entry }) {
  return logged?.recordedAt ?? entry?.recordedAt;
}

/** Days since 1970 of an instant in microseconds, UTC: what partitions are made by. */
function dayOf(instant) {
  return Math.floor(instant / 86_400_000_000);
}

function hex(bytes) {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

// ---------- packages/evidence/src/content/avro.ts

const depthMax = 64;
const nameRule = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * A reader of one record by its schema (Apache Avro 1.12, "Binary Encoding"), which gives the fields that are wanted. Schemas and bytes may
 * be hostile: whatever does not fit throws a `RangeError`, and neither time nor memory goes beyond what the bytes can pay for. Bytes that are
 * left over do not fit either, so that of several releases of a record one alone can read it.
 */
function avroReader(schema, wanted) {
  const { type, name, fields } = objectOf(schema);
  if (type !== 'record') throw new RangeError('The schema of an event is that of a record.');
  const names = new Map();
  const self = { read: () => undefined };
  names.set(String(name), self);
  const readers = fieldsOf(fields, names);
  self.read = recordReader(readers);
  return (bytes) => {
    const tap = { bytes, at: 0, depth: 0, items: 0 };
    const value = {};
    for (const { field, read } of readers) {
      if (wanted.has(field)) value[field] = read(tap, true);
      else read(tap, false);
    }
    if (tap.at !== bytes.length) throw new RangeError(`The record ends ${bytes.length - tap.at} bytes before its payload does.`);
    return value;
  };
}

function readerOf(schema, names) {
  if (Array.isArray(schema)) return unionReader(schema.map((branch) => readerOf(branch, names)));
  if (typeof schema === 'string') return primitives[schema] ?? namedReader(schema, names);
  const { type, name, fields, items, values, symbols } = objectOf(schema);
  switch (type) {
    case 'record': {
      const self = { read: () => undefined };
      names.set(String(name), self);
      self.read = recordReader(fieldsOf(fields, names));
      return self.read;
    }
    case 'array': return listReader(readerOf(items, names));
    case 'map': return mapReader(readerOf(values, names));
    case 'enum': return enumReader(symbols);
    // A type in more words: {"type": "long", "logicalType": "timestamp-micros"}.
    default: return readerOf(type, names);
  }
}

const primitives = {
  null: () => null,
  boolean: (tap) => take(tap, 1)[0] === 1,
  int: readLong,
  long: readLong,
  float: (tap) => take(tap, 4).readFloatLE(),
  double: (tap) => take(tap, 8).readDoubleLE(),
  bytes: (tap) => take(tap, readLong(tap)),
  string: (tap, keep) => {
    const text = take(tap, readLong(tap));
    return keep ? text.toString('utf8') : '';
  },
};

/** A record that is named before it is whole (it may hold itself) is looked up when it is read. */
function namedReader(name, names) {
  const named = names.get(name);
  if (named === undefined) throw new RangeError(`The schema names a type ${name} that it does not define.`);
  return (tap, keep) => named.read(tap, keep);
}

function recordReader(fields) {
  return (tap, keep) => within(tap, () => {
    const value = {};
    for (const { field, read } of fields) {
      const part = read(tap, keep);
      if (keep) value[field] = part;
    }
    return value;
  });
}

function fieldsOf(fields, names) {
  if (!Array.isArray(fields)) throw new RangeError('The schema of a record has a list of fields.');
  return fields.map((each) => {
    const { name, type } = objectOf(each);
    if (typeof name !== 'string' || !nameRule.test(name) || name === '__proto__') throw new RangeError('The schema has a field without a proper name.');
    return { field: name, read: readerOf(type, names) };
  });
}

function unionReader(branches) {
  return (tap, keep) => {
    const read = branches[readLong(tap)];
    if (read === undefined) throw new RangeError('The payload names a branch of a union that is not there.');
    return read(tap, keep);
  };
}

function enumReader(symbols) {
  return (tap) => (Array.isArray(symbols) ? (symbols[readLong(tap)]) : undefined);
}

function listReader(read) {
  return (tap, keep) => within(tap, () => {
    const items = [];
    eachItem(tap, () => {
      const item = read(tap, keep);
      if (keep) items.push(item);
    });
    return items;
  });
}

function mapReader(read) {
  return (tap, keep) => within(tap, () => {
    const values = new Map();
    eachItem(tap, () => {
      const name = primitives['string']?.(tap, keep);
      const value = read(tap, keep);
      if (keep) values.set(name, value);
    });
    return values;
  });
}

/** Blocks of items, each behind its count; a negative count is followed by a size in bytes. A count that the bytes cannot hold is refused before it is believed. */
function eachItem(tap, read) {
  for (;;) {
    let count = readLong(tap);
    if (count === 0) return;
    if (count < 0) {
      count = -count;
      if (readLong(tap) < 0) throw new RangeError('A block of a list has fewer than no bytes.');
    }
    // Also over all lists together, since there are schemas whose items take no bytes.
    tap.items += count;
    if (count > tap.bytes.length - tap.at || tap.items > tap.bytes.length) throw new RangeError('A list has more items than the payload has bytes.');
    for (; count > 0; count -= 1) read();
  }
}

/** Schemas may hold themselves, and so may what is read by them. */
function within(tap, read) {
  tap.depth += 1;
  if (tap.depth > depthMax) throw new RangeError('The payload is nested too deep.');
  const value = read();
  tap.depth -= 1;
  return value;
}

function take(tap, length) {
  const end = tap.at + length;
  if (!(length >= 0 && end <= tap.bytes.length)) throw new RangeError('The payload ends before its record does.');
  const bytes = tap.bytes.subarray(tap.at, end);
  tap.at = end;
  return bytes;
}

/** Seven bits a byte, the lowest first, zigzag. Throws past 2^53, where JavaScript cannot count. */
function readLong(tap) {
  let [value, factor] = [0, 1];
  for (let length = 0; length < 10; length += 1) {
    const byte = tap.bytes[tap.at];
    if (byte === undefined) break;
    tap.at += 1;
    value += (byte & 127) * factor;
    if (byte < 128) {
      if (value > 2 ** 53) break;
      return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
    factor *= 128;
  }
  throw new RangeError('The payload has a number that is cut off, or too large.');
}

function objectOf(value) {
  if (typeof value !== 'object' || value === null) throw new RangeError('The schema is not one of Avro.');
  return value;
}

// ---------- packages/evidence/src/rules/known-schemas.ts

// Generated by packages/evidence/generate.ts. Do not edit.

/** Digests (schemaDigest) of every schema of this release and those before: what payloads are read by. */
const knownSchemas = new Set([
  '029f205633c208715798588bba218496d6e50ad36bc6dc5ae2a8ceb742fafef3', '064ac235348cf6a9977ef02e059de288332f38351f1d73faa3f59185002d6f61', '170ba9b7e026db4643b25b6da60fd07f7c3d6eeeacf9e335ee72edacc5c38f13',
  '174771e360ab9b170648e1c261901d32615e65604e04ac20b2af04d6fd7a6425', '21c31b3c3e7e52d7c1f70b87ce165b4439606f3ade17c09b26ac1b07b1be7329', '2334719e45751bd94740c1a4caf516b44239064003c625e0aca290a079c12ace',
  '25234ee86088f23091db682ab202dc63119f7488710f774f6aaae03a6e502084', '267b4733c5fcf0141fb0feb3e18f97eac5f2c19961d8509b36b30eeb40192dee', '2ab1f9f1598beccfdbfc2b80bfd7aca62e85b95e6d0e2c2d3ea8ecfade7e4d66',
  '2bff4d662125c65ac05ec986158c0000dbf6de2c2215cbc1a9bf22eb811cb436', '2f0dd1829b037dbb07479e05a95ea460ddf689b5035ac1e8b0f8441a69f07d72', '3290136f9a0a03560639ffce71fe9b7c6bf179e6d5b545288867e6cca62e98d0',
  '34945bb928b60870653fe180f7152038e1cd9180c9fa87c85f0f2c6283ecd3c8', '403833d10e10f7878809175d0e437ed66efebd5ca1c730649f9e6446fb7b42c9', '40dab520985e1abf9ca59b565e5aac87db0ad57a28053315c0fd5a90b4258515',
  '431b0bb183b38af21bbc1c23de4cc2acbef4869c27e2e3ebaec17370bc4f54fb', '44888f29a8512772371b6c135f68855a53ee270e2cda4000719758aa05e69a98', '49770d09d5aa385d2e79baea8dea05877b6ccc60564e51d9836d48e5bc24229d',
  '51e937a4eeb65cbf0066f4d245dc53a1762caf3e4bbb1a2a6e430a8e34217b19', '5a3668d19fc15d47e28628b56f630342eed6443494a07dcc71ce97194519337b', '5b46ea65202c0a491c935abc30074324c5d60844db2de5646222c1bf949cc500',
  '5f979a9f5aea85d35eeb45eb1981ca2daa8615cbd67fe34c54436e6c8dcf235e', '648cc1853432dbdf26dad97905aae6b0372b7dda0d8efab0d5ef53266ab582fb', '65bdb3c47af793ba57c60d6fe2d84cc54020f2f570731e9de7643f51f9ae8113',
  '67b8c9710887b1329354602f62c863e4c93424080ec6c6cdf1ef8b2c16fd4a3d', '67cadc1d85694c6d92a61cf679ed20246df1d3ec389d86315681b8f04c8e3846', '69d657370fee5d5138e24e99f2f2ff17ee064a817b147505662e44b59f6bc6cc',
  '6a6625395ad11674b198da899c489c2a9a3288109f4cc51b5e5b208742e64ab2', '72e3115a6dbcd6da544295f1dc6049db61099dd7149aa2b5d9b54c6279f88aa1', '77badd89acfe685548959e9a6d18ccd0acb6a4d66930bcc10a2e4bef289566c3',
  '7f80d49a82e500c51dfbe447ca8a958610c9e24bcd534419bbcabb801ee8784a', '825ccb345f60c8c105c58a4aaf543ec81aff9a9da37c4eda11c44522ebba76d9', '8604ea967a9af402af3d6a47bd766a16f8ea88fb6e8555cc69efd038c0117283',
  '8686612e8fdea66e2a5ea0290244817946f5326227688957846bcfa2013c730a', '8877eea80aaf70c6722a31f32762e4de7f03442abd9437b13d4f231e4a07d67b', '8f56aa73fa2305c1ac6fcd1b7118aeacbbe0303a7466a994aff95c7edbaa18b0',
  '9125eb12ddf421778aee6ae905f7cc36d0398d642bb7116d62c332ebc5fccc44', '92d7d0380c20662cfa77613ee07a7f1a92330032cd0f668329809ed47b4f64af', '9b5f86a06c9039575a9dc3f88af604db6a63c66703c6de8a2e85d8003a493179',
  '9f0c784e2e64d3c26947f38a7eeb9d946202d976aa34bcc18c3dcb53dcc80bfa', 'a1515da1a9fac7a661eae3ac5e9670ec9d4accf2643a892beb8bb4d6e4a35ea4', 'a9c53bcbee4618371c678a1a16c67b9e56f984515780b9c68beb3ade22d90837',
  'a9d772e5cccc8e8fbb61387dde2a2312edded8c1e1e6497b4a7a0b2cf92e5000', 'ae52d0c722a14c2394e3b462cbb2b16b5a9c0cb48a5141726eef23cf99e6db2f', 'b6c502f27055d4272e73138c412c40b301afa2c96e0430ea9ac5bb0d69cf139e',
  'bba13583a895425c53eac14b98ce725a79cccb00918aa021213b4e4011db51f4', 'bba24f0bffa7eeb7f43b1e9131783ab81abf2524d18b90c4fc73f9c86f3ec093', 'beb459f9b29d316061d4dbcc85a9c6c10df9e2e06ab7c123c1784d6787c0928b',
  'c0938de9f18309706d8e4473075305814d26cc35da73bc5b5226c391086daddf', 'c25486c88c243e975c6bb35a6c1b3a44f039fe7abbe435abc25413cdfb13c395', 'c332376b0abcb6902d61f9de8dfeb1e990636d716c99dbb0ea4edf9855287747',
  'c38dc0d6b9b9e31c81184f31c77e41d67be8268dfbf6ef4abd974de93d8df866', 'c3919712b8cd5dec3fc43e9df92e7357348b778a89fda49b61bdadca8e97b217', 'c6080ab712111b0082301bc7e3720c809484d3f33fe28075cc2df1b204f3af18',
  'cdd88f0ff0043b6079a96e76408935aabf87d2ccd9228fa308ec12fb9db1fdc3', 'cf440055a2bba5e2b82ae89f23460dc93669b34ab2052e4becb8dc24ab6d824d', 'd6d2ee536756f65f0467d2accc981601ca1895bf8d70dbcdb0e9e00843abfe94',
  'dd99ddd947fdbc6d46f735abeff81da4fd70fa929cd5fe4794dc69f421ada5ed', 'deb6ccbf3f129cea31eb22b08ad0b764a07db876f32d1d9808daa24dff06aa8a', 'e2f522b51624e710de5603e1ee3a52c802c0b2eeff5c84e0d670ef4e181a9844',
  'e4b674c9c5874312675998c47e261104470198d343e458abda4e0ef41cac97c5', 'e525581217a7964d9d2547cd49c3093260b4b8795769e4a64f2280308c712b59', 'ef24190199a6b9e413b6b92e992b54ed16d8add51dd9c0c153696954224443f9',
  'fc0cc26002092f3ad089732d819ebe98104e26dc65e43bf4dc3ebf0ce896e2d3', 'fe119f8350c7ca92fb221d44045a2bbd4c8c7edc256b4dfc29adb057a6e0f866',
]);

// ---------- packages/evidence/src/rules/schema-digest.ts

/** What a schema of a record is known by: SHA-256 of the record's name and the schema without its documentation. */
function schemaDigest(record, schema) {
  return hash('sha256', `${record} ${JSON.stringify(schema, (name, value) => (name === 'doc' ? undefined : value))}`);
}

// ---------- packages/evidence/src/rules/events.ts

/** Members of every event that its row repeats, or that place it. */
const envelope = ['eventId', 'occurredAt', 'system', 'decisionId', 'decisionType', 'actor', 'policyVersion', 'kind', 'reviewer'];

const work = ['taskId', 'fence', 'queue', 'form'];
const judged = [...work, 'judgementId', 'decision', 'answer', 'reasoning', 'modifiedOutput', 'presentationDigest', 'finalAt'];
/** What the rules look at, by record. Of any other record only the envelope is read, and its form checked. */
const wanted = {
  DecisionAccepted: ['contentDigest', 'acceptedAt'],
  DecisionRouted: ['route', 'point', 'tier', 'form', 'verdictBy', 'acceptedAt', 'formDraw', 'formKeyVersion'],
  DecisionResolved: ['verdict', 'resolvedBy', 'basis', 'signers', 'taskIds', 'contentDigest'],
  SpotCheckSelected: ['purpose', 'probability', 'draw', 'keyVersion', 'acceptedAt'],
  TaskOpened: [...work, 'seat'], TaskClaimed: work, TaskReleased: work, TaskHeld: work, TaskReassigned: work, TaskEscalated: [...work, 'toQueue'], TaskClosed: work,
  TaskPresented: [...work, 'presentationDigest'],
  FirstJudgementSubmitted: judged, JudgementSubmitted: judged, JudgementWithdrawn: [...work, 'judgementId'], JudgementFinalised: [...work, 'judgementId', 'decision'],
  ContentRecorded: ['contentId', 'digest', 'chunkIndex', 'chunkCount', 'bytes'],
  PersonChanged: ['personId', 'roles', 'queues', 'active', 'available'],
  PolicyProposed: ['version', 'text', 'proposedBy'], PolicyApproved: ['version', 'proposedBy', 'approvedBy'], PolicyActivated: ['version', 'text', 'proposedBy', 'approvedBy', 'activatedBy'],
  ErasureRequested: ['erasureId'], ErasureApproved: ['erasureId', 'requestedBy'], DecisionErased: ['erasureId'], LegalHoldLifted: ['askedBy'],
  RetentionRuleChanged: ['keepDays', 'askedBy'], RetentionApplied: ['day', 'firstIndex', 'lastIndex', 'ruleDays', 'decisionTypes'],
  SamplingKeyChanged: ['keyVersion', 'commitment', 'validFrom'],
};

/** The fields of a record that the rules look at, beyond the envelope. */
function factsOf(record) {
  return wanted[record] ?? [];
}

/** Bytes before the Avro body (Confluent wire format): a zero and the id of the schema in the registry, which need not be there any more. */
const frameBytes = 5;

/**
 * Reads events by the schemas of the evidence. Only schemas whose digest this verifier has are used: otherwise whoever made the
 * bundle could have bytes read as something else than they say.
 */
class EventReader {
  #readers = new Map();

  /** Records that were also written with schemas that are not known here. */
  #strange = new Set();

  constructor(schemas) {
    for (const [record, releases] of Object.entries(schemas)) {
      const fields = new Set([...envelope, ...(wanted[record] ?? [])]);
      const all = Array.isArray(releases) ? releases : [];
      const known = all.filter((schema) => knownSchemas.has(schemaDigest(record, schema)));
      if (known.length < all.length) this.#strange.add(record);
      if (known.length > 0) this.#readers.set(record, known.map((schema) => avroReader(schema, fields)));
    }
  }

  /** Fields were only ever added at the end, so that the bytes of a record fit the schema of one release alone. */
  read(record, payload) {
    const readers = this.#readers.get(record);
    if (readers === undefined) return { state: 'unknown' };
    if (payload[0] !== 0 || payload.length < frameBytes) return { state: 'wrong', problem: 'bytes that are not framed' };
    const body = payload.subarray(frameBytes);
    let problem = '';
    for (const reader of readers) {
      try {
        return { state: 'read', event: reader(body) };
      } catch (error) {
        problem = error instanceof Error ? error.message : 'unreadable bytes';
      }
    }
    return this.#strange.has(record) ? { state: 'unknown' } : { state: 'wrong', problem };
  }
}

// ---------- packages/evidence/src/rules/privacy.ts

const dayUs = 86_400_000_000;

/** What may be taken out of the log: content by erasure, rows by the end of their retention. Both need two people, and are on the log. */
class Privacy {
  #world;
  #requests = new Map();
  #approved = new Set();
  #erased = new Map();
  #retained = [];
  #ruled = false;

  constructor(world) {
    this.#world = world;
  }

  add(index, record, event) {
    const place = recordPlace(index, record);
    switch (record.record) {
      case 'ErasureRequested': this.#requests.set(event['erasureId'], record.actor); return;
      case 'ErasureApproved': return this.#approve(record, event, place);
      case 'DecisionErased': if (!this.#erased.has(event['erasureId'])) this.#erased.set(event['erasureId'], { place, recordedAt: record.recordedAt }); return;
      case 'LegalHoldLifted': return this.#byTwo(record.actor, event['askedBy'], place, 'legal holds lifted, each by two people');
      case 'RetentionRuleChanged': this.#ruled = true; return this.#byTwo(record.actor, event['askedBy'], place, 'retention rules, each by two people');
      case 'RetentionApplied': return this.#retain(record, event, place);
      default:
    }
  }

  retained(index, recordedAt) {
    return this.#retained.some(({ first, last, day }) => index >= first && index <= last && (recordedAt === undefined || Math.floor(recordedAt / dayUs) === day));
  }

  finish() {
    for (const [erasureId, { place, recordedAt }] of this.#erased) {
      this.#world.found.check('erasures, each approved by a second person');
      if (!this.#approved.has(erasureId)) this.#world.absent('rule-erasure', place, recordedAt, `an approval of the erasure ${String(erasureId)}`, 'none');
    }
  }

  #approve({ actor, recordedAt }, event, place) {
    const { erasureId, requestedBy } = event;
    this.#approved.add(erasureId);
    this.#byTwo(actor, requestedBy, place, 'approvals of erasures, each by a second person');
    if (this.#requests.get(erasureId) !== requestedBy) this.#world.absent('rule-erasure', place, recordedAt, `a request of the erasure ${String(erasureId)} by ${String(requestedBy)}`, 'none');
  }

  #byTwo(actor, other, place, what) {
    this.#world.found.check(what);
    if (actor === null || typeof other !== 'string' || actor === other) this.#world.found.find('rule-erasure', place, 'two people', `${actor} and ${String(other)}`);
  }

  /** Only what a rule of two people allows counts, and only once the time is over. */
  #retain({ occurredAt, recordedAt }, event, place) {
    const { day, firstIndex, lastIndex, ruleDays } = event;
    const since = Date.parse(String(day)) * 1000;
    this.#world.found.check('ends of retention');
    if (!this.#ruled) this.#world.absent('rule-erasure', place, recordedAt, 'a rule by two people that retention follows', 'none');
    if (!(since + (Number(ruleDays) + 1) * dayUs <= occurredAt)) return this.#world.found.find('rule-erasure', place, `records of ${String(day)} for ${String(ruleDays)} days`, 'their end before');
    if (typeof firstIndex === 'number' && typeof lastIndex === 'number') this.#retained.push({ first: firstIndex, last: lastIndex, day: Math.floor(since / dayUs) });
  }
}

// ---------- packages/evidence/src/rules/world.ts

const minuteUs = 60_000_000;
/** Events of different topics are recorded in any order: what is this near to the end may still lack what it follows from. */
const inFlightUs = 10 * minuteUs;

/** Tokens of people are good for five minutes, and two clocks differ by seconds. */
const staleUs = 6 * minuteUs;

const skewUs = minuteUs;
/** A sampling key is committed to so long before it starts. */
const keyLeadUs = 10 * minuteUs;

/** The version that is pinned where no policy covers a decision type. */
const failClosedVersion = 'fail-closed';

/**
 * What rules need to know beyond one decision: people, policies, sampling keys. Kept whole, since there are few of them; memory grows with how often
 * they change, not with the number of decisions.
 */
class World {
  /** Whether everything that happened must be there: of a part of a log nobody can say that something is missing. */
  complete;
  found;
  keys;
  endAt = 0;
  /** Whether there are events that this verifier has no schema of. */
  unread = false;
  #people = new Map();
  #policies = new Map();
  #checkedPolicies = new Set();
  #privacy;
  #commitments = [];

  constructor(complete, keys, found) {
    [this.complete, this.keys, this.found] = [complete, keys, found];
    this.#privacy = new Privacy(this);
  }

  /** Takes in what is no part of a decision. */
  add(index, record, event) {
    const at = record.occurredAt;
    switch (record.record) {
      case 'PersonChanged': {
        const { personId, active, available, roles, queues } = event;
        const states = this.#people.get(String(personId)) ?? [];
        states.push({ at, active: (active ?? available) === true, roles: textsOf(roles), queues: textsOf(queues) });
        this.#people.set(String(personId), states);
        return;
      }
      case 'PolicyProposed': Object.assign(this.#policy(event), { proposedBy: String(event['proposedBy']), proposedAt: at, rates: ratesOf(String(event['text'])) }); return;
      case 'PolicyApproved': this.#policy(event).approvals.push({ by: String(event['approvedBy']), at }); return;
      case 'PolicyActivated': {
        const policy = this.#policy(event);
        if (at < policy.activatedAt) Object.assign(policy, { activatedAt: at, activation: recordPlace(index, record) });
        policy.rates ??= ratesOf(String(event['text']));
        return;
      }
      case 'SamplingKeyChanged': this.#commitments.push({ version: String(event['keyVersion']), commitment: String(event['commitment']), validFrom: Number(event['validFrom']), at, place: recordPlace(index, record) }); return;
      default: this.#privacy.add(index, record, event);
    }
  }

  /**
   * Something that another topic should have, and does not: a finding in a whole log, unless it may still be on its way; in a part of one it
   * cannot be known.
   */
  absent(code, place, recordedAt, expected, found) {
    if (this.unread) this.found.skip(expected, 'there are events that could not be read, and it may be among them');
    else if (!this.complete) this.found.skip(expected, 'the evidence is a part of the log, and it is not in it');
    else if (recordedAt > this.endAt - inFlightUs) this.found.note(expected, 'not there yet, within ten minutes of the end of the evidence');
    else this.found.find(code, place, expected, found);
  }

  /** Whether a version was proposed, approved by somebody else and activated, in this order, before an instant. */
  checkPolicy(version, at, place, recordedAt) {
    if (version === null || version === failClosedVersion) return;
    const policy = this.#policies.get(version);
    this.found.check('decisions, each under a policy version in force');
    if (policy === undefined || policy.activatedAt === Infinity) return this.absent('rule-policy', place, recordedAt, `an activation of policy version ${version}`, 'none');
    if (policy.activatedAt > at + skewUs) this.found.find('rule-policy', place, `a version activated before ${timeOf(at)}`, `${version}, first activated at ${timeOf(policy.activatedAt)}`);
    if (this.#checkedPolicies.has(version)) return;
    this.#checkedPolicies.add(version);
    this.#checkApproval(version, policy);
  }

  /** Whether somebody was entered, active and qualified for a queue when they claimed; a senior where the work asks for one. */
  checkQualified(person, work, at, place, recordedAt) {
    const states = this.#people.get(person);
    this.found.check('claims, each by somebody qualified');
    if (states === undefined) return this.absent('rule-unqualified', place, recordedAt, `the entry of ${person} in the register`, 'none');
    const ordered = states.map((state, number) => ({ ...state, until: states[number + 1]?.at ?? Infinity }));
    const then = ordered.filter((state) => state.at <= at + skewUs && state.until >= at - staleUs);
    if (then.some((state) => state.active && mayWork(state, work))) return;
    const known = then.at(-1);
    this.found.find('rule-unqualified', place, `somebody active and qualified for ${work.queue}${work.senior ? ', a senior' : ''}`, known === undefined ? `${person}, who was entered later` : `${person}: ${known.active ? 'active' : 'not active'}, ${known.roles.join(' ')}; ${known.queues.join(' ')}`);
  }

  /** Rates of a version's draws; null where its text does not say them in a plain way. */
  ratesOf(version) {
    return this.#policies.get(version ?? '')?.rates ?? null;
  }

  /** Holds the sampling keys that were given against their commitments. */
  #checkKeys() {
    const firstAt = Math.min(...this.#commitments.map(({ at }) => at));
    for (const { version, key, validFrom } of this.keys) {
      const known = this.#commitments.find((commitment) => commitment.version === version);
      if (known === undefined) { this.absent('rule-sampling-key', {}, 0, `a commitment to sampling key ${version}`, 'none'); continue; }
      this.found.check('sampling keys, each against its commitment');
      if (known.commitment !== hash('sha256', key) || known.validFrom !== validFrom) this.found.find('rule-sampling-key', known.place, `key ${version} with digest ${known.commitment} from ${timeOf(known.validFrom)}`, 'another key, or another start');
    }
    for (const { version, at, validFrom, place } of this.#commitments) if (at > firstAt && validFrom < at + keyLeadUs) this.found.find('rule-sampling-key', place, `a commitment ten minutes before key ${version} starts`, timeOf(at));
  }

  /** Whether the retention of a record ended, so that its row may be gone. `recordedAt` where it is known. */
  retained(index, recordedAt) {
    return this.#privacy.retained(index, recordedAt);
  }

  /** What needs everything to have been read. */
  finish() {
    this.#checkKeys();
    this.#privacy.finish();
  }

  /** The key valid at an instant. */
  keyAt(at) {
    return this.keys.findLast(({ validFrom }) => validFrom <= at);
  }

  #policy(event) {
    const version = String(event['version']);
    const policy = this.#policies.get(version) ?? { proposedBy: null, proposedAt: Infinity, approvals: [], activatedAt: Infinity, activation: {}, rates: null };
    this.#policies.set(version, policy);
    return policy;
  }

  #checkApproval(version, { proposedBy, proposedAt, approvals, activatedAt, activation }) {
    this.found.check('policy versions, each proposed and approved by two people before its activation');
    if (proposedBy === null || approvals.length === 0) return this.absent('rule-policy', activation, 0, `the proposal and the approval of policy version ${version}`, proposedBy === null ? 'no proposal' : 'no approval');
    if (proposedAt > activatedAt || !approvals.some(({ by, at }) => by !== proposedBy && at <= activatedAt)) this.found.find('rule-policy', activation, `an approval by somebody else than ${proposedBy} before the activation at ${timeOf(activatedAt)}`, approvals.map(({ by, at }) => `${by} at ${timeOf(at)}`).join(', '));
  }
}

/**
 * A draw: HMAC-SHA256 of purpose, system and decision id, each behind its length in bytes, under the sampling key, its first 53 bits read as a
 * number in [0, 1).
 */
function uniformDraw(key, purpose, system, decisionId) {
  const mac = createHmac('sha256', key);
  for (const part of [purpose, system, decisionId]) mac.update(`${Buffer.byteLength(part)}:${part}`);
  const digest = mac.digest();
  return (digest.readUInt32BE(0) * 2 ** 21 + (digest.readUInt32BE(4) >>> 11)) / 2 ** 53;
}

/** The keys of a file `{"keys": [{"version", "validFrom": ISO 8601, "keyBase64"}]}`, ascending by start. Throws a `BundleError` for anything else. */
function samplingKeysIn(text, name) {
  const keys = parseObject(text)?.['keys'];
  if (!Array.isArray(keys)) throw new BundleError(`${name} is no file of sampling keys.`);
  const read = keys.map((each) => {
    const { version, validFrom, keyBase64 } = each;
    return { version: String(version), validFrom: Date.parse(String(validFrom)) * 1000, key: Buffer.from(String(keyBase64), 'base64') };
  });
  return read.sort((a, b) => a.validFrom - b.validFrom);
}

function mayWork({ roles, queues }, { queue, escalatedFrom, senior }) {
  const isSenior = roles.includes('senior');
  if (senior && !isSenior) return false;
  return (isSenior && queue === 'unclassified') || queues.some((each) => each === '*' || each === queue || each === queue.split('/')[0] || each === escalatedFrom);
}

/** The rates that a policy's text states at its top level; the default of re-reviews is 3 %. */
function ratesOf(text) {
  const rate = (name) => new RegExp(`^${name}:[ \\t]*([0-9.eE+-]+)[ \\t]*(#.*)?$`, 'm').exec(text)?.[1];
  const [spotCheck, reReview] = [rate('spotCheckRate'), rate('reReviewRate')];
  if (spotCheck === undefined || (reReview === undefined && text.includes('reReviewRate'))) return null;
  return { spotCheck: Number(spotCheck), reReview: Number(reReview ?? 0.03) };
}

function textsOf(value) {
  return Array.isArray(value) ? value.map(String) : [];
}

/** Microseconds as people read them. */
function timeOf(micros) {
  const time = new Date(micros / 1000);
  return Number.isNaN(time.getTime()) ? String(micros) : time.toISOString();
}

// ---------- packages/evidence/src/verify/checkpoints.ts

/**
 * Checks every checkpoint of the evidence: that the log signed it, and that each begins the next, hence all later ones; and those that are held against
 * them. Memory grows with the number of checkpoints (a root each), not with that of records.
 */
async function checkCheckpoints(source, trust, found) {
  const { origin } = source.manifest;
  const own = [];
  let [lines, before] = [0, null];
  for await (const group of source.checkpoints()) {
    for (const text of group) {
      const line = parseObject(text);
      const note = line?.['checkpoint'];
      const consistency = hashesOf(line?.['consistency']);
      if (typeof note !== 'string' || consistency === null) throw new BundleError(`Line ${lines} of the checkpoints is none.`);
      lines += 1;
      const opened = openOwn(note, origin, trust, found, `checkpoint ${lines - 1} of the log`);
      // The next proof leads from this checkpoint: with one that nobody signed the chain begins anew.
      if (opened === null) { before = null; continue; }
      const head = headOf(opened);
      // Of a database the roots are rebuilt from the leaves, which proves more.
      if (before !== null && source.kind !== 'database') checkGrowth(before, head, consistency, found);
      own.push(head);
      before = head;
    }
  }
  if (source.counts !== null && source.counts.checkpoints !== lines) found.find('bundle-damaged', {}, `${source.counts.checkpoints} checkpoints`, `${lines}`);
  const held = openHeld(origin, trust, found);
  compareHeld(own, held, found);
  if (trust.witnessKeys.length > 0 && ![...own, ...held].some(({ cosignedAtS }) => cosignedAtS !== null)) found.skip('cosignatures', 'no checkpoint has a signature of the witnesses whose keys were given');
  return { own, held };
}

function openOwn(note, origin, trust, found, what) {
  const opened = openCheckpoint(note, { origin, logKeys: trust.logKeys, witnessKeys: trust.witnessKeys });
  if (!opened.ok) {
    found.find('checkpoint-unsigned', {}, `${what}, signed by ${trust.logKeys.map(({ name }) => name).join(' or ')}`, `${opened.reason} ${firstLines(note)}`);
    return null;
  }
  found.check('checkpoint signatures');
  if (opened.value.cosignatures.length > 0) found.check('cosignatures of witnesses', opened.value.cosignatures.length);
  return opened.value;
}

function headOf({ checkpoint: { size, root }, cosignatures }) {
  const times = cosignatures.map(({ timestampS }) => timestampS ?? 0).filter((time) => time > 0);
  return { size, root, cosignedAtS: times.length === 0 ? null : Math.min(...times) };
}

function checkGrowth(before, head, proof, found) {
  found.check('pairs of neighbouring checkpoints, consistent and so all of them');
  const grown = verifyConsistency({ from: before.size, fromRoot: before.root, to: head.size, toRoot: head.root, proof });
  if (!grown.ok) found.find('checkpoints-inconsistent', {}, `a tree of ${head.size} records that begins with the ${before.size} of the checkpoint before`, grown.reason);
}

function openHeld(origin, trust, found) {
  const heads = trust.held.map((note, at) => openOwn(note, origin, trust, found, `checkpoint ${at} of those you hold`)).filter((opened) => opened !== null).map(headOf);
  return heads.sort((a, b) => a.size - b.size);
}

/** Two signed roots of one size are two histories, whatever else is in the evidence. */
function compareHeld(own, held, found) {
  const roots = new Map(own.map((head) => [head.size, head.root]));
  for (const head of held) {
    const root = roots.get(head.size);
    if (root === undefined) continue;
    found.check('checkpoints you hold that the log has too');
    if (!sameHash(root, head.root)) found.find('log-forked', {}, `the tree of ${head.size} records that you hold a checkpoint of`, 'another tree of as many, signed by the log too');
  }
}

function firstLines(note) {
  const parsed = parseNote(note);
  return parsed.ok ? `It reads: ${parsed.value.text.trimEnd().split('\n').join(', ')}.` : '';
}

/** Notes in a file that somebody kept: JSON lines with a member `checkpoint` (an anchor file, or a witness's), or one note. Throws a `BundleError` for anything else. */
function notesIn(text, name) {
  if (!text.trimStart().startsWith('{')) {
    if (parseNote(text).ok) return [text];
    throw new BundleError(`${name} is neither a checkpoint nor JSON lines of them.`);
  }
  // A line that was cut off when a disk was full stays in an anchor file, and is no evidence of anything.
  const notes = text.split('\n').map((line) => parseObject(line)?.['checkpoint']).filter((note) => typeof note === 'string');
  if (notes.length === 0) throw new BundleError(`${name} has no checkpoint in it.`);
  return notes;
}

// ---------- packages/evidence/src/content/xchacha.ts

const nonceBytes = 24;
const tagBytes = 16;
const blockBytes = 64;
/** "expand 32-byte k". */
const constants = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574];

const input = new Int32Array(16);
const block = new Int32Array(16);

/**
 * The text of XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03): a key of 32 bytes, a nonce of 24, and the ciphertext with its tag of 16 bytes at the
 * end. The tag is not looked at: the caller MUST know from elsewhere that these are the bytes that were sealed, and that this is the
 * key, as a digest of the one and an id of the other do here. Then there is one text that they can mean. (The platform's own cipher
 * takes four times as long for texts as short as these.)
 */
function openXChaCha(key, nonce, sealed) {
  setInput(key, nonce.readInt32LE(0), nonce.readInt32LE(4), nonce.readInt32LE(8), nonce.readInt32LE(12));
  permute();
  // HChaCha20 (section 2.2): a key of its own for the first 16 bytes of the nonce; the rest of it is the nonce of ChaCha20.
  for (let at = 0; at < 4; at += 1) {
    input[4 + at] = block[at] ?? 0;
    input[8 + at] = block[12 + at] ?? 0;
  }
  input[13] = 0;
  input[14] = nonce.readInt32LE(16);
  input[15] = nonce.readInt32LE(20);
  const plain = Buffer.allocUnsafe(Math.max(0, sealed.length - tagBytes));
  // Block 0 is for the tag.
  for (let at = 0, counter = 1; at < plain.length; at += blockBytes, counter += 1) {
    input[12] = counter;
    permute();
    xorBlock(plain, sealed, at);
  }
  return plain;
}

function setInput(key, ...nonce) {
  input.set(constants);
  for (let at = 0; at < 8; at += 1) input[4 + at] = key.readInt32LE(4 * at);
  input.set(nonce, 12);
}

/** What a block of the key stream is: the permuted words and the words it began with, added (RFC 8439, section 2.3). */
function xorBlock(plain, sealed, from) {
  for (let word = 0, at = from; word < 16 && at < plain.length; word += 1) {
    let stream = ((block[word] ?? 0) + (input[word] ?? 0)) | 0;
    for (let byte = 0; byte < 4 && at < plain.length; byte += 1, at += 1, stream >>>= 8) plain[at] = (sealed[at] ?? 0) ^ (stream & 255);
  }
}

/** The twenty rounds of ChaCha (RFC 8439, sections 2.1 and 2.3), from `input` to `block`; each line is half a quarter round. Written out, since it runs for every 64 bytes. */
function permute() {
  let x0 = input[0], x1 = input[1], x2 = input[2], x3 = input[3], x4 = input[4], x5 = input[5], x6 = input[6], x7 = input[7];
  let x8 = input[8], x9 = input[9], xa = input[10], xb = input[11], xc = input[12], xd = input[13], xe = input[14], xf = input[15];
  for (let round = 0; round < 20; round += 2) {
    x0 = (x0 + x4) | 0; xc = turn(xc ^ x0, 16); x8 = (x8 + xc) | 0; x4 = turn(x4 ^ x8, 12);
    x0 = (x0 + x4) | 0; xc = turn(xc ^ x0, 8); x8 = (x8 + xc) | 0; x4 = turn(x4 ^ x8, 7);
    x1 = (x1 + x5) | 0; xd = turn(xd ^ x1, 16); x9 = (x9 + xd) | 0; x5 = turn(x5 ^ x9, 12);
    x1 = (x1 + x5) | 0; xd = turn(xd ^ x1, 8); x9 = (x9 + xd) | 0; x5 = turn(x5 ^ x9, 7);
    x2 = (x2 + x6) | 0; xe = turn(xe ^ x2, 16); xa = (xa + xe) | 0; x6 = turn(x6 ^ xa, 12);
    x2 = (x2 + x6) | 0; xe = turn(xe ^ x2, 8); xa = (xa + xe) | 0; x6 = turn(x6 ^ xa, 7);
    x3 = (x3 + x7) | 0; xf = turn(xf ^ x3, 16); xb = (xb + xf) | 0; x7 = turn(x7 ^ xb, 12);
    x3 = (x3 + x7) | 0; xf = turn(xf ^ x3, 8); xb = (xb + xf) | 0; x7 = turn(x7 ^ xb, 7);
    x0 = (x0 + x5) | 0; xf = turn(xf ^ x0, 16); xa = (xa + xf) | 0; x5 = turn(x5 ^ xa, 12);
    x0 = (x0 + x5) | 0; xf = turn(xf ^ x0, 8); xa = (xa + xf) | 0; x5 = turn(x5 ^ xa, 7);
    x1 = (x1 + x6) | 0; xc = turn(xc ^ x1, 16); xb = (xb + xc) | 0; x6 = turn(x6 ^ xb, 12);
    x1 = (x1 + x6) | 0; xc = turn(xc ^ x1, 8); xb = (xb + xc) | 0; x6 = turn(x6 ^ xb, 7);
    x2 = (x2 + x7) | 0; xd = turn(xd ^ x2, 16); x8 = (x8 + xd) | 0; x7 = turn(x7 ^ x8, 12);
    x2 = (x2 + x7) | 0; xd = turn(xd ^ x2, 8); x8 = (x8 + xd) | 0; x7 = turn(x7 ^ x8, 7);
    x3 = (x3 + x4) | 0; xe = turn(xe ^ x3, 16); x9 = (x9 + xe) | 0; x4 = turn(x4 ^ x9, 12);
    x3 = (x3 + x4) | 0; xe = turn(xe ^ x3, 8); x9 = (x9 + xe) | 0; x4 = turn(x4 ^ x9, 7);
  }
  block[0] = x0; block[1] = x1; block[2] = x2; block[3] = x3; block[4] = x4; block[5] = x5; block[6] = x6; block[7] = x7;
  block[8] = x8; block[9] = x9; block[10] = xa; block[11] = xb; block[12] = xc; block[13] = xd; block[14] = xe; block[15] = xf;
}

/** A word turned left. */
function turn(word, bits) {
  return (word << bits) | (word >>> (32 - bits));
}

// ---------- packages/evidence/src/content/payload.ts

/** Sealed content: 0x03, the id of its key, the nonce, the ciphertext with its tag. */
const sealedVersion = 3;

const contentKeyIdBytes = 32;
const headBytes = 1 + contentKeyIdBytes + nonceBytes;
const keysKept = 4096;
const keys = new Map();

/** SHA-256 of a payload, as `payloadSha256` has it. */
function payloadDigest(payload) {
  return hash('sha256', payload);
}

/**
 * The payload in the clear. The id of the key stands in the sealed bytes, which the leaf commits to: a ciphertext opens to one text only, though its
 * cipher alone would not promise that. `key` is base64, or null where it was not disclosed.
 */
function openPayload(kind, payload, key) {
  if (kind === 'plain') return { state: 'open', plain: payload };
  if (kind === 'erased') return { state: 'erased' };
  if (key === null) return { state: 'closed' };
  const content = contentKeyOf(key);
  if (content === null) return { state: 'wrong', problem: 'a content key of 32 bytes', found: 'something else' };
  if (payload[0] !== sealedVersion || payload.length < headBytes + tagBytes) return { state: 'wrong', problem: 'bytes sealed in format 3', found: `format ${payload[0] ?? 'none'}` };
  if (payload.toString('hex', 1, 1 + contentKeyIdBytes) !== content.id) return { state: 'wrong', problem: 'the key that it was sealed under', found: 'another key' };
  return { state: 'open', plain: openXChaCha(content.key, payload.subarray(1 + contentKeyIdBytes, headBytes), payload.subarray(headBytes)) };
}

/** `valueDigest` of a value: SHA-256 in the clear, and keyed where it is sealed, so that nothing can be guessed from it once the key is gone. */
function valueDigestOf(kind, plain, key) {
  if (kind === 'plain') return hash('sha256', plain);
  const content = key === null ? null : contentKeyOf(key);
  return content === null ? null : hmac(content.valueKey, plain);
}

/** Events of one decision stand near each other: the last keys are kept, with what follows from them. */
function contentKeyOf(text) {
  const known = keys.get(text);
  if (known !== undefined) return known;
  const key = Buffer.from(text, 'base64');
  if (key.length !== 32) return null;
  const content = { key, id: hmac(key, Buffer.from('countersign content key v1')), valueKey: Buffer.from(hmac(key, Buffer.from('countersign value digest v1')), 'hex') };
  if (keys.size >= keysKept) keys.clear();
  keys.set(text, content);
  return content;
}

const hmacBlockBytes = 64;

/** HMAC-SHA256 in hex (RFC 2104), of a key of 32 bytes. Two calls of the platform's hash: its own HMAC takes longer to set up than these to run. */
function hmac(key, text) {
  const inner = Buffer.allocUnsafe(hmacBlockBytes + text.length).fill(0x36, 0, hmacBlockBytes);
  const outer = Buffer.allocUnsafe(hmacBlockBytes + 32).fill(0x5c, 0, hmacBlockBytes);
  for (let at = 0; at < key.length; at += 1) {
    inner[at] = 0x36 ^ (key[at] ?? 0);
    outer[at] = 0x5c ^ (key[at] ?? 0);
  }
  inner.set(text, hmacBlockBytes);
  outer.write(hash('sha256', inner), hmacBlockBytes, 'hex');
  return hash('sha256', outer);
}

// ---------- packages/evidence/src/verify/spool.ts

const partitions = 256;
/** Above this, what is kept goes to files: memory does not grow with the evidence. */
const keptBytesMax = 16 * 1024 * 1024;

/**
 * Facts put aside by a key, to be read back a part at a time with all facts of a key together, in the order they came. So that a rule may look
 * at everything there is on a decision, however far apart it stands in the log, without keeping state for all of them at once. Memory is bounded by the
 * constant above and by a 256th of the facts. MUST be disposed of: its folder holds what was disclosed.
 */
class Spool {
  #parts = Array.from({ length: partitions }, () => []);
  #bytes = 0;
  #folder = null;

  /** `fact` is one line. */
  add(key, fact) {
    this.#parts[partitionOf(key)]?.push(fact);
    this.#bytes += fact.length + 32;
    if (this.#bytes > keptBytesMax) this.#spill();
  }

  /** The facts, a part at a time. */
  *parts() {
    for (let number = 0; number < partitions; number += 1) {
      const kept = this.#parts[number] ?? [];
      yield this.#folder === null ? kept : [...this.#linesOf(number), ...kept];
      this.#parts[number] = [];
    }
  }

  [Symbol.dispose]() {
    if (this.#folder !== null) rmSync(this.#folder, { recursive: true });
    this.#folder = null;
  }

  #spill() {
    this.#folder ??= mkdtempSync(join(tmpdir(), 'countersign-verify-'));
    this.#parts.forEach((facts, number) => {
      if (facts.length > 0) appendFileSync(this.#pathOf(number), `${facts.join('\n')}\n`, { mode: 0o600 });
      this.#parts[number] = [];
    });
    this.#bytes = 0;
  }

  #linesOf(number) {
    try {
      return readFileSync(this.#pathOf(number), 'utf8').split('\n').slice(0, -1);
    } catch (error) {
      if ((error).code === 'ENOENT') return [];
      throw error;
    }
  }

  #pathOf(number) {
    return join(this.#folder ?? '', String(number));
  }
}

/** FNV-1a. Whoever chooses their keys to crowd one part makes it slower, not wrong. */
function partitionOf(key) {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return (hash >>> 8) % partitions;
}

// ---------- packages/evidence/src/rules/draws.ts

/** Recomputes the draws of a decision, where the auditor has the keys: in which form its work was shown, and whether it was to be looked at again. */
function checkDraws(routed, selections, world) {
  const { found } = world;
  const { acceptedAt, formDraw, formKeyVersion, kind } = routed.value ?? {};
  if (world.keys.length === 0) return;
  const key = world.keyAt(Number(acceptedAt));
  const place = placeOfFact(routed);
  if (key === undefined) return found.find('rule-sampling-key', place, 'a key that was valid when the decision was accepted', 'none in the file');
  const drawOf = (purpose) => uniformDraw(key.key, purpose, routed.system ?? '', routed.decisionId ?? '');
  found.check('draws of forms, recomputed');
  if (formDraw !== null && (formDraw !== drawOf('form') || formKeyVersion !== key.version)) found.find('rule-draw', place, `${drawOf('form')} under key ${key.version} for the form`, `${JSON.stringify(formDraw)} under key ${String(formKeyVersion)}`);
  const purpose = kind === 'auto-approved' ? 'spot-check' : 're-review';
  const rates = world.ratesOf(routed.policyVersion);
  const rate = purpose === 'spot-check' ? rates?.spotCheck : rates?.reReview;
  const draw = drawOf(purpose);
  for (const selected of selections) checkSelection(selected, purpose, draw, key.version, rate, world);
  if (routed.policyVersion === failClosedVersion) return;
  if (rate === undefined) return found.skip('whether decisions should have been selected', `the rates of policy version ${routed.policyVersion} are not in the evidence`);
  found.check('draws of samples, recomputed');
  if (draw < rate && selections.length === 0) world.absent('rule-draw', place, routed.recordedAt, `a selection for ${purpose}, since a draw is below its rate`, `none: ${draw} is below ${rate}`);
}

function checkSelection(selected, purpose, draw, version, rate, { found }) {
  const place = placeOfFact(selected);
  const { purpose: given, draw: drawn, probability, keyVersion } = selected.value ?? {};
  if (given !== purpose || drawn !== draw || keyVersion !== version) found.find('rule-draw', place, `${purpose} with ${draw} under key ${version}`, `${String(given)} with ${String(drawn)} under key ${String(keyVersion)}`);
  else if (!(draw < Number(probability)) || (rate !== undefined && probability !== rate)) found.find('rule-draw', place, `a draw below the rate ${rate ?? 'of its policy'}`, `${draw} at the rate ${String(probability)}`);
}

// ---------- packages/evidence/src/rules/review.ts

const seniorKinds = new Set(['senior', 'adjudication', 'unclassified']);

/**
 * Goes through the work on one decision as its topic has it, and checks each judgement: given under a live claim of the same person, on what was
 * painted for that person and is on record, with reasoning, not taken back, and final only after its undo window. Gives those that count.
 */
function checkReview(facts, world) {
  const review = new Review(facts, world);
  for (const fact of facts) review.take(fact);
  return review.finals;
}

class Review {
  finals = [];
  #world;
  #tasks = new Map();
  #submitted = new Map();
  #kept;

  constructor(facts, world) {
    this.#world = world;
    this.#kept = new Set(facts.filter(({ record, value }) => record === 'ContentRecorded' && value?.['kind'] === 'presentation').map(({ value }) => value?.['digest']));
  }

  take(fact) {
    const value = fact.value ?? {};
    if (fact.record === 'TaskOpened') return this.#open(value);
    const task = this.#tasks.get(value['taskId']);
    if (task === undefined) {
      if (/^(Task|Judgement|First)/.test(fact.record)) this.#world.absent('rule-judgement-unclaimed', placeOfFact(fact), fact.recordedAt, 'the opening of a task that is worked', 'none');
      return;
    }
    switch (fact.record) {
      case 'TaskClaimed': return this.#claim(fact, task, value);
      case 'TaskReleased': case 'TaskHeld': case 'TaskReassigned': case 'TaskClosed': task.holder = null; return;
      case 'TaskEscalated': Object.assign(task, { holder: null, senior: true, escalatedFrom: String(value['queue']) }); return;
      case 'TaskPresented': task.presented.add(`${fact.reviewer} ${String(value['presentationDigest'])}`); return;
      case 'FirstJudgementSubmitted': return this.#first(fact, task, value);
      case 'JudgementSubmitted': return this.#submit(fact, task, value);
      case 'JudgementWithdrawn': return this.#withdraw(task, value);
      case 'JudgementFinalised': return this.#finalise(fact, task, value);
      default:
    }
  }

  #open(value) {
    const [kind, seat] = [String(value['kind']), Number(value['seat'])];
    this.#tasks.set(value['taskId'], { kind, seat, senior: seniorKinds.has(kind) || (kind === 'dual' && seat === 2), escalatedFrom: null, form: String(value['form']), holder: null, fence: 0, presented: new Set(), firsts: new Set() });
  }

  #claim(fact, task, value) {
    const { found } = this.#world;
    if (task.holder !== null && task.holder !== fact.reviewer) found.find('rule-judgement-unclaimed', placeOfFact(fact), 'a claim on a task that nobody holds', `${task.holder} held it`);
    [task.holder, task.fence] = [fact.reviewer, Number(value['fence'])];
    this.#world.checkQualified(fact.reviewer ?? '', { queue: String(value['queue']), escalatedFrom: task.escalatedFrom, senior: task.senior }, fact.at, placeOfFact(fact), fact.recordedAt);
  }

  /** What comes next is judged under the next fence. */
  #first(fact, task, value) {
    this.#checkGiven(fact, task, value);
    task.firsts.add(fact.reviewer ?? '');
    task.fence += 1;
  }

  #submit(fact, task, value) {
    this.#checkGiven(fact, task, value);
    if (task.form === 'first-judge-then-see' && !task.firsts.has(fact.reviewer ?? '')) this.#world.found.find('rule-first-answer', placeOfFact(fact), `an answer of ${fact.reviewer} before anything of the AI was shown`, 'none');
    this.#submitted.set(value['judgementId'], { fact, taskId: value['taskId'], reviewer: fact.reviewer, withdrawn: false });
  }

  #checkGiven(fact, task, value) {
    const { found } = this.#world;
    const place = placeOfFact(fact);
    found.check('judgements, each against its claim, presentation and reasoning');
    if (task.holder !== fact.reviewer || task.fence !== value['fence']) found.find('rule-judgement-unclaimed', place, `a live claim of ${fact.reviewer} under fence ${String(value['fence'])}`, task.holder === null ? 'nobody holds the task' : `${task.holder} holds it under fence ${task.fence}`);
    const digest = String(value['presentationDigest']);
    if (!task.presented.has(`${fact.reviewer} ${digest}`)) found.find('rule-judgement-unpresented', place, `the presentation ${digest}, painted for ${fact.reviewer} before`, 'none that was');
    else if (!this.#kept.has(digest)) this.#world.absent('rule-judgement-unpresented', place, fact.recordedAt, 'the presentation that a judgement rests on, whole and on record', `none with the digest ${digest}`);
    if (value['reasoningProblem'] !== null) found.find('rule-reasoning', place, 'reasoning in words', JSON.stringify(value['reasoningProblem']));
  }

  /** The task is the person's again, under a new fence. */
  #withdraw(task, value) {
    const submitted = this.#submitted.get(value['judgementId']);
    if (submitted !== undefined) submitted.withdrawn = true;
    task.fence = Number(value['fence']);
  }

  #finalise(fact, task, value) {
    const { found } = this.#world;
    const place = placeOfFact(fact);
    const submitted = this.#submitted.get(value['judgementId']);
    found.check('final judgements');
    if (submitted === undefined || submitted.reviewer !== fact.reviewer || submitted.taskId !== value['taskId']) return found.find('rule-judgement-unsubmitted', place, `a judgement ${String(value['judgementId'])} that ${fact.reviewer} gave before`, 'none');
    if (submitted.withdrawn) return found.find('rule-judgement-unsubmitted', place, 'a judgement that stands', 'one that was taken back');
    const given = submitted.fact.value ?? {};
    if (Number(given['finalAt']) > fact.at) found.find('rule-judgement-unsubmitted', place, 'a judgement that can no longer be taken back', 'one inside its undo window');
    const decision = String(value['decision']);
    this.finals.push({ person: fact.reviewer ?? '', taskId: String(value['taskId']), kind: task.kind, seat: task.seat, decision, position: decision === 'modify' ? `modify ${String(given['output'])}` : decision, at: fact.at });
  }
}

// ---------- packages/evidence/src/rules/signatures.ts

/** Work whose judgements never make a verdict, and whose authors cannot tell it from other work. */
const watchedKinds = new Set(['spot-check', 're-review', 'calibration']);

const verdictOf = { approve: 'approved', reject: 'rejected', modify: 'modified' };

/**
 * Whether a verdict of people follows from their judgements: one of a single review; of a dual one both, of distinct people, and a third where
 * they disagree, whose judgement counts. A judgement that changed the output without having been shown it may have needed a second person, who then settled it.
 */
function checkSignatures(resolved, routed, finals, world) {
  const { found } = world;
  const place = placeOfFact(resolved);
  const value = resolved.value ?? {};
  const signers = Array.isArray(value['signers']) ? value['signers'].map(String) : [];
  const taskIds = Array.isArray(value['taskIds']) ? value['taskIds'].map(String) : [];
  found.check('verdicts of people, each against its signatures');
  const watched = finals.find(({ kind, taskId }) => watchedKinds.has(kind) && taskIds.includes(taskId));
  if (watched !== undefined) return found.find('rule-verdict-unfounded', place, 'a verdict from ordinary work', `one from the ${watched.kind} ${watched.taskId}`);
  // A verdict is dated by the judgement that settled it.
  const bySeat = new Map(finals.filter(({ kind, at }) => !watchedKinds.has(kind) && at <= resolved.at).map((final) => [final.seat, final]));
  const [first, second, third] = [bySeat.get(1), bySeat.get(2), bySeat.get(3)];
  const needed = routed.value?.['route'] === 'dual' ? [first, second] : [first];
  const given = needed.filter((final) => final !== undefined);
  if (given.length < needed.length) return world.absent('rule-signatures', place, resolved.recordedAt, `${needed.length} final judgements of distinct people for a verdict`, `${given.length}`);
  const agree = given.every((final) => final.position === given[0]?.position);
  const signing = third === undefined ? given : [...given, third];
  const people = new Set(signing.map(({ person }) => person));
  if (people.size < signing.length) return found.find('rule-signatures', place, `${signing.length} distinct people`, [...signing].map(({ person }) => person).join(', '));
  if (!agree && third === undefined) return found.find('rule-signatures', place, 'a third person where two disagree', 'two');
  if (signers.length !== people.size || !signers.every((signer) => people.has(signer))) return found.find('rule-signatures', place, `the signatures of ${[...people].join(', ')}`, signers.length === 0 ? 'none' : signers.join(', '));
  const deciding = third ?? given[0];
  const verdict = verdictOf[deciding?.decision ?? ''];
  if (value['verdict'] !== verdict) found.find('rule-verdict-unfounded', place, `${verdict}, as ${deciding?.person} judged`, String(value['verdict']));
}

// ---------- packages/evidence/src/rules/decision.ts

function placeOfFact({ index, eventId, system, decisionId, record }) {
  return { index, eventId, system, decisionId, record };
}

/** Holds everything that is on record of one decision against the rules. The facts are in the order of the log, in which those of one topic are in their own. */
function checkDecision(facts, world) {
  const { found } = world;
  const of = (record) => facts.filter((fact) => fact.record === record);
  const [accepted, acceptedAgain] = of('DecisionAccepted');
  const [routed] = of('DecisionRouted');
  const [resolved, ...resolvedAgain] = of('DecisionResolved');
  if (acceptedAgain !== undefined) found.find('rule-accepted-twice', placeOfFact(acceptedAgain), 'one acceptance of a decision', `another one at index ${accepted?.index}`);
  if (accepted !== undefined) {
    found.check('decisions');
    world.checkPolicy(accepted.policyVersion, accepted.at, placeOfFact(accepted), accepted.recordedAt);
    if (routed !== undefined && routed.policyVersion !== accepted.policyVersion) found.find('rule-policy', placeOfFact(routed), `policy version ${accepted.policyVersion}, pinned when it was accepted`, String(routed.policyVersion));
  }
  for (const again of resolvedAgain) found.find('rule-verdict-twice', placeOfFact(again), 'one verdict of a decision', `another one at index ${resolved?.index}`);
  checkTwoHats(facts, world);
  if (resolved !== undefined && accepted === undefined) world.absent('rule-verdict-unfounded', placeOfFact(resolved), resolved.recordedAt, 'the acceptance of a decision with a verdict', 'none');
  if (facts.some(({ value }) => value === null)) return tellClosed(facts, world);
  const finals = checkReview(facts, world);
  if (resolved !== undefined) checkVerdict(resolved, { accepted, routed, finals }, world);
  if (routed !== undefined && accepted !== undefined) checkDraws(routed, of('SpotCheckSelected'), world);
}

/** Rows tell who judged, also where what they said is not disclosed. */
function checkTwoHats(facts, { found }) {
  const judges = new Map();
  for (const fact of facts) {
    if (fact.record !== 'JudgementFinalised' || fact.reviewer === null) continue;
    const other = judges.get(fact.reviewer);
    if (other !== undefined) found.find('rule-two-hats', placeOfFact(fact), 'one final judgement of a person on a decision', `another one of ${fact.reviewer} at index ${other.index}`);
    judges.set(fact.reviewer, fact);
  }
}

function tellClosed(facts, { found }) {
  const erased = facts.some(({ record }) => record === 'DecisionErased');
  if (erased) found.note('decisions whose content was erased', 'what was said and shown is gone for good; who did what, when and under which policy was checked');
  else found.skip('judgements, presentations and verdicts of decisions', 'their content is not disclosed: only who did what, when and under which policy could be checked');
}

function checkVerdict(resolved, { accepted, routed, finals }, world) {
  const { found } = world;
  const { verdict, basis, resolvedBy, contentDigest } = resolved.value ?? {};
  const place = placeOfFact(resolved);
  found.check('verdicts');
  if (routed === undefined) return world.absent('rule-verdict-giver', place, resolved.recordedAt, 'the route of a decision with a verdict', 'none');
  const { verdictBy, point } = routed.value ?? {};
  if (verdictBy !== resolvedBy) found.find('rule-verdict-giver', place, `a verdict by ${String(verdictBy)}`, `one by ${String(resolvedBy)}`);
  const digest = accepted?.value?.['contentDigest'];
  const told = JSON.stringify;
  if (contentDigest != null && digest != null && contentDigest !== digest) found.find('rule-verdict-unfounded', place, `a verdict on the content ${told(digest)} that was accepted`, `one on ${told(contentDigest)}`);
  const byPeople = basis === 'human' || basis === 'expiry' || basis === 'veto-window';
  if (byPeople !== (resolvedBy === 'review')) found.find('rule-verdict-giver', place, `a basis that ${String(resolvedBy)} has`, String(basis));
  if (basis === 'expiry' && verdict !== 'rejected') found.find('rule-verdict-unfounded', place, 'a rejection where nobody judged in time', String(verdict));
  // Only the end of a hold that nobody vetoed approves by itself.
  if (basis === 'veto-window' && (verdict !== 'approved' || point !== 'hold')) found.find('rule-verdict-unfounded', place, 'an approval at the end of a hold', `${String(verdict)} of what was to be judged ${String(point)} the action`);
  if (basis === 'human') checkSignatures(resolved, routed, finals, world);
}

// ---------- packages/evidence/src/rules/presentations.ts

/** Things that were shown in more than one chunk, and are not whole yet. */
const openMax = 1024;

/** Puts the chunks of what was shown together and holds them against the digest that they are named by. */
class Presentations {
  #found;
  #open = new Map();

  constructor(found) {
    this.#found = found;
  }

  /** Whether this chunk ends something that is as it says. Chunks of one thing come in their order: they share a partition. */
  add(event, place) {
    const { bytes, chunkIndex, chunkCount, contentId, digest } = event;
    if (!Buffer.isBuffer(bytes)) return false;
    if (chunkIndex === 0 && chunkCount === 1) return this.#compare(hash('sha256', bytes), String(digest), place);
    const open = chunkIndex === 0 ? { hash: createHash('sha256'), next: 0, place } : this.#open.get(String(contentId));
    // One that does not come next leaves the whole without a digest: whoever judged by it is found to have judged by nothing.
    if (open === undefined || open.next !== chunkIndex) {
      this.#open.delete(String(contentId));
      return false;
    }
    open.hash.update(bytes);
    open.next += 1;
    if (open.next < Number(chunkCount)) return this.#keep(String(contentId), open);
    this.#open.delete(String(contentId));
    return this.#compare(open.hash.digest('hex'), String(digest), place);
  }

  #compare(computed, digest, place) {
    this.#found.check('things that were shown, each against its digest');
    if (computed !== digest) this.#found.find('presentation-changed', place, `content with the digest ${digest}`, computed);
    return computed === digest;
  }

  #keep(contentId, open) {
    this.#open.set(contentId, open);
    const [oldest] = this.#open.keys();
    if (this.#open.size > openMax && oldest !== undefined) {
      this.#open.delete(oldest);
      this.#found.skip('things that were shown in many chunks', `more than ${openMax} were open at once`);
    }
    return false;
  }
}

// ---------- packages/evidence/src/rules/reasoning.ts

const lettersMin = 12;
const differentLettersMin = 5;
const wordsMin = 3;

/** Why a text is no reasoning, or null: the rule that a judgement was accepted by, without its courtesy. It knows no language. */
function reasoningProblem(text) {
  const letters = text.match(/[\p{L}\p{N}]/gu) ?? [];
  if (letters.length < lettersMin) return `${letters.length} letters`;
  if (new Set(letters.map((letter) => letter.toLowerCase())).size < differentLettersMin) return 'the same few letters';
  const words = new Set(text.normalize('NFKC').toLowerCase().match(/[\p{L}\p{N}]+/gu));
  const spaced = /\p{Script=Latin}|\p{Script=Cyrillic}|\p{Script=Greek}|\p{Script=Arabic}|\p{Script=Hebrew}/u.test(text);
  return spaced && words.size < wordsMin ? 'the same few words' : null;
}

// ---------- packages/evidence/src/rules/rules.ts

/** Records that say something about a decision which a rule needs. */
const factual = /^(Decision(Accepted|Routed|Resolved|Erased)|SpotCheckSelected|ContentRecorded|Task(Opened|Claimed|Released|Held|Reassigned|Escalated|Presented|Closed)|FirstJudgementSubmitted|Judgement(Submitted|Withdrawn|Finalised))$/;

const factualNames = new Map();

/**
 * Takes every record once, in the order of the log, and puts aside what the rules need of it; then goes through the decisions. The time that a
 * decision takes, and how its events are strewn over the log, make no difference.
 */
class Rules {
  #world;
  #reader;
  #presentations;
  #facts = new Spool();
  #ids = new Spool();
  #offsets = new Map();

  constructor(world, reader) {
    [this.#world, this.#reader, this.#presentations] = [world, reader, new Presentations(world.found)];
  }

  /** `plain` is the payload in the clear, null where nobody can read it. */
  add(index, record, plain) {
    this.#world.endAt = Math.max(this.#world.endAt, record.recordedAt);
    this.#ids.add(record.eventId, `${index} ${record.eventId.includes('\n') ? JSON.stringify(record.eventId) : record.eventId}`);
    this.#checkOffset(index, record);
    const event = plain === null ? null : this.#read(index, record, plain);
    if (event !== null) this.#world.add(index, record, event);
    if (isFactual(record.record)) this.#keep(index, record, event);
  }

  finish() {
    for (const part of this.#ids.parts()) this.#checkIds(part);
    this.#world.finish();
    for (const part of this.#facts.parts()) {
      const decisions = Map.groupBy(part.map(factOf), ({ system, decisionId }) => `${system}\n${decisionId}`);
      for (const facts of decisions.values()) checkDecision(facts, this.#world);
    }
  }

  [Symbol.dispose]() {
    this.#facts[Symbol.dispose]();
    this.#ids[Symbol.dispose]();
  }

  /** The event of a payload, if it can be read and is what its row says. */
  #read(index, record, plain) {
    const read = this.#reader.read(record.record, plain);
    const { found } = this.#world;
    if (read.state === 'unknown') this.#world.unread = true;
    if (read.state === 'unknown') found.skip(`events ${record.record}`, 'the evidence has no schema of them that this verifier knows; a newer verifier may');
    if (read.state === 'wrong') found.find('rule-payload-unreadable', recordPlace(index, record), `an event ${record.record}`, read.problem);
    if (read.state !== 'read') return null;
    found.check('events, each against its row');
    for (const name of envelope) {
      const said = read.event[name];
      // The row may know more: who judged is the actor of some events, and a dead letter is about the decision that its message was.
      if (said === undefined || said === record[name] || (said === null && (name === 'reviewer' || record.record === 'DeadLetter'))) continue;
      found.find('rule-row-differs', recordPlace(index, record), `${name} ${JSON.stringify(said)}, as the event says`, JSON.stringify(record[name]));
    }
    return read.event;
  }

  /** On one partition of Kafka events have an order, and each stands once. */
  #checkOffset(index, record) {
    const partition = `${record.topic}/${record.partition}`;
    const before = this.#offsets.get(partition) ?? -1;
    if (record.offset <= before) this.#world.found.find('rule-offset-order', recordPlace(index, record), `an offset after ${before} of ${partition}`, String(record.offset));
    else this.#offsets.set(partition, record.offset);
  }

  #keep(index, record, event) {
    const value = event === null ? null : this.#valueOf(index, record, event);
    const { record: name, eventId, occurredAt, recordedAt, reviewer, policyVersion, system, decisionId } = record;
    this.#facts.add(`${system}\n${decisionId}`, JSON.stringify([index, name, eventId, occurredAt, recordedAt, reviewer, policyVersion, system, decisionId, value]));
  }

  /** Without what people wrote and were shown: of that only whether it is as it should be. */
  #valueOf(index, row, event) {
    const { record } = row;
    if (record === 'ContentRecorded') return this.#presentations.add(event, recordPlace(index, row)) ? { kind: event['kind'], digest: event['digest'] } : {};
    const value = { kind: event['kind'] };
    for (const name of factsOf(record)) value[name] = event[name];
    if (!('reasoning' in value)) return value;
    const { reasoning, modifiedOutput, answer, ...kept } = value;
    // Where an answer was given without the AI's output in sight, the answer is the output.
    return { ...kept, reasoningProblem: reasoningProblem(String(reasoning)), output: hash('sha256', JSON.stringify(modifiedOutput ?? answer ?? null)) };
  }

  #checkIds(part) {
    const first = new Map();
    for (const line of part) {
      const space = line.indexOf(' ');
      const [index, id] = [line.slice(0, space), line.slice(space + 1)];
      const other = first.get(id);
      if (other === undefined) first.set(id, index);
      else this.#world.found.find('rule-event-repeated', { index: Number(index), eventId: id }, 'an event id that no other record has', `that of index ${other}`);
    }
    this.#world.found.check('event ids, all different', part.length);
  }
}

function isFactual(record) {
  const known = factualNames.get(record) ?? factual.test(record);
  if (factualNames.size < 1000) factualNames.set(record, known);
  return known;
}

function factOf(line) {
  const [index, record, eventId, at, recordedAt, reviewer, policyVersion, system, decisionId, value] = JSON.parse(line);
  return { index, record, eventId, at, recordedAt, reviewer, policyVersion, system, decisionId, value };
}

// ---------- packages/evidence/src/verify/tree.ts

const leavesKept = 4096;
/** Clocks of witnesses and exporters differ by less than this. */
const skewMs = 15 * 60_000;

/** The check that fits the evidence. `finish` gives the number of leaves, or the lines, that were seen. */
function leafCheck(source, heads, found) {
  return source.kind === 'selection' ? new SelectionCheck(source, heads, found) : new RangeCheck(source, heads, found);
}

/**
 * Rebuilds the tree from the leaves and compares its root at the size of each signed head. That proves more than consistency proofs do: the
 * leaves are those that were signed, all of them, in their order.
 */
class RangeCheck {
  #source;
  #heads;
  #found;
  #targets;
  #frontier;
  #leaves = [];
  #next = 0;
  #goodSize;
  #wrong = { own: false, held: false };

  constructor(source, heads, found) {
    [this.#source, this.#heads, this.#found] = [source, heads, found];
    const { first, frontier = [] } = source.manifest;
    const hashes = hashesOf(frontier);
    if (hashes === null || hashes.length !== [...first.toString(2)].filter((bit) => bit === '1').length) throw new BundleError('manifest.json lacks the hashes of the tree before its first record.');
    this.#frontier = { size: first, hashes };
    this.#goodSize = first;
    this.#targets = [...heads.own.map((head) => ({ ...head, held: false })), ...heads.held.map((head) => ({ ...head, held: true }))].filter(({ size }) => size >= first).sort((a, b) => a.size - b.size || Number(a.held) - Number(b.held));
    this.#compare();
  }

  add({ leaf }) {
    this.#leaves.push(leaf);
    const size = this.#frontier.size + this.#leaves.length;
    if (size === this.#targets[this.#next]?.size) this.#compare();
    else if (this.#leaves.length >= leavesKept) this.#grow();
  }

  finish() {
    this.#grow();
    this.#found.check('leaves, hashed up to the roots of the signed checkpoints', this.#frontier.size - this.#source.manifest.first);
    this.#finishOwn(this.#heads.own.at(-1));
    this.#finishHeld(this.#heads.held.at(-1));
    return this.#frontier.size;
  }

  #grow() {
    this.#frontier = appendLeaves(this.#frontier, this.#leaves);
    this.#leaves = [];
  }

  #compare() {
    this.#grow();
    for (let target = this.#targets[this.#next]; target !== undefined && target.size <= this.#frontier.size; target = this.#targets[this.#next]) {
      this.#next += 1;
      const same = sameHash(rootOf(this.#frontier), target.root);
      this.#found.check(target.held ? 'roots of checkpoints you hold, rebuilt from the leaves' : 'roots of checkpoints, rebuilt from the leaves');
      if (same) this.#goodSize = target.size;
      else this.#mismatch(target);
    }
  }

  /** Every later root differs too: the first one says where. */
  #mismatch({ size, held }) {
    if (this.#wrong[held ? 'held' : 'own'] || (held && this.#wrong.own)) return;
    this.#wrong[held ? 'held' : 'own'] = true;
    const place = `between index ${this.#goodSize} and ${size - 1}`;
    if (held) this.#found.find('log-forked', { index: this.#goodSize }, `the tree of ${size} records that you hold a checkpoint of`, `another tree; the histories part ${place}`);
    else this.#found.find('history-rewritten', { index: this.#goodSize }, `leaves that lead to the root of the signed checkpoint of ${size} records`, `others; leaves were changed ${place}`);
  }

  #finishOwn(newest) {
    const { size } = this.#frontier;
    const { closing } = this.#source.manifest;
    if (newest === undefined || newest.size < size) return this.#unprotected(newest?.size ?? 0);
    if (newest.size === size || this.#wrong.own) return;
    const proof = closing === undefined ? null : hashesOf(closing);
    if (proof === null) return this.#found.find('tail-truncated', { index: size }, `${newest.size} records, as the newest checkpoint says`, `${size}`);
    const ends = verifyConsistency({ from: size, fromRoot: rootOf(this.#frontier), to: newest.size, toRoot: newest.root, proof });
    this.#found.check('proof that the log goes on after the last record');
    if (!ends.ok) this.#found.find('history-rewritten', { index: this.#goodSize }, `leaves that the checkpoint of ${newest.size} records goes on from`, `${ends.reason} Leaves from index ${this.#goodSize} on are not those.`);
  }

  #unprotected(signedSize) {
    const count = this.#frontier.size - Math.max(signedSize, this.#source.manifest.first);
    if (count <= 0) return;
    const why = 'no checkpoint covers them yet, so that nothing protects them from a change';
    if (this.#source.kind === 'database') this.#found.note('records after the newest checkpoint', why, count);
    else this.#found.skip('records after the newest checkpoint', why, count);
  }

  #finishHeld(held) {
    const { manifest: { madeAt, first }, kind } = this.#source;
    const own = this.#heads.own.at(-1)?.size ?? 0;
    const early = this.#heads.held.filter(({ size }) => size < first && !this.#heads.own.some((head) => head.size === size)).length;
    if (early > 0) this.#found.skip('checkpoints you hold of records before the first', 'the bundle does not say what the log was then', early);
    if (held === undefined || held.size <= Math.max(own, this.#frontier.size)) return;
    const expected = `${held.size} records at least, as the checkpoint that you hold says`;
    const signedBefore = held.cosignedAtS !== null && held.cosignedAtS * 1000 + skewMs < Date.parse(madeAt);
    if (kind === 'database' || signedBefore) this.#found.find('log-rolled-back', { index: this.#frontier.size }, expected, `${this.#frontier.size}, and a newest checkpoint of ${own}`);
    else this.#found.skip('records up to the newest checkpoint that you hold', `it is of ${held.size} records, and the bundle ends before: it may be older than the checkpoint, or the log was cut off. Ask for the rest`, held.size - this.#frontier.size);
  }
}

/** Each record by itself, in the newest checkpoint. That nothing was left out of a selection, nobody can prove. */
class SelectionCheck {
  #heads;
  #found;
  #lines = 0;

  constructor(_source, heads, found) {
    [this.#heads, this.#found] = [heads, found];
    if (heads.own.length === 0) found.skip('records', 'the bundle has no checkpoint that the log signed');
    const known = new Set(heads.own.map(({ size }) => size));
    const strange = heads.held.filter(({ size }) => !known.has(size)).length;
    if (strange > 0) found.skip('checkpoints you hold', 'a selection has some checkpoints only, and none of their sizes', strange);
    found.note('what is not in the selection', 'nobody can prove that a selection is complete; a range is', 1);
  }

  add({ index, leaf, proof }) {
    this.#lines += 1;
    const head = this.#heads.own.at(-1);
    if (head === undefined) return;
    if (proof === null) return this.#found.find('bundle-damaged', { index }, 'an inclusion proof for each record of a selection', 'none');
    const included = verifyInclusion({ leafHash: leaf, index, size: head.size, root: head.root, proof });
    this.#found.check('inclusion proofs');
    if (!included.ok) this.#found.find('row-inserted', { index }, `a leaf of the tree of ${head.size} records`, included.reason);
  }

  finish() {
    return this.#lines;
  }
}

// ---------- packages/evidence/src/verify/verify.ts

/** Records are written within seconds of their instant, and their transactions end within minutes. */
const disorderUs = 15 * 60_000_000;

/** Events that carry the accepted event are kept without it: their value digest is of more than is kept. */
const carriers = new Set(['DecisionRouted', 'SpotCheckSelected', 'CalibrationPlanned']);

/**
 * Checks everything that evidence can show, reading it once. Memory does not grow with the number of records: what rules need of them goes to a
 * temporary folder. Throws only where the evidence cannot be read at all, or its disk fails.
 */
async function verifyEvidence(source, options) {
  const found = new Collector();
  let [heads, last] = [{ own: [], held: [] }, source.manifest.first - 1];
  try {
    heads = await checkCheckpoints(source, options.trust, found);
    last = await checkRecords(source, heads, options, found);
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    found.find('bundle-damaged', {}, 'a bundle in its format', error.message);
  }
  const [unchecked, notes] = [found.gaps(false), found.gaps(true)];
  const { manifest: { origin, first }, kind } = source;
  const verdict = found.findings.length > 0 ? 'findings' : unchecked.length > 0 ? 'incomplete' : 'verified';
  return { verdict, origin, kind, first, last, checkpointSize: heads.own.at(-1)?.size ?? null, checked: found.checked, findings: found.findings, counts: found.counts, unchecked, notes };
}

/** Everything that is checked of records. Gives the index of the last one. */
async function checkRecords(source, heads, { samplingKeys = [] }, found) {
  const world = new World(source.kind !== 'selection' && source.manifest.first === 0, samplingKeys, found);
  using rules = new Rules(world, new EventReader(source.schemas));
  const leaves = leafCheck(source, heads, found);
  const rows = new RowCheck(found);
  const order = new Order(heads, found);
  let [index, lines] = [source.manifest.first - 1, 0];
  for await (const group of source.records()) {
    for (const text of group) {
      const line = parseLine(text);
      lines += 1;
      if (line === null || (source.kind === 'selection' ? line.index <= index : line.index !== index + 1)) throw new BundleError(line === null ? `Line ${lines} of the records is none.` : `Line ${lines} of the records has index ${line.index} after ${index}.`);
      index = line.index;
      leaves.add(line);
      const sound = rows.add(line);
      if (line.record === null) continue;
      order.add(line.index, line.record);
      // Of a row that is not what it was, nothing else can be said.
      if (sound) rules.add(line.index, line.record, checkPayload(line, line.record, found));
    }
  }
  for await (const group of source.strays?.() ?? []) for (const text of group) addStray(rows, text);
  checkCounts(source, lines, index, found);
  leaves.finish();
  rules.finish();
  rows.finish(index + 1, (at, recordedAt) => world.retained(at, recordedAt));
  if (samplingKeys.length === 0) found.note('draws of samples and forms', 'no sampling keys were given (--sampling-keys)');
  return index;
}

function addStray(rows, text) {
  const record = parseObject(text);
  if (!isRecord(record)) throw new BundleError('A row of the database is not a record.');
  rows.addStray(record);
}

function checkCounts({ kind, manifest, counts }, lines, last, found) {
  if (kind !== 'database' && counts === null) found.find('bundle-damaged', {}, 'end.json, which every bundle ends with', 'none: the bundle was cut off');
  if (counts !== null && counts.records !== lines) found.find('bundle-damaged', {}, `${counts.records} records`, `${lines}`);
  if (last < manifest.last) found.find(kind === 'selection' ? 'bundle-damaged' : 'tail-truncated', { index: last + 1 }, `records up to index ${manifest.last}`, `records up to index ${last}`);
}

/** Holds a payload against its record; gives it in the clear where it can be read. */
function checkPayload({ index, payload, key }, record, found) {
  const shown = record.record === 'ContentRecorded';
  if (payload === null) {
    if (record.payloadSha256 !== null) found.find('content-missing', recordPlace(index, record), `a payload with the digest ${record.payloadSha256}`, 'none');
    return null;
  }
  const digest = payloadDigest(payload);
  found.check('payloads, each against its digest');
  if (digest !== record.payloadSha256) {
    found.find(shown ? 'presentation-changed' : 'content-changed', recordPlace(index, record), `a payload with the digest ${record.payloadSha256}`, digest);
    return null;
  }
  const opened = openPayload(record.payload, payload, key);
  if (opened.state === 'wrong') found.find('content-changed', recordPlace(index, record), opened.problem, opened.found);
  if (opened.state !== 'open') return null;
  if (record.payload === 'sealed') found.check('sealed payloads, opened');
  if (carriers.has(record.record)) return opened.plain;
  const value = valueDigestOf(record.payload, opened.plain, key);
  if (value !== record.valueDigest) found.find('content-changed', recordPlace(index, record), `the value on Kafka, with the digest ${record.valueDigest}`, `a payload with ${value}`);
  return opened.plain;
}

/** Whether records were recorded in the order in which they stand, and before they were signed. */
class Order {
  #cosigned;
  #found;
  #latest = 0;
  #next = 0;

  constructor(heads, found) {
    this.#found = found;
    this.#cosigned = [...heads.own, ...heads.held].flatMap(({ size, cosignedAtS }) => (cosignedAtS === null ? [] : [{ size, at: cosignedAtS * 1_000_000 }])).sort((a, b) => a.size - b.size);
  }

  add(index, record) {
    const at = record.recordedAt;
    if (at < this.#latest - disorderUs) this.#found.find('backdated', recordPlace(index, record), `recorded about ${timeOf(this.#latest)}, as what stands before it`, timeOf(at));
    this.#latest = Math.max(this.#latest, at);
    while ((this.#cosigned[this.#next]?.size ?? Infinity) <= index) this.#next += 1;
    const signed = this.#cosigned[this.#next];
    if (signed !== undefined && at > signed.at + disorderUs) this.#found.find('backdated', recordPlace(index, record), `recorded before ${timeOf(signed.at)}, when a witness signed it`, timeOf(at));
  }
}

// ---------- packages/evidence/src/command.ts

/** 0: everything was checked and nothing found. 1: something was found. 2: nothing was found, and not everything could be checked. 3: there was nothing to check. */
const exitCodes = { verified: 0, findings: 1, incomplete: 2, unreadable: 3 };

const usage = `Usage: node countersign-verify.mjs BUNDLE --key FILE|KEY
  BUNDLE                 a bundle, or the folder it was unpacked to
  --key FILE|KEY         verifier keys of the log, one a line, from elsewhere than the bundle; may be repeated
  --checkpoints FILE     checkpoints that you or a witness kept: an anchor file, a witness's statements, or a note; may be repeated
  --witness-key FILE|KEY keys of witnesses whose cosignatures you trust; may be repeated
  --sampling-keys FILE   recompute the draws of samples and forms
  --origin NAME          the name of the log, where its keys have other names
  --json                 the report as JSON
`;

/** Runs the verifier as a program of its own; gives its exit code. */
async function verifyCommand(args) {
  try {
    const many = { type: 'string', multiple: true };
    const one = { type: 'string' };
    const { values, positionals: [path, ...more] } = parseArgs({ args: [...args], allowPositionals: true, options: { 'key': many, 'checkpoints': many, 'witness-key': many, 'sampling-keys': one, 'origin': one, 'json': { type: 'boolean' } } });
    if (path === undefined || more.length > 0 || values.key === undefined) throw new BundleError(usage);
    const { key, checkpoints, origin, json } = values;
    return await verifyAndReport(await openBundle(path), { key, checkpoints, origin, json, witnessKey: values['witness-key'], samplingKeys: values['sampling-keys'] });
  } catch (error) {
    // What cannot be read or understood is told in a sentence, and is no verdict.
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return exitCodes.unreadable;
  }
}

/** Verifies evidence, prints the report, and gives the exit code. Throws a `BundleError` where what the auditor gave cannot be used. */
async function verifyAndReport(source, args) {
  const report = await verifyEvidence(source, optionsOf(source, args));
  process.stdout.write(args.json === true ? `${JSON.stringify(report, null, 2)}\n` : reportText(report));
  return exitCodes[report.verdict];
}

function optionsOf(source, { key, witnessKey = [], checkpoints = [], samplingKeys, origin }) {
  const logKeys = keysOf(key, 'ed25519');
  const expected = origin ?? originOf(logKeys);
  if (source.manifest.origin !== expected) throw new BundleError(`The evidence is of the log ${source.manifest.origin}, and the keys are of ${expected}. Give --origin if the keys of that log have other names.`);
  const held = checkpoints.flatMap((file) => notesIn(readFileSync(file, 'utf8'), file));
  return { trust: { logKeys, witnessKeys: keysOf(witnessKey, 'cosignature/v1'), held }, samplingKeys: samplingKeys === undefined ? [] : samplingKeysIn(readFileSync(samplingKeys, 'utf8'), samplingKeys) };
}

/** Keys are named after their log. */
function originOf(keys) {
  const [first] = keys;
  if (first === undefined || keys.some(({ name }) => name !== first.name)) throw new BundleError('The keys have several names: say with --origin which log they are of.');
  return first.name;
}

/** Verifier keys from files, one a line, or as they are; each once. */
function keysOf(values, type) {
  const lines = values.flatMap((value) => (existsSync(value) ? readFileSync(value, 'utf8').split('\n') : [value])).map((line) => line.trim()).filter((line) => line !== '');
  const keys = lines.map((line) => {
    const key = parseVerifierKey(line);
    if (!key.ok) throw new BundleError(`${line} is neither a file nor a verifier key. ${key.reason}`);
    if (key.value.type !== type) throw new BundleError(`${line} is a key for ${key.value.type} signatures; one for ${type} is needed.`);
    return key.value;
  });
  return [...new Map(keys.map((key) => [formatVerifierKey(key), key])).values()];
}

// ---------- packages/evidence/src/script.ts

process.exitCode = await verifyCommand(process.argv.slice(2));
