#!/usr/bin/env node
// Verifies evidence of a Countersign audit log. Generated from packages/evidence by `npm run generate`: types are stripped, and what is not needed is
// left out; the comments are those of the source. It needs Node.js 20.12 or newer, no other package and no network, and is meant to be read.
//
//   node countersign-verify.mjs BUNDLE.tar --key KEYS.pub [--checkpoints FILE] [--witness-key FILE] [--sampling-keys FILE] [--json]
//
// Exit codes: 0 everything was checked and nothing found, 1 something was found, 2 nothing was found and not everything could be checked, 3 nothing could be read.
//
// It has three chapters:
//   One, 1,100 lines, about an hour: whether anything was changed, removed, put in, reordered or backdated since it was signed. Begin at verifyEvidence; findingCodes says what can
//     be found; checkCheckpoints is about signatures and checkpoints kept elsewhere, RangeCheck about leaves and signed roots, readLines and RowCheck about rows and leaves.
//   Two, 1,346 lines, another hour: what the records say. Examiner goes through the lines, holds payloads against their digests, opens them, and holds events against their
//     rows; checkDecision has the rules of one decision; World knows people, policies and keys. Chapter one asks one thing of it: whether the retention of a record that is gone had ended.
//   Three, 392 lines: what is put aside on disk, threads, the command line.
//
// Copyright the authors of Countersign. Licensed under the Apache License, Version 2.0.

import { createHash, createHmac, createPublicKey, hash, verify } from 'node:crypto';
import { closeSync, existsSync, fstatSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, writeSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';

// ========== One: nothing was changed since it was signed

// ---------- packages/evidence/src/verify/verify.ts

/** Records are written within seconds of their instant, and their transactions end within minutes. */
const disorderUs = 15 * 60_000_000;

/** More event ids that look alike than this are made by somebody. */
const alikeMax = 100_000;

/**
 * Checks everything that evidence can show, reading it once, and once more where something was found, to say where. Memory does not grow with the number of
 * records: what rules need of them goes to a temporary folder. Throws only where the evidence cannot be read at all, or its disk fails.
 */
async function verifyEvidence(source, options) {
  const found = new Collector();
  let [heads, last] = [{ own: [], held: [] }, source.manifest.first - 1];
  try {
    heads = await checkCheckpoints(source, options.trust, found);
    last = await checkRecords(source, heads, options, found);
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    found.find('bundle-damaged', null, 'a bundle in its format', error.message);
  }
  await placeFindings(source, found.findings);
  const gaps = (note) => [...found.gaps.values()].filter((gap) => gap.note === note).map(({ what, why, count }) => ({ what, why, count }));
  const [unchecked, notes] = [gaps(false), gaps(true)];
  const { manifest: { origin, first }, kind } = source;
  const verdict = found.findings.length > 0 ? 'findings' : unchecked.length > 0 ? 'incomplete' : 'verified';
  return { verdict, origin, kind, first, last, checkpointSize: heads.own.at(-1)?.size ?? null, checked: found.checked, findings: found.findings, counts: found.counts, unchecked, notes };
}

/** Everything that is checked of records. Gives the index of the last one. */
async function checkRecords(source, heads, options, found) {
  const crew = new Crew(source, options.threads);
  try {
    return await checkWith(crew, source, heads, options, found);
  } finally {
    await crew.end();
  }
}

async function checkWith(crew, source, heads, { samplingKeys = [] }, found) {
  const world = new World(source.kind !== 'selection' && source.manifest.first === 0, samplingKeys, found);
  const rules = new Rules(world, crew.aside.facts);
  const leaves = leafCheck(source, heads, found);
  const rows = source.rowCheck?.(found) ?? new RowCheck(found);
  const order = new Order(heads, found);
  let [index, count] = [source.manifest.first - 1, 0];
  for await (const piece of crew.examineAll()) {
    found.add(piece.found);
    for (let at = 0; at < piece.lines.length; at += lineFields) {
      const [next = 0, recordedAt = NaN] = [piece.lines[at], piece.lines[at + 1]];
      if (source.kind === 'selection' ? next <= index : next !== index + 1) throw new BundleError(`Line ${count + 1} of the records has index ${next} after ${index}.`);
      const line = at / lineFields;
      leaves.add(next, piece.leaves.subarray(line * hashBytes, (line + 1) * hashBytes), piece.proofs[line] ?? null);
      if (!Number.isNaN(recordedAt)) {
        order.add(next, recordedAt);
        rows.see(recordedAt);
      }
      [index, count] = [next, count + 1];
    }
    for (const line of piece.odd) rows.add(line);
    world.endAt = Math.max(world.endAt, order.latest);
    rules.add(piece);
    if (piece.problem !== null) throw new BundleError(piece.problem);
  }
  checkCounts(source, count, index, found);
  leaves.finish();
  world.finish();
  const alike = new Set();
  for await (const each of crew.checkAll(world)) {
    found.add(each.found);
    for (const mark of each.alike) if (alike.size < alikeMax) alike.add(mark);
  }
  await checkRepeats(source, alike, found);
  // What a selection, or a part, ends with is not the end of the log.
  const size = source.kind === 'selection' || source.manifest.closing !== undefined ? Infinity : index + 1;
  const stretch = source.kind === 'selection' ? null : { first: source.manifest.first, last: index };
  await rows.finish(size, (gone) => world.unexplained(gone, stretch));
  if (samplingKeys.length === 0) found.note('draws of samples and forms', 'no sampling keys were given (--sampling-keys)');
  return index;
}

/** Whether event ids that look alike are the same: read once more, since it almost never happens. */
async function checkRepeats(source, alike, found) {
  if (alike.size === 0) return;
  if (alike.size >= alikeMax) found.skip('event ids, all different', `more than ${alikeMax} look alike`);
  const known = new Map();
  for await (const bytes of source.records()) {
    for (const { index, record, sound } of readLines(bytes)) {
      if (record === null || !sound || !alike.has(markOf(record.eventId))) continue;
      const other = known.get(record.eventId);
      if (other === undefined) known.set(record.eventId, index);
      else found.find('rule-event-repeated', index, 'an event id that no other record has', `that of index ${other}`);
    }
  }
}

function checkCounts({ kind, manifest, counts }, lines, last, found) {
  if (kind !== 'database' && counts === null) found.find('bundle-damaged', null, 'end.json, which every bundle ends with', 'none: the bundle was cut off');
  if (counts !== null && counts.records !== lines) found.find('bundle-damaged', null, `${counts.records} records`, `${lines}`);
  if (last < manifest.last) found.find(kind === 'selection' ? 'bundle-damaged' : 'tail-truncated', last + 1, `records up to index ${manifest.last}`, `records up to index ${last}`);
}

/** Says of the records that something was found about which events they are, and of which decisions. */
async function placeFindings(source, findings) {
  const byIndex = groupedBy(findings.filter(({ eventId, index }) => eventId === undefined && index !== undefined), ({ index }) => index);
  if (byIndex.size === 0) return;
  try {
    for await (const bytes of source.records()) {
      for (const { index, record, logged } of readLines(bytes)) {
        const { eventId, system, decisionId, record: name } = record ?? logged ?? {};
        for (const finding of byIndex.get(index) ?? []) if (eventId !== undefined) Object.assign(finding, { eventId, system, decisionId, record: name });
      }
    }
  } catch (error) {
    // It was told before.
    if (!(error instanceof BundleError)) throw error;
  }
}

/** Whether records were recorded in the order in which they stand, and before they were signed. */
class Order {
  #cosigned;
  #found;
  latest = 0;
  #next = 0;

  constructor(heads, found) {
    this.#found = found;
    this.#cosigned = [...heads.own, ...heads.held].flatMap(({ size, cosignedAtS }) => (cosignedAtS === null ? [] : [{ size, at: cosignedAtS * 1_000_000 }])).sort((a, b) => a.size - b.size);
  }

  add(index, at) {
    if (at < this.latest - disorderUs) this.#found.find('backdated', index, `recorded about ${timeOf(this.latest)}, as what stands before it`, timeOf(at));
    this.latest = Math.max(this.latest, at);
    while ((this.#cosigned[this.#next]?.size ?? Infinity) <= index) this.#next += 1;
    const signed = this.#cosigned[this.#next];
    if (signed !== undefined && at > signed.at + disorderUs) this.#found.find('backdated', index, `recorded before ${timeOf(signed.at)}, when a witness signed it`, timeOf(at));
  }
}

// ---------- packages/evidence/src/verify/checkpoints.ts

/**
 * Checks every checkpoint of the evidence: that the log signed it, and that each begins the next, hence all later ones; and those that are held against
 * them. Memory grows with the number of checkpoints (a root each), not with that of records.
 */
async function checkCheckpoints(source, trust, found) {
  const own = [];
  let [lines, before] = [0, null];
  for await (const bytes of source.checkpoints()) {
    for (const text of linesIn(bytes)) {
      const line = parseObject(text);
      const note = line?.['checkpoint'];
      const consistency = hashesOf(line?.['consistency']);
      if (typeof note !== 'string' || consistency === null) throw new BundleError(`Line ${lines} of the checkpoints is none.`);
      const head = openHead(note, source, trust, found, `checkpoint ${lines} of the log`);
      lines += 1;
      // Of a database the roots are rebuilt from the leaves, which proves more. Where nobody signed a checkpoint, the chain begins anew.
      if (before !== null && head !== null && source.kind !== 'database') checkGrowth(before, head, consistency, found);
      if (head !== null) own.push(head);
      before = head;
    }
  }
  if (source.counts !== null && source.counts.checkpoints !== lines) found.find('bundle-damaged', null, `${source.counts.checkpoints} checkpoints`, `${lines}`);
  const held = openHeld(source, trust, found);
  compareHeld(own, held, found);
  if (trust.witnessKeys.length > 0 && ![...own, ...held].some(({ cosignedAtS }) => cosignedAtS !== null)) found.skip('cosignatures', 'no checkpoint has a signature of the witnesses whose keys were given');
  return { own, held };
}

/** A file that is kept beside one log after another has checkpoints of each. */
function openHeld(source, trust, found) {
  const held = [];
  let [at, others] = [0, 0];
  for (const note of trust.held) {
    const ofAnother = note.includes('\n') && !note.startsWith(`${source.manifest.origin}\n`);
    const head = ofAnother ? null : openHead(note, source, trust, found, `checkpoint ${at} of those you hold`);
    if (head !== null) held.push(head);
    others += Number(ofAnother);
    at += 1;
  }
  const why = 'their first line names another log';
  if (others > 0 && others === at) found.skip('checkpoints you hold', why, others);
  else if (others > 0) found.note('checkpoints you hold', why, others);
  return held.sort((a, b) => a.size - b.size);
}

function openHead(note, { manifest: { origin } }, trust, found, what) {
  const opened = openCheckpoint(note, origin, trust);
  if (typeof opened === 'string') {
    found.find('checkpoint-unsigned', null, `${what}, signed by ${trust.logKeys.map(({ name }) => name).join(' or ')}`, `${opened} It reads: ${note.split('\n', 3).join(', ')}`);
    return null;
  }
  const { size, root, cosignedAtS } = opened;
  found.check('checkpoint signatures');
  if (cosignedAtS.length > 0) found.check('cosignatures of witnesses', cosignedAtS.length);
  const times = cosignedAtS.filter((time) => time > 0);
  return { size, root, cosignedAtS: times.length === 0 ? null : Math.min(...times) };
}

function checkGrowth(before, head, proof, found) {
  found.check('pairs of neighbouring checkpoints, consistent and so all of them');
  if (!isGrown(before, head, proof)) found.find('checkpoints-inconsistent', null, `a tree of ${head.size} records that begins with the ${before.size} of the checkpoint before`, before.size === head.size ? 'another tree of as many' : 'no proof of that');
}

/** The largest size at which the log signed what a witness cosigned, or what somebody holds too; 0 where there is none. */
function vouchedSize({ own, held }) {
  const kept = new Map(held.map((head) => [head.size, head.root]));
  return own.reduce((most, { size, root, cosignedAtS }) => (cosignedAtS !== null || sameHash(kept.get(size) ?? noHash, root) ? Math.max(most, size) : most), 0);
}

const noHash = new Uint8Array();

/** How many records others than the log vouch for. */
function tellVouched(found, count, all) {
  found.check('records under a checkpoint that a witness cosigned or that you hold', count);
  if (count < all) found.note('records under no checkpoint that a witness cosigned or that you hold', 'whoever has the key of the log could have written another history of them', all - count);
}

/** Two signed roots of one size are two histories, whatever else is in the evidence. */
function compareHeld(own, held, found) {
  const roots = new Map(own.map((head) => [head.size, head.root]));
  for (const head of held) {
    const root = roots.get(head.size);
    if (root === undefined) continue;
    found.check('checkpoints you hold that the log has too');
    if (!sameHash(root, head.root)) found.find('log-forked', null, `the tree of ${head.size} records that you hold a checkpoint of`, 'another tree of as many, signed by the log too');
  }
}

// ---------- packages/evidence/src/verify/held-notes.ts

const pieceBytes = 1024 * 1024;
const heldLineBytesMax = 32 * pieceBytes;

/**
 * Notes in a file that somebody kept: JSON lines with a member `checkpoint` (an anchor file, or a witness's), one after the other, since there may be more
 * than fit into memory as text; or one note. Throws a `BundleError` for anything else.
 */
function notesIn(file) {
  const [first] = linesOf(file);
  const notes = first?.startsWith('{') === true ? { [Symbol.iterator]: () => checkpointsIn(file) } : [readFileSync(file, 'utf8')];
  for (const note of notes) if (note.includes('\n\n\u2014 ')) return notes;
  throw new BundleError(`${file} is neither a checkpoint nor JSON lines of them.`);
}

/** A line that was cut off when a disk was full stays in an anchor file, and is no evidence of anything; nor is what a witness was shown and nobody signed. */
function* checkpointsIn(file) {
  for (const line of linesOf(file)) {
    const { checkpoint, alarm } = parseObject(line) ?? {};
    if (typeof checkpoint === 'string' && alarm !== 'unsigned') yield checkpoint;
  }
}

/** Line after line, whatever the size of the file; the last one may have no end. */
function* linesOf(file) {
  const handle = openSync(file, 'r');
  try {
    const block = Buffer.allocUnsafeSlow(pieceBytes);
    let rest = Buffer.alloc(0);
    for (let read = readSync(handle, block); read > 0; read = readSync(handle, block)) {
      const bytes = Buffer.concat([rest, block.subarray(0, read)]);
      const end = bytes.lastIndexOf(0x0a) + 1;
      yield* bytes.toString('utf8', 0, end).split('\n').slice(0, -1);
      rest = bytes.subarray(end);
      if (rest.length > heldLineBytesMax) throw new BundleError(`${file} is neither a checkpoint nor JSON lines of them.`);
    }
    yield rest.toString('utf8');
  } finally {
    closeSync(handle);
  }
}

// ---------- packages/evidence/src/log/note.ts

/** Signature types by their byte; there are others, which are not for us. */
const types = { 1: 'ed25519', 4: 'cosignature/v1' };

const noteBytesMax = 1_000_000;
/** Origin, size, root, more lines; a blank one; signatures: a name and, in base64, the key's id and what it signed with. */
const noteForm = /^(([^\n]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*)\n((?:\u2014 [^\s+]+ [A-Za-z0-9+/]+={0,2}\n){1,100})$/;

/** Below U+0020, but for newline. */
const controlCharacter = /[\u0000-\u0009\u000b-\u001f]/;

/** Reads a published key, `NAME+ID+KEY`; null for anything else, an id that is not that of its name and key among it. Names are printable ASCII: two that look the same would be two keys. */
function parseVerifierKey(text) {
  const [, name = '', id = '', encoded] = /^([\x21-\x2a\x2c-\x7e]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? [];
  const bytes = decodeBase64(encoded);
  const type = types[bytes?.[0] ?? 0];
  if (bytes?.length !== 1 + hashBytes || type === undefined) return null;
  if (hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), bytes])).slice(0, 8) !== id) return null;
  return { name, type, keyId: Number.parseInt(id, 16), publicKey: createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: bytes.toString('base64url', 1) }, format: 'jwk' }) };
}

/**
 * Opens a signed checkpoint (C2SP tlog-checkpoint); gives what is wrong with it where it cannot be trusted. Every signature that names a key we know must
 * hold; others mean nothing. A witness's alone is not enough: the log itself must have signed.
 */
function openCheckpoint(note, origin, { logKeys, witnessKeys }) {
  const [, text = '', named, size, root = '', signatures = ''] = (note.length <= noteBytesMax && note.isWellFormed() && !controlCharacter.test(note) && noteForm.exec(note)) || [];
  const rootHash = decodeBase64(root);
  if (rootHash?.length !== hashBytes || !Number.isSafeInteger(Number(size))) return 'This is no checkpoint.';
  const signed = new Set();
  const cosignedAtS = [];
  for (const line of signatures.trimEnd().split('\n')) {
    const [, name, encoded] = line.split(' ');
    const bytes = decodeBase64(encoded);
    if (bytes === null || bytes.length <= 4) return 'A signature of the checkpoint is none.';
    const key = [...logKeys, ...witnessKeys].find((each) => each.name === name && each.keyId === bytes.readUInt32BE());
    if (key === undefined) continue;
    const timestampS = verifySignature(text, bytes.subarray(4), key);
    if (timestampS === null) return `The signature of ${key.name} is not of this text.`;
    if (key.type === 'cosignature/v1' && !signed.has(key)) cosignedAtS.push(timestampS);
    signed.add(key);
  }
  if (!logKeys.some((key) => signed.has(key))) return `${origin} did not sign this checkpoint.`;
  return named === origin ? { size: Number(size), root: rootHash, cosignedAtS } : `The checkpoint is not of ${origin}.`;
}

/** When it was signed, in seconds: 0 where the signature does not say, null where it does not hold. A witness signs its time too (C2SP tlog-cosignature). */
function verifySignature(text, signature, { type, publicKey }) {
  if (type === 'ed25519') return verify(null, Buffer.from(text), publicKey, signature) ? 0 : null;
  if (signature.length !== 8 + 64) return null;
  const timestampS = Number(signature.readBigUInt64BE());
  return Number.isSafeInteger(timestampS) && verify(null, Buffer.from(`cosignature/v1\ntime ${timestampS}\n${text}`), publicKey, signature.subarray(8)) ? timestampS : null;
}

// ---------- packages/evidence/src/verify/tree.ts

/** Clocks of witnesses and exporters differ by less than this. */
const skewMs = 15 * 60_000;

/** The check that fits the evidence. */
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
  #tree;
  #next = 0;
  #goodSize;
  /** Leaves under a checkpoint that is known elsewhere too. */
  #vouched;
  #wrong = { own: false, held: false };

  constructor(source, heads, found) {
    [this.#source, this.#heads, this.#found] = [source, heads, found];
    const { first, frontier = [] } = source.manifest;
    const hashes = hashesOf(frontier);
    if (hashes === null || hashes.length !== [...first.toString(2)].filter((bit) => bit === '1').length) throw new BundleError('manifest.json lacks the hashes of the tree before its first record.');
    this.#tree = new Tree(first, hashes);
    this.#goodSize = first;
    this.#vouched = vouchedSize(heads);
    this.#targets = [...heads.own.map((head) => ({ ...head, held: false })), ...heads.held.map((head) => ({ ...head, held: true }))].filter(({ size }) => size >= first).sort((a, b) => a.size - b.size || Number(a.held) - Number(b.held));
    this.#compare();
  }

  add(_index, leaf) {
    this.#tree.add(leaf);
    this.#compare();
  }

  finish() {
    this.#found.check('leaves, hashed up to the roots of the signed checkpoints', this.#tree.size - this.#source.manifest.first);
    this.#finishOwn(this.#heads.own.at(-1));
    this.#finishHeld(this.#heads.held.at(-1));
    const { first } = this.#source.manifest;
    tellVouched(this.#found, Math.max(0, Math.min(this.#tree.size, this.#vouched) - first), this.#tree.size - first);
  }

  #compare() {
    for (let target = this.#targets[this.#next]; target?.size === this.#tree.size; target = this.#targets[this.#next]) {
      this.#next += 1;
      this.#found.check(target.held ? 'roots of checkpoints you hold, rebuilt from the leaves' : 'roots of checkpoints, rebuilt from the leaves');
      if (sameHash(this.#tree.root(), target.root)) {
        this.#goodSize = target.size;
        if (target.held) this.#vouched = Math.max(this.#vouched, target.size);
      } else this.#mismatch(target);
    }
  }

  /** Every later root differs too: the first one says where. */
  #mismatch({ size, held }) {
    if (this.#wrong[held ? 'held' : 'own'] || (held && this.#wrong.own)) return;
    this.#wrong[held ? 'held' : 'own'] = true;
    const place = `between index ${this.#goodSize} and ${size - 1}`;
    if (held) this.#found.find('log-forked', this.#goodSize, `the tree of ${size} records that you hold a checkpoint of`, `another tree; the histories part ${place}`);
    else this.#found.find('history-rewritten', this.#goodSize, `leaves that lead to the root of the signed checkpoint of ${size} records`, `others; leaves were changed ${place}`);
  }

  #finishOwn(newest) {
    const { size } = this.#tree;
    const { closing } = this.#source.manifest;
    if (newest === undefined || newest.size < size) return this.#unprotected(newest?.size ?? 0);
    if (newest.size === size || this.#wrong.own) return;
    const proof = closing === undefined ? null : hashesOf(closing);
    if (proof === null) return this.#found.find('tail-truncated', size, `${newest.size} records, as the newest checkpoint says`, `${size}`);
    this.#found.check('proof that the log goes on after the last record');
    if (!isGrown({ size, root: this.#tree.root() }, newest, proof)) this.#found.find('history-rewritten', this.#goodSize, `leaves that the checkpoint of ${newest.size} records goes on from`, `others, from index ${this.#goodSize} on`);
  }

  #unprotected(signedSize) {
    const count = this.#tree.size - Math.max(signedSize, this.#source.manifest.first);
    if (count <= 0) return;
    const why = 'no checkpoint covers them yet, so that nothing protects them from a change';
    if (this.#source.kind === 'database') this.#found.note('records after the newest checkpoint', why, count);
    else this.#found.skip('records after the newest checkpoint', why, count);
  }

  #finishHeld(held) {
    const { manifest: { madeAt, first }, kind } = this.#source;
    const own = this.#heads.own.at(-1)?.size ?? 0;
    const known = new Set(this.#heads.own.map(({ size }) => size));
    const strange = this.#heads.held.filter(({ size }) => !known.has(size));
    const early = strange.filter(({ size }) => size < first).length;
    if (early > 0) this.#found.skip('checkpoints you hold of records before the first', 'the bundle does not say what the log was then', early);
    const late = strange.filter(({ size }) => size > this.#tree.size && size <= own).length;
    if (late > 0) this.#found.skip('checkpoints you hold of records after the last', 'the bundle has no checkpoint of as many, and its records end before', late);
    if (held === undefined || held.size <= Math.max(own, this.#tree.size)) return;
    const expected = `${held.size} records at least, as the checkpoint that you hold says`;
    const signedBefore = held.cosignedAtS !== null && held.cosignedAtS * 1000 + skewMs < Date.parse(madeAt);
    if (kind === 'database' || signedBefore) this.#found.find('log-rolled-back', this.#tree.size, expected, `${this.#tree.size}, and a newest checkpoint of ${own}`);
    else this.#found.skip('records up to the newest checkpoint that you hold', `it is of ${held.size} records, and the bundle ends before: it may be older than the checkpoint, or the log was cut off. Ask for the rest`, held.size - this.#tree.size);
  }
}

/** Each record by itself, in the newest checkpoint. That nothing was left out of a selection, nobody can prove. */
class SelectionCheck {
  #heads;
  #found;
  #vouched;
  #counts = { all: 0, vouched: 0 };

  constructor(_source, heads, found) {
    [this.#heads, this.#found, this.#vouched] = [heads, found, vouchedSize(heads)];
    if (heads.own.length === 0) found.skip('records', 'the bundle has no checkpoint that the log signed');
    const known = new Set(heads.own.map(({ size }) => size));
    const strange = heads.held.filter(({ size }) => !known.has(size)).length;
    if (strange > 0) found.skip('checkpoints you hold', 'a selection has some checkpoints only, and none of their sizes', strange);
    found.note('what is not in the selection', 'nobody can prove that a selection is complete; a range is', 1);
  }

  add(index, leaf, proof) {
    this.#counts.all += 1;
    if (index < this.#vouched) this.#counts.vouched += 1;
    const head = this.#heads.own.at(-1);
    if (head === undefined) return;
    const hashes = proof === null ? null : hashesOf(parseObject(proof));
    if (hashes === null) return this.#found.find('bundle-damaged', index, 'an inclusion proof for each record of a selection', 'none');
    this.#found.check('inclusion proofs');
    if (!isIncluded(leaf, index, head, hashes)) this.#found.find('row-inserted', index, `a leaf of the tree of ${head.size} records`, 'no proof of that');
  }

  finish() {
    tellVouched(this.#found, this.#counts.vouched, this.#counts.all);
  }
}

// ---------- packages/evidence/src/log/tree.ts

/*
 * The tree of RFC 9162, section 2.1 (as RFC 6962 has it). Proofs are verified by the very definitions of section 2.1.3.1 and 2.1.4.1, read
 * backwards: who made them has other code (packages/merkle), and the tests hold the two against each other.
 */

/** Bytes of a SHA-256 hash. */
const hashBytes = 32;

/** No path is longer in a tree of 2^53 - 1 leaves, which is as far as JavaScript can count. */
const pathHashesMax = 53;

/** 0x01, then two hashes. */
const node = Buffer.alloc(1 + 2 * hashBytes, 0x01);

/** Hash of an inner node: SHA-256(0x01 || left || right). By way of a string, which takes less than half the time. */
function hashNode(left, right) {
  node.set(left, 1);
  node.set(right, 1 + hashBytes);
  return Buffer.from(hash('sha256', node, 'binary'), 'latin1');
}

/** A tree that leaves are added to at its right. It keeps the roots of the perfect trees that it is made of, from left to right. */
class Tree {
  size;
  #hashes;

  /** Throws a `RangeError` where a tree of that size is not made of so many. */
  constructor(size = 0, hashes = []) {
    if (hashes.length !== [...size.toString(2)].filter((bit) => bit === '1').length) throw new RangeError(`A tree of ${size} leaves is not made of ${hashes.length} perfect ones.`);
    [this.size, this.#hashes] = [size, [...hashes]];
  }

  /** Joins the leaf with each perfect tree that it completes, as an addition carries ones. */
  add(leafHash) {
    let hash = leafHash;
    for (let rest = this.size; rest % 2 === 1; rest = (rest - 1) / 2) hash = hashNode(this.#hashes.pop() ?? hash, hash);
    this.#hashes.push(hash);
    this.size += 1;
  }

  root() {
    return this.size === 0 ? hash('sha256', '', 'buffer') : this.#hashes.reduceRight((right, left) => hashNode(left, right));
  }
}

/** Whether a leaf is in the tree of that size and root, at that index. */
function isIncluded(leafHash, index, { size, root }, proof) {
  const computed = index < size ? rootOver(leafHash, index, size, proof) : null;
  return computed !== null && sameHash(computed, root);
}

function rootOver(leafHash, index, size, proof) {
  const sibling = proof.at(-1);
  if (size === 1) return sibling === undefined ? leafHash : null;
  const left = splitOf(size);
  const hash = index < left ? rootOver(leafHash, index, left, proof.slice(0, -1)) : rootOver(leafHash, index - left, size - left, proof.slice(0, -1));
  if (hash === null || sibling === undefined) return null;
  return index < left ? hashNode(hash, sibling) : hashNode(sibling, hash);
}

/** Whether the tree of `to` begins with that of `from`. */
function isGrown(from, to, proof) {
  if (from.size === 0) return proof.length === 0 && sameHash(from.root, new Tree().root());
  const roots = from.size <= to.size ? rootsOver(from.size, to.size, from.root, proof) : null;
  return roots !== null && sameHash(roots[0], from.root) && sameHash(roots[1], to.root);
}

/** Roots of the first `size` leaves and of all `total`. `root`: of the first, while they stand alone at the left, where the proof leaves it out. */
function rootsOver(size, total, root, proof) {
  const last = proof.at(-1);
  if (size === total) {
    const own = root ?? last;
    return own !== undefined && proof.length === (root === null ? 1 : 0) ? [own, own] : null;
  }
  if (last === undefined) return null;
  const left = splitOf(total);
  const roots = size <= left ? rootsOver(size, left, root, proof.slice(0, -1)) : rootsOver(size - left, total - left, null, proof.slice(0, -1));
  if (roots === null) return null;
  return size <= left ? [roots[0], hashNode(roots[1], last)] : [hashNode(last, roots[0]), hashNode(last, roots[1])];
}

/** The largest power of two below `size`, which is at least 2. */
function splitOf(size) {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

function sameHash(a, b) {
  return Buffer.compare(a, b) === 0;
}

/** A list of hashes in base64, at most as many as a proof can have; null for anything else. */
function hashesOf(value) {
  if (!Array.isArray(value) || value.length > 2 * pathHashesMax) return null;
  const hashes = value.map((each) => decodeBase64(each)).filter((bytes) => bytes?.length === hashBytes);
  return hashes.length === value.length ? (hashes) : null;
}

/** The bytes, or null unless this is exactly how they are written in base64: no blanks, no stray bits, no missing padding. */
function decodeBase64(text) {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'base64') : null;
  return bytes?.toString('base64') === text ? bytes : null;
}

// ---------- packages/evidence/src/verify/line.ts

const count = '(0|[1-9][0-9]{0,15})';
const integer = '(0|-?[1-9][0-9]{0,15})';
/** ASCII that JSON does not escape. */
const text = '"([ !#-[\\]-~]*)"';

const textOrNull = `(?:null|${text})`;
/** The members of a canonical record, in the order of RFC 8785. */
const members = {
  actor: textOrNull, decisionId: textOrNull, decisionType: textOrNull, eventId: text, kind: textOrNull, occurredAt: integer, offset: integer, partition: integer, payload: '"(plain|sealed|erased)"', payloadSha256: textOrNull,
  policyVersion: textOrNull, publishedAt: `(?:null|${integer})`, record: text, recordedAt: integer, reviewer: textOrNull, system: textOrNull, topic: text, valueDigest: textOrNull,
};

const head = new RegExp(`\\{"index":${count}(?:,"key":${text})?,"leaf":"([A-Za-z0-9+/]{43}=)","payload":(?:null|")`, 'y');
const tail = new RegExp(`(?:,"proof":(\\[[^\\]\n]*\\]))?,"record":(\\{${Object.entries(members).map(([name, value]) => `"${name}":${value}`).join(',')}\\})\\}\n`, 'y');

const newline = 10;
/** So much becomes text at once, or a line where that is longer: little enough for the part of V8's heap that is cheap to clear. */
const textBytes = 64 * 1024;

/**
 * The lines of a file. Almost all are as they come from `encodeRecordLine` and have nothing but plain ASCII in them: such a line is matched, which shows that its
 * record is canonical as it stands, and is hashed where it lies. Any other is read as JSON, and its record written anew. Throws a `BundleError` for what
 * is no line. `bytes` are written to.
 */
function* readLines(bytes) {
  for (let from = 0, next = 0; from < bytes.length; from = next) {
    next = 1 + Math.max(bytes.lastIndexOf(newline, from + textBytes), bytes.indexOf(newline, from));
    if (next <= from) throw new BundleError('A file of records ends within a line.');
    const some = bytes.subarray(from, next);
    const chars = some.toString('latin1');
    for (let at = 0; at < chars.length; ) {
      const end = chars.indexOf('\n', at);
      const line = plainLine(some, chars, at) ?? anyLine(some.toString('utf8', at, end));
      if (line === null) throw new BundleError(`This is no line of records: ${chars.slice(at, Math.min(end, at + 100))}`);
      yield line;
      at = end + 1;
    }
  }
}

function plainLine(bytes, chars, from) {
  head.lastIndex = from;
  const begun = head.exec(chars);
  if (begun === null) return null;
  const [matched, index, key = null, leaf = ''] = begun;
  let [payload, at] = [null, head.lastIndex];
  if (matched.endsWith('"')) {
    const end = chars.indexOf('"', at);
    [payload, at] = [chars.slice(at, end), end + 1];
  }
  tail.lastIndex = at;
  const ended = tail.exec(chars);
  if (ended === null) return null;
  const [, proof = null, whole = '', actor, decisionId, decisionType, eventId, kind, occurredAt, offset, partition, payloadKind, payloadSha256, policyVersion, publishedAt, record, recordedAt, reviewer, system, topic, valueDigest] = ended;
  const row = {
    actor: actor ?? null, decisionId: decisionId ?? null, decisionType: decisionType ?? null, eventId, kind: kind ?? null, occurredAt: Number(occurredAt), offset: Number(offset), partition: Number(partition), payload: payloadKind, payloadSha256: payloadSha256 ?? null,
    policyVersion: policyVersion ?? null, publishedAt: publishedAt === undefined ? null : Number(publishedAt), record, recordedAt: Number(recordedAt), reviewer: reviewer ?? null, system: system ?? null, topic, valueDigest: valueDigest ?? null,
  };
  if (!isCount(Number(index)) || !isInteger(row.occurredAt) || !isInteger(row.offset) || !isInteger(row.partition) || !isInteger(row.recordedAt) || !(row.publishedAt === null || isInteger(row.publishedAt))) return null;
  // The prefix of a leaf takes the place of the colon before the record.
  const start = tail.lastIndex - whole.length - 2;
  bytes[start - 1] = 0;
  const sound = hash('sha256', bytes.subarray(start - 1, tail.lastIndex - 2), 'base64') === leaf;
  return { index: Number(index), key, leaf, payload, proof, record: row, sound, logged: null, entry: null };
}

function anyLine(json) {
  const value = parseObject(json);
  if (value === null) return null;
  const { entry = null, index, key = null, leaf, logged = null, payload, proof = null, record } = value;
  if (!isCount(index) || !isTextOrNull(key) || typeof leaf !== 'string' || Buffer.from(leaf, 'base64').length !== 32 || !isTextOrNull(payload)) return null;
  if ((record !== null && !isRecord(record)) || (logged !== null && !isRecord(logged)) || (entry !== null && !isEntry(entry))) return null;
  return { index, key, leaf, payload, proof: proof === null ? null : JSON.stringify(proof), record, sound: record !== null && leafOf(record) === leaf, logged, entry };
}

/** The leaf hash of a record, in base64. */
function leafOf(record) {
  return hash('sha256', `\0${canonicalText(record)}`, 'base64');
}

/** A JSON object; null for any other text. */
function parseObject(json) {
  try {
    const value = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value) : null;
  } catch {
    return null;
  }
}

/** Whether this has the members of a canonical record, each of its type. Other members are not in its canonical form, so that its hash tells. */
function isRecord(value) {
  if (typeof value !== 'object' || value === null) return false;
  const { actor, decisionId, decisionType, eventId, kind, occurredAt, offset, partition, payload, payloadSha256, policyVersion, publishedAt, record, recordedAt, reviewer, system, topic, valueDigest } = value;
  return [actor, decisionId, decisionType, kind, payloadSha256, policyVersion, reviewer, system, valueDigest].every(isTextOrNull) && [eventId, record, topic].every((each) => typeof each === 'string') &&
    (payload === 'plain' || payload === 'sealed' || payload === 'erased') && [occurredAt, offset, partition, recordedAt, publishedAt ?? 0].every(isInteger);
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

// ---------- packages/evidence/src/record.ts

/** The same as text, without looking whether it has a canonical form: for whoever only holds it against a hash. */
function canonicalText(record) {
  const { actor, decisionId, decisionType, eventId, kind, occurredAt, offset, partition, payload, payloadSha256, policyVersion, publishedAt, record: name, recordedAt, reviewer, system, topic, valueDigest } = record;
  return JSON.stringify({ actor, decisionId, decisionType, eventId, kind, occurredAt, offset, partition, payload, payloadSha256, policyVersion, publishedAt, record: name, recordedAt, reviewer, system, topic, valueDigest });
}

// ---------- packages/evidence/src/verify/rows.ts

/** More rows than this that are not what they were are counted, and not told apart any more. */
const keptMax = 10_000;

const instants = new Set(['recordedAt', 'occurredAt', 'publishedAt']);
const contents = new Set(['payload', 'payloadSha256', 'valueDigest']);

/** Says what was done to the rows that do not fit their leaves. */
class RowCheck {
  found;
  changed = [];
  gone = [];
  /** Those beyond `keptMax`: a day that left the log has any number of them. */
  #more = [];
  #types = new Map();
  /** Days since 1970, UTC, that rows are there of: partitions are made by them. */
  #days = new Set();
  #untold = 0;

  constructor(found) {
    this.found = found;
  }

  /** A row that is as it was. */
  see(recordedAt) {
    const day = dayOf(recordedAt);
    if (this.#days.size < keptMax) this.#days.add(day);
  }

  add(line) {
    const { record } = line;
    if (line.sound) return;
    if (record === null) this.#addGone(line);
    else if (this.changed.length >= keptMax) this.#untold += 1;
    else this.changed.push({ ...line, record, hash: leafOf(record) });
  }

  #addGone(line) {
    const [run, before, was] = [this.#runOf(line), this.#more.at(-1), this.originalOf(line)];
    if (was !== null && (this.#types.has(run.day) || this.#types.size < keptMax)) this.#types.set(run.day, (this.#types.get(run.day) ?? new Set()).add(was.decisionType));
    if (this.gone.length < keptMax) this.gone.push(line);
    else if (before?.last === run.first - 1 && Object.is(before.day, run.day) && before.known === run.known) before.last = run.last;
    else if (this.#more.length < keptMax) this.#more.push(run);
    else this.#untold += 1;
  }

  #runOf(line) {
    return { first: line.index, last: line.index, day: dayOf(this.instantOf(line) ?? NaN), known: this.originalOf(line) !== null };
  }

  /** Names what was found. `size`: leaves of the log; `unexplained` gives those of the rows that are gone that should not be. */
  finish(size, unexplained) {
    const moved = this.moved();
    const found = new Set(moved.values());
    for (const line of this.changed) {
      const { index, leaf, record, hash } = line;
      const [from, original] = [moved.get(index), this.originalOf(line)];
      if (from !== undefined) this.found.find('rows-swapped', index, `the record of index ${index}`, `that of index ${from}`);
      // What stands somewhere else is not gone; what stands nowhere is, also where another record has taken its place.
      if (from !== undefined && !found.has(index)) this.found.find('row-missing', index, 'a record', `that of index ${from} in its place, and its own nowhere`);
      if (from === undefined && original === null) this.found.find('row-changed', index, `a record whose hash is ${leaf}`, `one whose hash is ${hash}`);
      if (from === undefined && original !== null) this.tellDifference(index, original, record);
    }
    const runs = [...this.gone.filter(({ index }) => !found.has(index)).map((line) => this.#runOf(line)), ...this.#more];
    this.#tellGone(runs, unexplained({ runs, types: this.#types }), size);
    if (this.#untold > 0) this.found.find('row-changed', null, 'rows as they were', `${this.#untold} more that are not`);
  }

  /** Rows that stand in the place of another: indexes, and those of the leaves that they are of. */
  moved() {
    const places = new Map([...this.gone, ...this.changed].map(({ leaf, index }) => [leaf, index]));
    return new Map(this.changed.flatMap(({ index, hash }) => {
      const other = places.get(hash);
      return other === undefined || other === index ? [] : [[index, other]];
    }));
  }

  /** What a row was, where the evidence has that too. */
  originalOf({ logged, leaf }) {
    return logged !== null && leafOf(logged) === leaf ? logged : null;
  }

  /** When a record that is gone was recorded, as far as anybody says. */
  instantOf(line) {
    return this.originalOf(line)?.recordedAt;
  }

  tellDifference(index, was, is) {
    const names = (Object.keys(was)).filter((name) => was[name] !== is[name]);
    const told = (of) => names.map((name) => `${name} ${JSON.stringify(of[name])}`).join(', ');
    const code = names.some((name) => instants.has(name)) ? 'backdated' : !names.includes('payloadSha256') || !names.every((name) => contents.has(name)) ? 'row-changed' : was.record === 'ContentRecorded' ? 'presentation-changed' : 'content-changed';
    this.found.find(code, index, told(was), told(is));
  }

  #tellGone(all, gone, size) {
    const explained = countOf(all) - countOf(gone);
    if (explained > 0) this.found.note('rows that are gone', 'their retention ended, which two people approved; their leaves are in the tree', explained);
    const [days, rest] = [new Map(), []];
    for (const run of gone) {
      const [{ first, last, day }, count, before, known] = [run, countOf([run]), rest.at(-1), days.get(run.day)];
      if (!Number.isNaN(day) && !this.#days.has(day)) days.set(day, { first: known?.first ?? first, last, count: (known?.count ?? 0) + count });
      else if (before?.last === first - 1) [before.last, before.count] = [last, before.count + count];
      else rest.push({ first, last, count });
    }
    for (const [day, { first, last, count }] of days) {
      if (count > 1) this.found.find('partition-missing', first, `records of ${new Date(day * 86_400_000).toISOString().slice(0, 10)}, index ${first} to ${last}`, 'none of them');
      else rest.push({ first, last, count });
    }
    for (const { first, last, count } of rest) {
      const code = last === size - 1 && size > count ? 'tail-truncated' : 'row-missing';
      this.found.find(code, first, count === 1 ? 'a record' : `${count} records, to index ${last}`, 'leaves without their rows');
    }
  }
}

function countOf(runs) {
  return runs.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}

/** Days since 1970 of an instant in microseconds. */
function dayOf(instant) {
  return Math.floor(instant / 86_400_000_000);
}

// ---------- packages/evidence/src/verify/grouped-by.ts

/** Values by their keys, in their order: `Map.groupBy`, which Node.js has from 21 on. */
function groupedBy(values, keyOf) {
  const groups = new Map();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}

// ---------- packages/evidence/src/bundle/read.ts

const filesMax = 1_000_000;
const tarBlockBytes = 512;

/** Opens a bundle. Throws a `BundleError` for what is none. Only files with names that a bundle has are read. */
function openBundle(path) {
  const parts = partsOf(path);
  const manifest = manifestOf(readJson(parts, fileNames.manifest));
  const schemas = readJson(parts, fileNames.schemas);
  const end = parts.has(fileNames.end) ? readJson(parts, fileNames.end) : null;
  const counts = end === null ? null : { checkpoints: Number(end['checkpoints']), records: Number(end['records']) };
  const [checkpoints, recordFiles] = [numbered(parts, fileNames.checkpoints), numbered(parts, fileNames.records)];
  return { kind: manifest.kind, manifest, schemas, counts, recordFiles, checkpoints: () => readAll(checkpoints), records: () => readAll(recordFiles) };
}

function* readAll(files) {
  for (const file of files) yield readStretch(file);
}

/** Lines of text, each of which has its end. */
function linesIn(bytes) {
  const lines = bytes.toString('utf8').split('\n');
  if (lines.pop() !== '') throw new BundleError('A file ends within a line.');
  return lines;
}

/** The files of a tar, by name (POSIX.1-2017, pax, "ustar Interchange Format"). */
function partsOf(path) {
  return withFile(path, (file) => partsIn(path, file));
}

function partsIn(path, file) {
  const parts = new Map();
  const header = Buffer.alloc(tarBlockBytes);
  const { size } = fstatSync(file);
  for (let at = 0; at + tarBlockBytes <= size && parts.size < filesMax; ) {
    readSync(file, header, 0, tarBlockBytes, at);
    if (header[0] === 0) break;
    const [name = ''] = header.toString('latin1', 0, 100).split('\0');
    const octal = header.toString('latin1', 124, 135);
    if (!/^[0-7]{11}$/.test(octal)) throw new BundleError('This is no bundle: it is no tar, or damaged.');
    const bytes = Number.parseInt(octal, 8);
    at += tarBlockBytes;
    if (at + bytes > size) throw new BundleError(`The bundle is cut off within ${name}.`);
    if (parts.has(name)) throw new BundleError(`The bundle has two files ${name}.`);
    parts.set(name, { path, at, bytes });
    at += Math.ceil(bytes / tarBlockBytes) * tarBlockBytes;
  }
  return parts;
}

function readJson(parts, name) {
  const part = parts.get(name);
  if (part === undefined) throw new BundleError(`This is no bundle of Countersign: it has no ${name}.`);
  try {
    const value = JSON.parse(readStretch(part).toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
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

/** The files of a prefix, which are numbered without a gap. */
function numbered(parts, prefix) {
  const count = [...parts.keys()].filter((name) => name.startsWith(prefix) && name.endsWith('.jsonl')).length;
  return Array.from({ length: count }, (_, number) => {
    const part = parts.get(chunkName(prefix, number));
    if (part === undefined) throw new BundleError(`The bundle lacks ${chunkName(prefix, number)}.`);
    return part;
  });
}

// ---------- packages/evidence/src/bundle/stretch.ts

/** A bundle is cut into files of 4 MiB, or of one line where that is longer. Each is read whole. */
const fileBytesMax = 32 * 1024 * 1024;

/** The bytes of a part of a file; in `space`, where that is large enough. */
function readStretch({ path, at, bytes }, space = Buffer.alloc(0)) {
  if (bytes > fileBytesMax) throw new BundleError(`A file in the bundle has ${bytes} bytes, and ${fileBytesMax} at most are read.`);
  const buffer = bytes > space.length ? Buffer.allocUnsafeSlow(bytes) : space.subarray(0, bytes);
  if (!withFile(path, (file) => fillFrom(file, at, buffer))) throw new BundleError('The bundle became shorter while it was read.');
  return buffer;
}

/** Reads as many bytes as there is room for, from a place of a file on; false where it ends before. */
function fillFrom(file, at, room) {
  for (let done = 0; done < room.length; ) {
    const read = readSync(file, room, done, room.length - done, at + done);
    if (read === 0) return false;
    done += read;
  }
  return true;
}

function withFile(path, use) {
  const file = openSync(path, 'r');
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}

// ---------- packages/evidence/src/bundle/format.ts

const bundleFormat = 'countersign-bundle/v1';

/** Names of the files of a bundle; what comes in lines is cut into numbered files of at most `chunkBytes`. */
const fileNames = { readme: 'README.txt', manifest: 'manifest.json', schemas: 'schemas.json', checkpoints: 'checkpoints/', records: 'records/', end: 'end.json' };

const chunkBytes = 4 * 1024 * 1024;

/** The path of the n-th file of lines, from 0: `records/000000.jsonl`. */
function chunkName(prefix, number) {
  return `${prefix}${String(number).padStart(6, '0')}.jsonl`;
}

/** The bundle is not one, or breaks its format: the message says how. */
class BundleError extends Error {
  name = 'BundleError';
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

/** Collects what a verification finds, in bounded memory. What it has is data alone: it passes from one thread to another. */
class Collector {
  findings = [];
  counts = {};
  checked = {};
  gaps = new Map();

  /** `index`: of the record that it is about, if it is about one. */
  find(code, index, expected, found, place = {}) {
    this.#count(code, 1);
    this.#list({ code, ...(index === null ? {} : { index }), ...place, expected: expected.slice(0, 2000), found: found.slice(0, 2000) });
  }

  check(what, times = 1) {
    if (times > 0) this.checked[what] = (this.checked[what] ?? 0) + times;
  }

  /** Something that belongs to a whole verification, and was not possible. */
  skip(what, why, count = 1) {
    this.#gap({ what, why, count, note: false });
  }

  /** Something that is as it should be, and worth knowing. */
  note(what, why, count = 1) {
    this.#gap({ what, why, count, note: true });
  }

  /** Takes in what another one collected. */
  add({ findings, counts, checked, gaps }) {
    for (const [code, count] of Object.entries(counts)) this.#count(code, count);
    for (const finding of findings) this.#list(finding);
    for (const [what, times] of Object.entries(checked)) this.check(what, times);
    for (const gap of gaps.values()) this.#gap(gap);
  }

  #count(code, count) {
    this.counts[code] = (this.counts[code] ?? 0) + count;
  }

  /** Of each kind some are kept, however many there are of another. */
  #list(finding) {
    if (this.findings.length < findingsMax || (this.counts[finding.code] ?? 0) <= 10) this.findings.push(finding);
  }

  #gap(gap) {
    const known = this.gaps.get(`${gap.what}\n${gap.why}`);
    if (known !== undefined) known.count += gap.count;
    else if (this.gaps.size < findingsMax) this.gaps.set(`${gap.what}\n${gap.why}`, { ...gap });
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

// ========== Two: what the records say, and whether the rules were kept

// ---------- packages/evidence/src/content/xchacha.ts

const nonceBytes = 24;
const tagBytes = 16;
/** "expand 32-byte k". */
const constants = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574];

const input = new Int32Array(16);
const block = new Int32Array(16);

/**
 * Opens XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) in place: a key of 8 words, a nonce of 6, and the words that the ciphertext is in, from `first` on; what
 * stands behind it in them may become anything. The tag is not looked at: the caller MUST know from elsewhere that these are the bytes that were
 * sealed, and that this is the key, as a digest of the one and an id of the other do here. Then there is one text that they can mean. (The platform's
 * own cipher takes four times as long for texts as short as these.) Words are little-endian, as those of the platforms that Node.js runs on.
 */
function openXChaCha(key, nonce, words, first, bytes) {
  input.set(constants);
  input.set(key, 4);
  input.set(nonce.subarray(0, 4), 12);
  permute();
  // HChaCha20 (section 2.2): a key of its own for the first 16 bytes of the nonce; the rest of it is the nonce of ChaCha20.
  for (let at = 0; at < 4; at += 1) {
    input[4 + at] = block[at] ?? 0;
    input[8 + at] = block[12 + at] ?? 0;
  }
  input[13] = 0;
  input[14] = nonce[4] ?? 0;
  input[15] = nonce[5] ?? 0;
  // Block 0 of the key stream is for the tag. Each is the permuted words and those it began with, added (RFC 8439, section 2.3).
  for (let counter = 1, at = first; at < first + bytes / 4; counter += 1) {
    input[12] = counter;
    permute();
    for (let word = 0; word < 16; word += 1, at += 1) words[at] = (words[at] ?? 0) ^ ((block[word] ?? 0) + (input[word] ?? 0));
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

const keyIdBytes = 32;
const headBytes = 1 + keyIdBytes + nonceBytes;
/** SHA-256 takes blocks of so many bytes, and HMAC puts one before its text (RFC 2104). */
const blockBytes = 64;

/**
 * Where payloads are read to and opened, one after another. Sealed bytes begin so that their text begins behind one block, at a whole word: it is opened where
 * it stands, and hashed there with the block of its HMAC before it.
 */
let space = Buffer.from(new ArrayBuffer(1024 * 1024));

let words = new Int32Array(space.buffer);
const nonce = new Int32Array(nonceBytes / 4);
const payloadAt = blockBytes - headBytes;

/** The bytes of a payload; they stay until the next one is read. */
function readPayload(base64) {
  if (base64.length + 2 * blockBytes > space.length) {
    space = Buffer.from(new ArrayBuffer(2 * (base64.length + 4 * blockBytes)));
    words = new Int32Array(space.buffer);
  }
  return space.subarray(payloadAt, payloadAt + space.write(base64, payloadAt, 'base64'));
}

/**
 * The payload in the clear, in the place of what `readPayload` read last. The id of the key stands in the sealed bytes, which the leaf commits to: a ciphertext
 * opens to one text only, though its cipher alone would not promise that. `key` is base64, or null where it was not disclosed.
 */
function openPayload(kind, payload, key) {
  if (kind === 'plain') return { state: 'open', plain: payload };
  if (kind === 'erased') return { state: 'erased' };
  if (key === null) return { state: 'closed' };
  const content = contentKeyOf(key);
  if (content === null) return { state: 'wrong', problem: 'a content key of 32 bytes', found: 'something else' };
  if (payload[0] !== sealedVersion || payload.length < headBytes + tagBytes) return { state: 'wrong', problem: 'bytes sealed in format 3', found: `format ${payload[0] ?? 'none'}` };
  if (payload.toString('latin1', 1, 1 + keyIdBytes) !== content.id) return { state: 'wrong', problem: 'the key that it was sealed under', found: 'another key' };
  for (let word = 0; word < nonce.length; word += 1) nonce[word] = payload.readInt32LE(1 + keyIdBytes + 4 * word);
  const bytes = payload.length - headBytes - tagBytes;
  openXChaCha(content.words, nonce, words, blockBytes / 4, bytes);
  return { state: 'open', plain: space.subarray(blockBytes, blockBytes + bytes) };
}

/** `valueDigest` of what `openPayload` opened, in hex: keyed, so that nothing can be guessed from it once the key is gone. */
function valueDigestOf(plain, key) {
  const content = key === null ? null : contentKeyOf(key);
  if (content === null) return null;
  words.set(content.inner);
  return outerHash(content.outer, space.subarray(0, blockBytes + plain.length), 'hex');
}

const keysKept = 4096;
const keys = new Map();
let [lastText, lastKey] = ['', null];

/** Events of one decision stand near each other: the last keys are kept, with what follows from them. */
function contentKeyOf(text) {
  // A payload is opened, and then its digest is taken.
  if (lastText === text) return lastKey;
  const known = keys.get(text);
  if (known !== undefined) [lastText, lastKey] = [text, known];
  if (known !== undefined) return known;
  const key = Buffer.from(text, 'base64');
  if (key.length !== 32) return null;
  const own = wordsOf(key);
  const pads = padsOf(own);
  const content = { words: own, id: hmacOf(pads, 'countersign content key v1'), ...padsOf(wordsOf(Buffer.from(hmacOf(pads, 'countersign value digest v1'), 'latin1'))) };
  if (keys.size >= keysKept) keys.clear();
  // Written anew: `text` is a part of a whole file, which would stay with it.
  keys.set(key.toString('base64'), content);
  return content;
}

/** HMAC-SHA256 (RFC 2104) of a short text, as Latin-1, by two calls of the platform's hash: its own HMAC takes longer to set up than these to run. */
function hmacOf({ inner, outer }, text) {
  innerWords.set(inner);
  return outerHash(outer, innerText.subarray(0, blockBytes + innerText.write(text, blockBytes, 'latin1')), 'binary');
}

function padsOf(key) {
  return { inner: blockOf(key, 0x36363636), outer: blockOf(key, 0x5c5c5c5c) };
}

/** A block of HMAC: a key of eight words, filled up with nothing, each bit of it turned where the pad has one. */
function blockOf(key, pad) {
  const block = new Int32Array(blockBytes / 4).fill(pad);
  for (let word = 0; word < key.length; word += 1) block[word] = (key[word] ?? 0) ^ pad;
  return block;
}

const [innerWords, outerWords] = [new Int32Array((blockBytes + 32) / 4), new Int32Array((blockBytes + 32) / 4)];
const [innerText, outerText] = [Buffer.from(innerWords.buffer), Buffer.from(outerWords.buffer)];

function outerHash(block, inner, encoding) {
  outerWords.set(block);
  outerText.write(hash('sha256', inner, 'binary'), blockBytes, 'latin1');
  return hash('sha256', outerText, encoding);
}

function wordsOf(bytes) {
  const read = new Int32Array(bytes.length / 4);
  for (let word = 0; word < read.length; word += 1) read[word] = bytes.readInt32LE(4 * word);
  return read;
}

// ---------- packages/evidence/src/content/avro.ts

const nameRule = /^[A-Za-z][A-Za-z0-9_]*$/;
const ascii = /^[\x00-\x7f]*$/;

/**
 * A reader of one record by its schema (Apache Avro 1.12, "Binary Encoding"), which gives the fields that are wanted, in the order in which they are; `undefined`
 * for those that it has not. It knows what our schemas have in them, and no more. The bytes may be hostile: what does not fit throws a `RangeError`, and neither
 * time nor memory goes beyond what they can pay for. Bytes that are left over do not fit either, so that of several releases of a record one alone can read it.
 */
function avroReader(schema, wanted) {
  const { type, fields } = objectOf(schema);
  if (type !== 'record') throw new RangeError('The schema of an event is that of a record.');
  const reads = avroFields(fields).map(({ name, read }) => ({ read, place: wanted.indexOf(name) }));
  const none = wanted.map(() => undefined);
  return (bytes, from = 0) => {
    const tap = { bytes, text: bytes.toString('latin1'), at: from };
    const values = none.slice();
    for (const { read, place } of reads) {
      const value = read(tap, place >= 0);
      if (place >= 0) values[place] = value;
    }
    if (tap.at !== bytes.length) throw new RangeError(`The record ends ${bytes.length - tap.at} bytes before its payload does.`);
    return values;
  };
}

function readerOf(schema) {
  if (Array.isArray(schema)) return unionReader(schema.map(readerOf));
  const { type, fields, items, values } = typeof schema === 'string' ? { type: schema } : objectOf(schema);
  switch (type) {
    case 'record': return recordReader(avroFields(fields));
    case 'array': return listReader(readerOf(items), (list) => list);
    case 'map': return listReader(entryReader(readerOf(values)), (entries) => new Map(entries));
    case 'null': return () => null;
    case 'boolean': return (tap) => tap.bytes[skip(tap, 1)] === 1;
    // Also in more words: {"type": "long", "logicalType": "timestamp-micros"}.
    case 'int': case 'long': return readLong;
    case 'double': return (tap) => tap.bytes.readDoubleLE(skip(tap, 8));
    case 'bytes': return (tap) => tap.bytes.subarray(skip(tap, readLong(tap)), tap.at);
    case 'string': return readText;
    default: throw new RangeError(`The schema has a type ${String(type)} that no schema of ours has.`);
  }
}

function avroFields(fields) {
  if (!Array.isArray(fields)) throw new RangeError('The schema of a record has a list of fields.');
  return fields.map((each) => {
    const { name, type } = objectOf(each);
    if (typeof name !== 'string' || !nameRule.test(name)) throw new RangeError('The schema has a field without a proper name.');
    return { name, read: readerOf(type) };
  });
}

function recordReader(fields) {
  return (tap, keep) => {
    const value = {};
    for (const { name, read } of fields) {
      const part = read(tap, keep);
      if (keep) value[name] = part;
    }
    return value;
  };
}

function unionReader(branches) {
  return (tap, keep) => {
    const read = branches[readLong(tap)];
    if (read === undefined) throw new RangeError('The payload names a branch of a union that is not there.');
    return read(tap, keep);
  };
}

function entryReader(read) {
  return (tap, keep) => [readText(tap, keep), read(tap, keep)];
}

/** Blocks of items, each behind its count; a negative count is followed by a size in bytes. A count that the bytes cannot hold is refused before it is believed. */
function listReader(readItem, made) {
  return (tap, keep) => {
    const items = [];
    for (let count = readLong(tap); count !== 0; count = readLong(tap)) {
      if (count < 0 && readLong(tap) < 0) throw new RangeError('A block of a list has fewer than no bytes.');
      if (Math.abs(count) > tap.bytes.length - tap.at) throw new RangeError('A list has more items than the payload has bytes.');
      for (let left = Math.abs(count); left > 0; left -= 1) {
        const item = readItem(tap, keep);
        if (keep) items.push(item);
      }
    }
    return made(items);
  };
}

/** Goes on behind so many bytes; gives where they begin. */
function skip(tap, length) {
  const from = tap.at;
  if (!(length >= 0 && from + length <= tap.bytes.length)) throw new RangeError('The payload ends before its record does.');
  tap.at = from + length;
  return from;
}

function readText(tap, keep) {
  const from = skip(tap, readLong(tap));
  if (!keep) return '';
  const text = tap.text.slice(from, tap.at);
  return ascii.test(text) ? text : tap.bytes.toString('utf8', from, tap.at);
}

/** Seven bits a byte, the lowest first, zigzag. Throws past 2^53, where JavaScript cannot count. */
function readLong(tap) {
  // Most are lengths and branches of unions, and have one byte.
  const first = tap.bytes[tap.at] ?? 255;
  if (first < 128) {
    tap.at += 1;
    return (first >>> 1) ^ -(first & 1);
  }
  for (let value = 0, factor = 1; factor <= 2 ** 63; factor *= 128) {
    const byte = tap.bytes[skip(tap, 1)] ?? 0;
    value += (byte & 127) * factor;
    if (byte < 128 && value <= 2 ** 53) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    if (byte < 128) break;
  }
  throw new RangeError('The payload has a number that is too large.');
}

function objectOf(value) {
  if (typeof value !== 'object' || value === null) throw new RangeError('The schema is not one of Avro.');
  return value;
}

// ---------- packages/evidence/src/rules/events.ts

/** Members of every event that its row repeats, or that place it. */
const envelope = ['eventId', 'occurredAt', 'system', 'decisionId', 'decisionType', 'actor', 'policyVersion', 'reviewer', 'kind'];

/** The first field that the rules look at in an event; the others are those of its row. */
const kindAt = envelope.length - 1;

const task = ['taskId'];
const given = [...task, 'fence', 'presentationDigest', 'reasoning', 'answer', 'modifiedOutput'];
/** What the rules look at, by record. Of any other record only the envelope is read, and its form checked. */
const wanted = {
  DecisionAccepted: ['contentDigest'],
  DecisionRouted: ['route', 'point', 'verdictBy', 'acceptedAt', 'formDraw', 'formKeyVersion'],
  DecisionResolved: ['verdict', 'resolvedBy', 'basis', 'signers', 'taskIds', 'contentDigest'],
  SpotCheckSelected: ['purpose', 'probability', 'draw', 'keyVersion'],
  TaskOpened: [...task, 'form', 'seat'], TaskClaimed: [...task, 'fence', 'queue'], TaskReleased: task, TaskHeld: task, TaskReassigned: task, TaskEscalated: [...task, 'queue'], TaskClosed: task,
  TaskPresented: [...task, 'presentationDigest'],
  FirstJudgementSubmitted: given, JudgementSubmitted: [...given, 'judgementId', 'finalAt'], JudgementWithdrawn: [...task, 'fence', 'judgementId'], JudgementFinalised: [...task, 'judgementId', 'decision'],
  ContentRecorded: ['digest', 'contentId', 'chunkIndex', 'chunkCount', 'bytes'],
  PersonChanged: ['personId', 'roles', 'queues', 'active', 'available'],
  PolicyProposed: ['version', 'text', 'proposedBy'], PolicyApproved: ['version', 'approvedBy'], PolicyActivated: ['version', 'text'],
  ErasureRequested: ['erasureId'], ErasureApproved: ['erasureId', 'requestedBy'], DecisionErased: ['erasureId'], LegalHoldLifted: ['askedBy'],
  RetentionRuleChanged: ['keepDays', 'askedBy'], RetentionApplied: ['day', 'firstIndex', 'lastIndex', 'records', 'decisionTypes', 'ruleDays'],
  SamplingKeyChanged: ['keyVersion', 'commitment', 'validFrom'],
};

/** Events that say something about a decision which a rule needs. */
const aboutDecisions = new Set([
  'DecisionAccepted', 'DecisionRouted', 'DecisionResolved', 'DecisionErased', 'SpotCheckSelected', 'ContentRecorded', 'FirstJudgementSubmitted', 'JudgementSubmitted', 'JudgementWithdrawn', 'JudgementFinalised',
  'TaskOpened', 'TaskClaimed', 'TaskReleased', 'TaskHeld', 'TaskReassigned', 'TaskEscalated', 'TaskPresented', 'TaskClosed',
]);

/** Events that say something about more than one: people, policies, keys, and what may be taken out of the log. */
const aboutWorld = new Set([
  'PersonChanged', 'PolicyProposed', 'PolicyApproved', 'PolicyActivated', 'SamplingKeyChanged', 'ErasureRequested', 'ErasureApproved', 'DecisionErased', 'LegalHoldLifted', 'RetentionRuleChanged', 'RetentionApplied',
]);

/** The fields of a record that are read: those of the envelope, then those that the rules look at. */
function fieldsOf(record) {
  const known = fields.get(record) ?? [...envelope, ...(Object.hasOwn(wanted, record) ? (wanted[record] ?? []) : [])];
  if (fields.size < fieldsMax) fields.set(record, known);
  return known;
}

const fields = new Map();
const fieldsMax = 1000;

/** Values in the order of `fieldsOf`, by their names. */
function eventOf(record, values) {
  return Object.fromEntries(fieldsOf(record).map((name, at) => [name, values[at]]));
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
      const all = Array.isArray(releases) ? releases : [];
      const known = all.filter((schema) => knownSchemas.has(schemaDigest(record, schema)));
      if (known.length < all.length) this.#strange.add(record);
      if (known.length > 0) this.#readers.set(record, known.map((schema) => avroReader(schema, fieldsOf(record))));
    }
  }

  /** Fields were only ever added at the end, so that the bytes of a record fit the schema of one release alone. */
  read(record, payload) {
    const readers = this.#readers.get(record);
    if (readers === undefined) return { state: 'unknown' };
    if (payload[0] !== 0 || payload.length < frameBytes) return { state: 'wrong', problem: 'bytes that are not framed' };
    let problem = '';
    for (const reader of readers) {
      try {
        return { state: 'read', values: reader(payload, frameBytes) };
      } catch (error) {
        problem = error instanceof Error ? error.message : 'unreadable bytes';
      }
    }
    return this.#strange.has(record) ? { state: 'unknown' } : { state: 'wrong', problem };
  }
}

// ---------- packages/evidence/src/rules/schema-digest.ts

/** What a schema of a record is known by: SHA-256 of the record's name and the schema without its documentation. */
function schemaDigest(record, schema) {
  return hash('sha256', `${record} ${JSON.stringify(schema, (name, value) => (name === 'doc' ? undefined : value))}`);
}

// ---------- packages/evidence/src/rules/known-schemas.ts

// Generated by packages/evidence/generate.ts. Do not edit.

/** Digests (schemaDigest) of every schema of this release and those before: what payloads are read by. */
const knownSchemas = new Set([
  '00cac572f960c9a0ae71c1a8a94c59ff9cc60768b156d0e624567b71f33b1095', '029f205633c208715798588bba218496d6e50ad36bc6dc5ae2a8ceb742fafef3', '064ac235348cf6a9977ef02e059de288332f38351f1d73faa3f59185002d6f61',
  '170ba9b7e026db4643b25b6da60fd07f7c3d6eeeacf9e335ee72edacc5c38f13', '174771e360ab9b170648e1c261901d32615e65604e04ac20b2af04d6fd7a6425', '21c31b3c3e7e52d7c1f70b87ce165b4439606f3ade17c09b26ac1b07b1be7329',
  '2334719e45751bd94740c1a4caf516b44239064003c625e0aca290a079c12ace', '25234ee86088f23091db682ab202dc63119f7488710f774f6aaae03a6e502084', '267b4733c5fcf0141fb0feb3e18f97eac5f2c19961d8509b36b30eeb40192dee',
  '2ab1f9f1598beccfdbfc2b80bfd7aca62e85b95e6d0e2c2d3ea8ecfade7e4d66', '2bff4d662125c65ac05ec986158c0000dbf6de2c2215cbc1a9bf22eb811cb436', '2f0dd1829b037dbb07479e05a95ea460ddf689b5035ac1e8b0f8441a69f07d72',
  '3290136f9a0a03560639ffce71fe9b7c6bf179e6d5b545288867e6cca62e98d0', '34945bb928b60870653fe180f7152038e1cd9180c9fa87c85f0f2c6283ecd3c8', '403833d10e10f7878809175d0e437ed66efebd5ca1c730649f9e6446fb7b42c9',
  '40dab520985e1abf9ca59b565e5aac87db0ad57a28053315c0fd5a90b4258515', '431b0bb183b38af21bbc1c23de4cc2acbef4869c27e2e3ebaec17370bc4f54fb', '44888f29a8512772371b6c135f68855a53ee270e2cda4000719758aa05e69a98',
  '49770d09d5aa385d2e79baea8dea05877b6ccc60564e51d9836d48e5bc24229d', '51e937a4eeb65cbf0066f4d245dc53a1762caf3e4bbb1a2a6e430a8e34217b19', '5a3668d19fc15d47e28628b56f630342eed6443494a07dcc71ce97194519337b',
  '5b46ea65202c0a491c935abc30074324c5d60844db2de5646222c1bf949cc500', '5f979a9f5aea85d35eeb45eb1981ca2daa8615cbd67fe34c54436e6c8dcf235e', '648cc1853432dbdf26dad97905aae6b0372b7dda0d8efab0d5ef53266ab582fb',
  '65bdb3c47af793ba57c60d6fe2d84cc54020f2f570731e9de7643f51f9ae8113', '67b8c9710887b1329354602f62c863e4c93424080ec6c6cdf1ef8b2c16fd4a3d', '67cadc1d85694c6d92a61cf679ed20246df1d3ec389d86315681b8f04c8e3846',
  '69d657370fee5d5138e24e99f2f2ff17ee064a817b147505662e44b59f6bc6cc', '6a6625395ad11674b198da899c489c2a9a3288109f4cc51b5e5b208742e64ab2', '7268aeac17d14179f0ea8c1a2361fd3de645c6c0d5a28795cdd31a6dcb7c35bd',
  '72e3115a6dbcd6da544295f1dc6049db61099dd7149aa2b5d9b54c6279f88aa1', '77badd89acfe685548959e9a6d18ccd0acb6a4d66930bcc10a2e4bef289566c3', '7f80d49a82e500c51dfbe447ca8a958610c9e24bcd534419bbcabb801ee8784a',
  '825ccb345f60c8c105c58a4aaf543ec81aff9a9da37c4eda11c44522ebba76d9', '8604ea967a9af402af3d6a47bd766a16f8ea88fb6e8555cc69efd038c0117283', '8686612e8fdea66e2a5ea0290244817946f5326227688957846bcfa2013c730a',
  '8877eea80aaf70c6722a31f32762e4de7f03442abd9437b13d4f231e4a07d67b', '8f56aa73fa2305c1ac6fcd1b7118aeacbbe0303a7466a994aff95c7edbaa18b0', '9125eb12ddf421778aee6ae905f7cc36d0398d642bb7116d62c332ebc5fccc44',
  '92d7d0380c20662cfa77613ee07a7f1a92330032cd0f668329809ed47b4f64af', '9b5f86a06c9039575a9dc3f88af604db6a63c66703c6de8a2e85d8003a493179', '9f0c784e2e64d3c26947f38a7eeb9d946202d976aa34bcc18c3dcb53dcc80bfa',
  'a1515da1a9fac7a661eae3ac5e9670ec9d4accf2643a892beb8bb4d6e4a35ea4', 'a9c53bcbee4618371c678a1a16c67b9e56f984515780b9c68beb3ade22d90837', 'a9d772e5cccc8e8fbb61387dde2a2312edded8c1e1e6497b4a7a0b2cf92e5000',
  'ae52d0c722a14c2394e3b462cbb2b16b5a9c0cb48a5141726eef23cf99e6db2f', 'b6c502f27055d4272e73138c412c40b301afa2c96e0430ea9ac5bb0d69cf139e', 'bba13583a895425c53eac14b98ce725a79cccb00918aa021213b4e4011db51f4',
  'bba24f0bffa7eeb7f43b1e9131783ab81abf2524d18b90c4fc73f9c86f3ec093', 'beb459f9b29d316061d4dbcc85a9c6c10df9e2e06ab7c123c1784d6787c0928b', 'c0938de9f18309706d8e4473075305814d26cc35da73bc5b5226c391086daddf',
  'c25486c88c243e975c6bb35a6c1b3a44f039fe7abbe435abc25413cdfb13c395', 'c332376b0abcb6902d61f9de8dfeb1e990636d716c99dbb0ea4edf9855287747', 'c38dc0d6b9b9e31c81184f31c77e41d67be8268dfbf6ef4abd974de93d8df866',
  'c3919712b8cd5dec3fc43e9df92e7357348b778a89fda49b61bdadca8e97b217', 'c6080ab712111b0082301bc7e3720c809484d3f33fe28075cc2df1b204f3af18', 'cdd88f0ff0043b6079a96e76408935aabf87d2ccd9228fa308ec12fb9db1fdc3',
  'cf440055a2bba5e2b82ae89f23460dc93669b34ab2052e4becb8dc24ab6d824d', 'd6d2ee536756f65f0467d2accc981601ca1895bf8d70dbcdb0e9e00843abfe94', 'dd99ddd947fdbc6d46f735abeff81da4fd70fa929cd5fe4794dc69f421ada5ed',
  'deb6ccbf3f129cea31eb22b08ad0b764a07db876f32d1d9808daa24dff06aa8a', 'df92d8450c15b57ce09b99c3f4f045c1ddbedd3a0920595cd0f70c7909289c65', 'e2f522b51624e710de5603e1ee3a52c802c0b2eeff5c84e0d670ef4e181a9844',
  'e4b674c9c5874312675998c47e261104470198d343e458abda4e0ef41cac97c5', 'e525581217a7964d9d2547cd49c3093260b4b8795769e4a64f2280308c712b59', 'ef24190199a6b9e413b6b92e992b54ed16d8add51dd9c0c153696954224443f9',
  'fc0cc26002092f3ad089732d819ebe98104e26dc65e43bf4dc3ebf0ce896e2d3', 'fe119f8350c7ca92fb221d44045a2bbd4c8c7edc256b4dfc29adb057a6e0f866',
]);

// ---------- packages/evidence/src/verify/examine.ts

/** Of each line, in `lines`: its index; and where the row is as it was when it was recorded, its offset, and which of `partitions` it came by (else NaN). */
const lineFields = 4;

/** No line is shorter. */
const lineBytesMin = 80;

/** Events that carry the accepted event are kept without it: their value digest is of more than is kept. */
const carriers = new Set(['DecisionRouted', 'SpotCheckSelected', 'CalibrationPlanned']);

/** Looks at one piece of evidence after another: each line against its leaf, each payload against its record, each event against its row. */
class Examiner {
  #events;
  #aside;
  #leaves = Buffer.alloc(0);

  constructor(schemas, aside) {
    [this.#events, this.#aside] = [new EventReader(schemas), aside];
  }

  examine(bytes) {
    const found = new Collector();
    const lines = [];
    if (this.#leaves.length < Math.ceil(bytes.length / lineBytesMin) * hashBytes) this.#leaves = Buffer.allocUnsafeSlow(Math.ceil(bytes.length / lineBytesMin) * hashBytes);
    const partitions = new Map();
    const seen = { proofs: [], odd: [], world: [], shown: [], unread: false, found, problem: null, counts: { payloads: 0, opened: 0, events: 0 } };
    let count = 0;
    try {
      for (const line of readLines(bytes)) {
        const { index, leaf, record, sound, logged, entry } = line;
        this.#leaves.write(leaf, count * hashBytes, 'base64');
        if (line.proof !== null) seen.proofs[count] = line.proof;
        count += 1;
        if (!sound || entry !== null) seen.odd.push({ index, leaf, record, sound, logged, entry });
        if (!sound || record === null) {
          // Of a row that is not what it was, nothing else can be said.
          lines.push(index, NaN, NaN, NaN);
          continue;
        }
        const partition = `${record.topic}/${record.partition}`;
        const known = partitions.get(partition) ?? partitions.size;
        if (known === partitions.size) partitions.set(partition, known);
        lines.push(index, record.recordedAt, record.offset, known);
        this.#aside.ids.addMark(markOf(record.eventId));
        this.#examinePayload(line, record, seen);
      }
    } catch (error) {
      if (!(error instanceof BundleError)) throw error;
      seen.problem = error.message;
    }
    const { counts, ...rest } = seen;
    found.check('rows, each against its leaf', count);
    found.check('payloads, each against its digest', counts.payloads);
    found.check('sealed payloads, opened', counts.opened);
    found.check('events, each against its row', counts.events);
    return { ...rest, lines: new Float64Array(lines), leaves: new Uint8Array(this.#leaves.subarray(0, count * hashBytes)), partitions: [...partitions.keys()] };
  }

  #examinePayload(line, record, seen) {
    const { index } = line;
    const plain = checkPayload(line, record, seen);
    const values = plain === null ? null : this.#readEvent(index, record, plain, seen);
    if (values !== null && aboutWorld.has(record.record)) seen.world.push({ index, record: record.record, actor: record.actor, occurredAt: record.occurredAt, recordedAt: record.recordedAt, event: eventOf(record.record, values) });
    if (!aboutDecisions.has(record.record)) return;
    if (values !== null && record.record === 'ContentRecorded' && !isWhole(values)) {
      const { system, decisionId } = record;
      const event = eventOf(record.record, values);
      seen.shown.push({ index, system, decisionId, event: { ...event, bytes: Uint8Array.from(event['bytes']) } });
    } else this.#aside.facts.add(decisionKey(record), factParts(index, record, values === null ? null : keptOf(index, record.record, values, seen.found)));
  }

  /** The values of an event, if it can be read; held against its row. */
  #readEvent(index, row, plain, seen) {
    const { found } = seen;
    const read = this.#events.read(row.record, plain);
    if (read.state === 'unknown') {
      seen.unread = true;
      found.skip(`events ${row.record}`, 'the evidence has no schema of them that this verifier knows; a newer verifier may');
    }
    if (read.state === 'wrong') found.find('rule-payload-unreadable', index, `an event ${row.record}`, read.problem);
    if (read.state !== 'read') return null;
    seen.counts.events += 1;
    for (let at = 0; at < envelope.length; at += 1) {
      const [name, said] = [envelope[at] ?? 'kind', read.values[at]];
      // The row may know more: who judged is the actor of some events, and a dead letter is about the decision that its message was.
      if (said === undefined || said === row[name] || (said === null && (name === 'reviewer' || row.record === 'DeadLetter')) || ((row[name] === null || name === 'eventId') && isUnsearchable(said))) continue;
      found.find('rule-row-differs', index, `${name} ${JSON.stringify(said)}, as the event says`, JSON.stringify(row[name]));
    }
    return read.values;
  }
}

/** What rows leave out of their events, or have an id in place of: texts that are too long to be found by, or that Postgres does not store. */
function isUnsearchable(said) {
  return typeof said === 'string' && (said.length > searchedCharsMax || said.includes('\0'));
}

const searchedCharsMax = 300;

/** Holds a payload against its record; gives it in the clear where it can be read. */
function checkPayload({ index, payload, key }, record, { found, counts }) {
  if (payload === null) {
    if (record.payloadSha256 !== null) found.find('content-missing', index, `a payload with the digest ${record.payloadSha256}`, 'none');
    return null;
  }
  const bytes = readPayload(payload);
  const digest = hash('sha256', bytes);
  counts.payloads += 1;
  if (digest !== record.payloadSha256) {
    found.find(record.record === 'ContentRecorded' ? 'presentation-changed' : 'content-changed', index, `a payload with the digest ${record.payloadSha256}`, digest);
    return null;
  }
  const opened = openPayload(record.payload, bytes, key);
  if (opened.state === 'wrong') found.find('content-changed', index, opened.problem, opened.found);
  if (opened.state !== 'open') return null;
  if (record.payload === 'sealed') counts.opened += 1;
  if (carriers.has(record.record)) return opened.plain;
  const value = record.payload === 'plain' ? digest : valueDigestOf(opened.plain, key);
  if (value !== record.valueDigest) found.find('content-changed', index, `the value on Kafka, with the digest ${record.valueDigest}`, `a payload with ${value}`);
  return opened.plain;
}

const [contentFields, judgementFields] = [fieldsOf('ContentRecorded'), fieldsOf('JudgementSubmitted')];
const [digestAt, bytesAt, chunkCountAt, chunkIndexAt] = ['digest', 'bytes', 'chunkCount', 'chunkIndex'].map((name) => contentFields.indexOf(name));
const [reasoningAt, answerAt, outputAt] = [judgementFields.indexOf('reasoning'), judgementFields.indexOf('answer'), judgementFields.indexOf('modifiedOutput')];

function isWhole(values) {
  return values[chunkCountAt] === 1 && values[chunkIndexAt] === 0;
}

/**
 * What is kept of an event for its decision: nothing that people wrote or were shown. Of reasoning it is what is wrong with it (or null), of an output a
 * digest, of content its digest if it has that.
 */
function keptOf(index, record, values, found) {
  if (record === 'ContentRecorded') {
    const digest = values[digestAt];
    values[digestAt] = isShown(index, hash('sha256', values[bytesAt]), digest, found) ? digest : null;
    // It stands first of what the rules look at; the rest was for this alone.
    return values.slice(0, digestAt + 1);
  } else if (record === 'JudgementSubmitted' || record === 'FirstJudgementSubmitted') {
    // Where an answer was given without the AI's output in sight, the answer is the output.
    const output = values[outputAt] ?? values[answerAt] ?? null;
    values[reasoningAt] = reasoningProblem(String(values[reasoningAt]));
    values[outputAt] = output === null ? null : hash('sha256', JSON.stringify(output));
    values[answerAt] = null;
  }
  return values;
}

/** Whether what was shown has the digest that it is named by. */
function isShown(index, computed, digest, found) {
  found.check('things that were shown, each against its digest');
  if (computed !== digest) found.find('presentation-changed', index, `content with the digest ${String(digest)}`, computed);
  return computed === digest;
}

// ---------- packages/evidence/src/rules/fact.ts

/** Of these the rules ask under which policy they were. */
const pinned = new Set(['DecisionAccepted', 'DecisionRouted']);

/** What a decision is known by. */
function decisionKey({ system, decisionId }) {
  return `${system}\n${decisionId}`;
}

/** A fact as it is put aside; `factOf` reads it. `values`: as `fieldsOf` names them. */
function factParts(index, row, values) {
  const { record, occurredAt, recordedAt, reviewer, policyVersion, system, decisionId } = row;
  return [index, record, occurredAt, recordedAt, reviewer, pinned.has(record) ? policyVersion : null, system, decisionId, ...(values ?? []).slice(kindAt)];
}

/** Reads what `factParts` wrote. */
function factOf(parts) {
  const [index, record, at, recordedAt, reviewer, policyVersion, system, decisionId, ...values] = parts;
  if (values.length === 0) return { index, record, at, recordedAt, reviewer, policyVersion, system, decisionId, value: null };
  const value = {};
  const names = fieldsOf(record);
  for (let place = 0; place < values.length; place += 1) value[names[kindAt + place] ?? ''] = values[place];
  return { index, record, at, recordedAt, reviewer, policyVersion, system, decisionId, value };
}

// ---------- packages/evidence/src/rules/rules.ts

/** Takes everything that was examined once, in the order of the log: what rules need to know beyond one decision, and what only that order shows. */
class Rules {
  #world;
  #facts;
  #presentations;
  #offsets = new Map();

  /** `facts`: what was shown in several records, and is whole, is put aside there. */
  constructor(world, facts) {
    [this.#world, this.#facts, this.#presentations] = [world, facts, new Presentations(world.found)];
  }

  add({ lines, partitions, world, shown, unread }) {
    if (unread) this.#world.unread = true;
    for (const each of world) this.#world.add(each);
    for (const { index, system, decisionId, event } of shown) {
      if (!this.#presentations.add(index, event)) continue;
      const row = { record: 'ContentRecorded', occurredAt: 0, recordedAt: 0, reviewer: null, policyVersion: null, system, decisionId };
      this.#facts.add(decisionKey(row), factParts(index, row, fieldsOf('ContentRecorded').map((name) => (name === 'kind' || name === 'digest' ? event[name] : null))));
    }
    const offsets = partitions.map((partition) => this.#offsets.get(partition) ?? -1);
    for (let at = 0; at < lines.length; at += lineFields) this.#checkOffset(lines[at] ?? 0, lines[at + 2] ?? NaN, lines[at + 3] ?? NaN, offsets, partitions);
    for (const [number, partition] of partitions.entries()) this.#offsets.set(partition, offsets[number] ?? -1);
  }

  /** On one partition of Kafka events have an order, and each stands once. */
  #checkOffset(index, offset, partition, offsets, names) {
    const before = offsets[partition];
    if (before === undefined) return;
    if (offset <= before) this.#world.found.find('rule-offset-order', index, `an offset after ${before} of ${names[partition]}`, String(offset));
    else offsets[partition] = offset;
  }
}

/** The rules are held in so many shares. */
const shareCount = 64;

/**
 * Into how many parts is sorted what is put aside. Of ten million records a part of facts has some hundred kilobytes: what becomes of them is gone before V8 takes
 * it for something that stays.
 */
const partCounts = { facts: 64 * shareCount, ids: shareCount };

/**
 * Goes through one share of the decisions. The time that a decision takes, and how its events are strewn over the log, make no difference. Gives the marks that
 * several event ids have: they may be the same.
 */
function checkShare(share, aside, all, world) {
  for (let part = share; part < partCounts.facts; part += shareCount) {
    const facts = aside.facts.part(part, all.facts).map(factOf).sort((a, b) => a.index - b.index);
    for (const decision of groupedBy(facts, decisionKey).values()) checkDecision(decision, world);
  }
  const marks = aside.ids.marks(share, all.ids);
  world.found.check('event ids, all different', marks.length);
  return [...new Set(marks.filter((mark, at) => mark === marks[at - 1]))];
}

// ---------- packages/evidence/src/rules/decision.ts

/** Holds everything that is on record of one decision against the rules. The facts are in the order of the log, in which those of one topic are in their own. */
function checkDecision(facts, world) {
  const { found } = world;
  const of = (record) => facts.filter((fact) => fact.record === record);
  const [accepted, acceptedAgain] = of('DecisionAccepted');
  const [routed] = of('DecisionRouted');
  const [resolved, ...resolvedAgain] = of('DecisionResolved');
  if (acceptedAgain !== undefined) found.find('rule-accepted-twice', acceptedAgain.index, 'one acceptance of a decision', `another one at index ${accepted?.index}`);
  if (accepted !== undefined) {
    found.check('decisions');
    world.checkPolicy(accepted.policyVersion, accepted.at, accepted.index, accepted.recordedAt);
    if (routed !== undefined && routed.policyVersion !== accepted.policyVersion) found.find('rule-policy', routed.index, `policy version ${accepted.policyVersion}, pinned when it was accepted`, String(routed.policyVersion));
  }
  for (const again of resolvedAgain) found.find('rule-verdict-twice', again.index, 'one verdict of a decision', `another one at index ${resolved?.index}`);
  checkTwoHats(facts, world);
  if (resolved !== undefined && accepted === undefined) world.absent('rule-verdict-unfounded', resolved.index, resolved.recordedAt, 'the acceptance of a decision with a verdict', 'none');
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
    if (other !== undefined) found.find('rule-two-hats', fact.index, 'one final judgement of a person on a decision', `another one of ${fact.reviewer} at index ${other.index}`);
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
  const place = resolved.index;
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
      if (/^(Task|Judgement|First)/.test(fact.record)) this.#world.absent('rule-judgement-unclaimed', fact.index, fact.recordedAt, 'the opening of a task that is worked', 'none');
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
    if (task.holder !== null && task.holder !== fact.reviewer) found.find('rule-judgement-unclaimed', fact.index, 'a claim on a task that nobody holds', `${task.holder} held it`);
    [task.holder, task.fence] = [fact.reviewer, Number(value['fence'])];
    this.#world.checkQualified(fact.reviewer ?? '', { queue: String(value['queue']), escalatedFrom: task.escalatedFrom, senior: task.senior }, fact.at, fact.index, fact.recordedAt);
  }

  /** What comes next is judged under the next fence. */
  #first(fact, task, value) {
    this.#checkGiven(fact, task, value);
    task.firsts.add(fact.reviewer ?? '');
    task.fence += 1;
  }

  #submit(fact, task, value) {
    this.#checkGiven(fact, task, value);
    if (task.form === 'first-judge-then-see' && !task.firsts.has(fact.reviewer ?? '')) this.#world.found.find('rule-first-answer', fact.index, `an answer of ${fact.reviewer} before anything of the AI was shown`, 'none');
    this.#submitted.set(value['judgementId'], { fact, taskId: value['taskId'], reviewer: fact.reviewer, withdrawn: false });
  }

  #checkGiven(fact, task, value) {
    const { found } = this.#world;
    const place = fact.index;
    found.check('judgements, each against its claim, presentation and reasoning');
    if (task.holder !== fact.reviewer || task.fence !== value['fence']) found.find('rule-judgement-unclaimed', place, `a live claim of ${fact.reviewer} under fence ${String(value['fence'])}`, task.holder === null ? 'nobody holds the task' : `${task.holder} holds it under fence ${task.fence}`);
    const digest = String(value['presentationDigest']);
    if (!task.presented.has(`${fact.reviewer} ${digest}`)) found.find('rule-judgement-unpresented', place, `the presentation ${digest}, painted for ${fact.reviewer} before`, 'none that was');
    else if (!this.#kept.has(digest)) this.#world.absent('rule-judgement-unpresented', place, fact.recordedAt, 'the presentation that a judgement rests on, whole and on record', `none with the digest ${digest}`);
    if (value['reasoning'] !== null) found.find('rule-reasoning', place, 'reasoning in words', JSON.stringify(value['reasoning']));
  }

  /** The task is the person's again, under a new fence. */
  #withdraw(task, value) {
    const submitted = this.#submitted.get(value['judgementId']);
    if (submitted !== undefined) submitted.withdrawn = true;
    task.fence = Number(value['fence']);
  }

  #finalise(fact, task, value) {
    const { found } = this.#world;
    const place = fact.index;
    const submitted = this.#submitted.get(value['judgementId']);
    found.check('final judgements');
    if (submitted === undefined || submitted.reviewer !== fact.reviewer || submitted.taskId !== value['taskId']) return found.find('rule-judgement-unsubmitted', place, `a judgement ${String(value['judgementId'])} that ${fact.reviewer} gave before`, 'none');
    if (submitted.withdrawn) return found.find('rule-judgement-unsubmitted', place, 'a judgement that stands', 'one that was taken back');
    const given = submitted.fact.value ?? {};
    if (Number(given['finalAt']) > fact.at) found.find('rule-judgement-unsubmitted', place, 'a judgement that can no longer be taken back', 'one inside its undo window');
    const decision = String(value['decision']);
    this.finals.push({ person: fact.reviewer ?? '', taskId: String(value['taskId']), kind: task.kind, seat: task.seat, decision, position: decision === 'modify' ? `modify ${String(given['modifiedOutput'])}` : decision, at: fact.at });
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
  const place = resolved.index;
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
  add(index, { bytes, chunkIndex, chunkCount, contentId, digest }) {
    const id = String(contentId);
    const open = chunkIndex === 0 ? { hash: createHash('sha256'), next: 0 } : this.#open.get(id);
    this.#open.delete(id);
    // One that does not come next leaves the whole without a digest: whoever judged by it is found to have judged by nothing.
    if (open === undefined || open.next !== chunkIndex) return false;
    open.hash.update(bytes);
    open.next += 1;
    if (open.next >= Number(chunkCount)) return isShown(index, open.hash.digest('hex'), digest, this.#found);
    this.#open.set(id, open);
    const [oldest] = this.#open.keys();
    if (this.#open.size > openMax && oldest !== undefined) {
      this.#open.delete(oldest);
      this.#found.skip('things that were shown in many chunks', `more than ${openMax} were open at once`);
    }
    return false;
  }
}

// ---------- packages/evidence/src/rules/draws.ts

/** Recomputes the draws of a decision, where the auditor has the keys: in which form its work was shown, and whether it was to be looked at again. */
function checkDraws(routed, selections, world) {
  const { found } = world;
  const { acceptedAt, formDraw, formKeyVersion, kind } = routed.value ?? {};
  if (world.keys.length === 0) return;
  const key = world.keyAt(Number(acceptedAt));
  const place = routed.index;
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
  const place = selected.index;
  const { purpose: given, draw: drawn, probability, keyVersion } = selected.value ?? {};
  if (given !== purpose || drawn !== draw || keyVersion !== version) found.find('rule-draw', place, `${purpose} with ${draw} under key ${version}`, `${String(given)} with ${String(drawn)} under key ${String(keyVersion)}`);
  else if (!(draw < Number(probability)) || (rate !== undefined && probability !== rate)) found.find('rule-draw', place, `a draw below the rate ${rate ?? 'of its policy'}`, `${draw} at the rate ${String(probability)}`);
}

// ---------- packages/evidence/src/rules/units.ts

/** Microseconds. */
const minuteUs = 60_000_000;

const dayUs = 86_400_000_000;

// ---------- packages/evidence/src/rules/world.ts

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
  #events = [];
  #people = new Map();
  #policies = new Map();
  #privacy;
  #commitments = [];

  constructor(complete, keys, found) {
    [this.complete, this.keys, this.found] = [complete, keys, found];
    this.#privacy = new Privacy(this);
  }

  /** A world that was told the same; what was found in telling is not found again. */
  static of({ complete, keys, endAt, unread, events }) {
    const world = new World(complete, keys, new Collector());
    for (const event of events) world.add(event);
    return Object.assign(world, { endAt, unread });
  }

  told() {
    const { complete, keys, endAt, unread } = this;
    return { complete, keys, endAt, unread, events: this.#events };
  }

  /** Takes in what is no part of a decision. */
  add(worldEvent) {
    this.#events.push(worldEvent);
    const { index, record, occurredAt: at, event } = worldEvent;
    switch (record) {
      case 'PersonChanged': {
        const { personId, active, available, roles, queues } = event;
        const states = this.#people.get(String(personId)) ?? [];
        states.push({ at, active: (active ?? available) === true, roles: textsOf(roles), queues: textsOf(queues) });
        this.#people.set(String(personId), states);
        return;
      }
      case 'PolicyProposed': {
        const policy = this.#policy(event);
        Object.assign(policy, { proposedBy: String(event['proposedBy']), proposedAt: at });
        policy.rates ??= ratesOf(String(event['text']));
        return;
      }
      case 'PolicyApproved': this.#policy(event).approvals.push({ by: String(event['approvedBy']), at }); return;
      case 'PolicyActivated': {
        const policy = this.#policy(event);
        if (at < policy.activatedAt) Object.assign(policy, { activatedAt: at, activation: index });
        policy.rates ??= ratesOf(String(event['text']));
        return;
      }
      case 'SamplingKeyChanged': this.#commitments.push({ version: String(event['keyVersion']), commitment: String(event['commitment']), validFrom: Number(event['validFrom']), at, index }); return;
      default: this.#privacy.add(worldEvent);
    }
  }

  /**
   * Something that another topic should have, and does not: a finding in a whole log, unless it may still be on its way; in a part of one it
   * cannot be known.
   */
  absent(code, index, recordedAt, expected, found) {
    if (this.unread) this.found.skip(expected, 'there are events that could not be read, and it may be among them');
    else if (!this.complete) this.found.skip(expected, 'the evidence is a part of the log, and it is not in it');
    else if (recordedAt > this.endAt - inFlightUs) this.found.note(expected, 'not there yet, within ten minutes of the end of the evidence');
    else this.found.find(code, index, expected, found);
  }

  /** Whether a version was proposed, approved by somebody else and activated, in this order, before an instant. */
  checkPolicy(version, at, index, recordedAt) {
    if (version === null || version === failClosedVersion) return;
    const policy = this.#policies.get(version);
    this.found.check('decisions, each under a policy version in force');
    if (policy === undefined || policy.activatedAt === Infinity) return this.absent('rule-policy', index, recordedAt, `an activation of policy version ${version}`, 'none');
    if (policy.activatedAt > at + skewUs) this.found.find('rule-policy', index, `a version activated before ${timeOf(at)}`, `${version}, first activated at ${timeOf(policy.activatedAt)}`);
  }

  /** Whether somebody was entered, active and qualified for a queue when they claimed; a senior where the work asks for one. */
  checkQualified(person, work, at, index, recordedAt) {
    const states = this.#people.get(person);
    this.found.check('claims, each by somebody qualified');
    if (states === undefined) return this.absent('rule-unqualified', index, recordedAt, `the entry of ${person} in the register`, 'none');
    const ordered = states.map((state, number) => ({ ...state, until: states[number + 1]?.at ?? Infinity }));
    const then = ordered.filter((state) => state.at <= at + skewUs && state.until >= at - staleUs);
    if (then.some((state) => state.active && mayWork(state, work))) return;
    const known = then.at(-1);
    this.found.find('rule-unqualified', index, `somebody active and qualified for ${work.queue}${work.senior ? ', a senior' : ''}`, known === undefined ? `${person}, who was entered later` : `${person}: ${known.active ? 'active' : 'not active'}, ${known.roles.join(' ')}; ${known.queues.join(' ')}`);
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
      if (known === undefined) { this.absent('rule-sampling-key', null, 0, `a commitment to sampling key ${version}`, 'none'); continue; }
      this.found.check('sampling keys, each against its commitment');
      if (known.commitment !== hash('sha256', key) || known.validFrom !== validFrom) this.found.find('rule-sampling-key', known.index, `key ${version} with digest ${known.commitment} from ${timeOf(known.validFrom)}`, 'another key, or another start');
    }
    for (const { version, at, validFrom, index } of this.#commitments) if (at > firstAt && validFrom < at + keyLeadUs) this.found.find('rule-sampling-key', index, `a commitment ten minutes before key ${version} starts`, timeOf(at));
  }

  /** Whether somebody was an active privacy officer at an instant, or at some time before; null where the register has nothing of them until then. */
  wasOfficer(person, at, earlier) {
    const states = (this.#people.get(person) ?? []).filter((state) => state.at <= at + skewUs);
    const then = states.filter((_, number) => earlier || (states[number + 1]?.at ?? Infinity) >= at - staleUs);
    return states.length === 0 ? null : then.some(({ active, roles }) => active && roles.includes('privacy-officer'));
  }

  /** Of rows that are gone, those whose retention did not end. */
  unexplained(gone, evidence) {
    return this.#privacy.unexplained(gone, evidence);
  }

  /** What needs everything to have been read. */
  finish() {
    for (const [version, policy] of this.#policies) if (policy.activatedAt < Infinity) this.#checkApproval(version, policy);
    this.#checkKeys();
    this.#privacy.finish();
  }

  /** The key valid at an instant. */
  keyAt(at) {
    return this.keys.findLast(({ validFrom }) => validFrom <= at);
  }

  #policy(event) {
    const version = String(event['version']);
    const policy = this.#policies.get(version) ?? { proposedBy: null, proposedAt: Infinity, approvals: [], activatedAt: Infinity, activation: 0, rates: null };
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

// ---------- packages/evidence/src/rules/privacy.ts

/** What may be taken out of the log: content by erasure, rows by the end of their retention. Both need two people, and are on the log. */
class Privacy {
  #world;
  #requests = new Map();
  #approved = new Set();
  #erased = new Map();
  #retention;
  /** What is told once everything was read: how near the end it stands is not known before. */
  #missing = [];

  constructor(world) {
    this.#world = world;
    this.#retention = new Retention(world);
  }

  add(worldEvent) {
    const { record, actor, event, index, recordedAt } = worldEvent;
    switch (record) {
      case 'ErasureRequested': this.#requests.set(event['erasureId'], actor); return;
      case 'ErasureApproved': return this.#approve(worldEvent);
      case 'DecisionErased': if (!this.#erased.has(event['erasureId'])) this.#erased.set(event['erasureId'], { index, recordedAt }); return;
      case 'LegalHoldLifted': return this.#byTwo(actor, event['askedBy'], index, 'legal holds lifted, each by two people');
      case 'RetentionRuleChanged': this.#retention.addRule(worldEvent); return this.#byTwo(actor, event['askedBy'], index, 'retention rules, each by two people');
      case 'RetentionApplied': return this.#retention.addEnd(worldEvent);
      default:
    }
  }

  /** Of rows that are gone, those whose retention did not end. */
  unexplained(gone, evidence) {
    return this.#retention.unexplained(gone, evidence);
  }

  finish() {
    for (const tell of this.#missing) tell();
    this.#retention.checkRules();
    for (const [erasureId, { index, recordedAt }] of this.#erased) {
      this.#world.found.check('erasures, each approved by a second person');
      if (!this.#approved.has(erasureId)) this.#world.absent('rule-erasure', index, recordedAt, `an approval of the erasure ${String(erasureId)}`, 'none');
    }
  }

  #approve({ index, actor, recordedAt, event }) {
    const { erasureId, requestedBy } = event;
    this.#approved.add(erasureId);
    this.#byTwo(actor, requestedBy, index, 'approvals of erasures, each by a second person');
    if (this.#requests.get(erasureId) !== requestedBy) this.#absent(index, recordedAt, `a request of the erasure ${String(erasureId)} by ${String(requestedBy)}`);
  }

  #absent(index, recordedAt, expected) {
    this.#missing.push(() => this.#world.absent('rule-erasure', index, recordedAt, expected, 'none'));
  }

  #byTwo(actor, other, index, what) {
    this.#world.found.check(what);
    if (actor === null || typeof other !== 'string' || actor === other) this.#world.found.find('rule-erasure', index, 'two people', `${actor} and ${String(other)}`);
  }
}

// ---------- packages/evidence/src/rules/retention.ts

/** The rule for what belongs to no type, and for types without one. */
const everythingElse = '*';

/** Ends of retention: each by the rules of two privacy officers that were in force, of the types that were recorded, and of as many rows as it says. */
class Retention {
  #world;
  #rules = [];
  #ends = [];

  constructor(world) {
    this.#world = world;
  }

  addRule({ index, recordedAt, occurredAt: at, actor: by, event: { decisionType, keepDays, askedBy } }) {
    this.#rules.push({ at, type: String(decisionType), days: typeof keepDays === 'number' ? keepDays : Infinity, index, recordedAt, by, askedBy: String(askedBy) });
  }

  addEnd({ index, recordedAt, occurredAt: at, event }) {
    const { day, firstIndex, lastIndex, ruleDays, records, decisionTypes } = event;
    const [first, last] = typeof firstIndex === 'number' && typeof lastIndex === 'number' ? [firstIndex, lastIndex] : [0, -1];
    const types = Array.isArray(decisionTypes) ? decisionTypes.map(String) : [];
    this.#ends.push({ index, recordedAt, at, name: String(day), day: Math.floor((Date.parse(String(day)) * 1000) / dayUs), first, last, ruleDays: Number(ruleDays), records: Number(records), types, certain: 0, possible: 0 });
  }

  /** Whether each rule is by two people whom the register has as privacy officers: who agreed then, who asked at some time before. */
  checkRules() {
    for (const { at, index, recordedAt, by, askedBy } of this.#rules) {
      for (const [person, earlier] of [[by ?? '', false], [askedBy, true]]) {
        const officer = this.#world.wasOfficer(person, at, earlier);
        if (officer === null) this.#world.absent('rule-erasure', index, recordedAt, `the entry of ${person} in the register`, 'none');
        else if (!officer) this.#world.found.find('rule-erasure', index, 'a rule of two privacy officers', `${person}, who was none`);
      }
    }
  }

  /** Of rows that are gone, those whose retention did not end. Once everything was read. */
  unexplained({ runs, types }, evidence) {
    const rules = this.#rules.toSorted((a, b) => a.at - b.at);
    const ends = this.#ends.filter((end) => this.#isSound(end, rules, types.get(end.day)));
    const pieces = runs.flatMap((run) => piecesOf(run, ends));
    for (const piece of pieces) for (const end of piece.ends) end[piece.ends.length === 1 ? 'certain' : 'possible'] += piece.last - piece.first + 1;
    const counted = new Set(ends.filter((end) => this.#isCounted(end, evidence)));
    for (const { ends: own, known, first, last } of pieces) {
      if (!known && own.some((end) => counted.has(end))) this.#world.found.skip('what rows that are gone were', 'the evidence does not say it, so that neither their day nor their type can be held against the rule', last - first + 1);
    }
    return pieces.filter((piece) => !piece.ends.some((end) => counted.has(end)));
  }

  /** Whether the time of everything that it names was over, and of what is known to have gone that day. */
  #isSound({ index, recordedAt, at, name, day, ruleDays, types }, rules, gone = new Set()) {
    const { found, complete } = this.#world;
    found.check('ends of retention');
    if (!((day + ruleDays + 1) * dayUs <= at)) {
      found.find('rule-erasure', index, `records of ${name} for ${ruleDays} days`, 'their end before');
      return false;
    }
    const all = new Set([...types, ...gone]);
    const now = longestOf(all, rules.filter((rule) => rule.at <= at));
    // A rule may have been changed while the day was looked at.
    const before = longestOf(all, rules.filter((rule) => rule.at <= at - minuteUs));
    if (now === null || (!complete && Math.min(now, before ?? now) > ruleDays)) {
      this.#world.absent('rule-erasure', index, recordedAt, 'a rule by two people that retention follows', 'none');
      return true;
    }
    const days = Math.min(now, before ?? now);
    if (days > ruleDays) found.find('rule-erasure', index, `records of ${name} ${days === Infinity ? 'for ever' : `for ${days} days`}, as the rules of their types say`, `their end after ${ruleDays}`);
    return days <= ruleDays;
  }

  #isCounted({ index, name, first, last, records, certain, possible }, evidence) {
    const { found } = this.#world;
    const gone = certain + possible;
    if (gone === 0) return true;
    if (evidence === null || first < evidence.first || last > evidence.last) {
      found.skip('rows that are gone, as many as their end of retention says', 'the evidence has a part of their day');
      return true;
    }
    if (certain > records || gone < records) found.find('rule-erasure', index, `${records} rows of ${name} gone, as its end of retention says`, `${gone}`);
    return certain <= records && records <= gone;
  }
}

/** The longest rule of some types, in days; null where one of them has none that is known. `rules`: ascending. */
function longestOf(types, rules) {
  const inForce = new Map(rules.map(({ type, days }) => [type, days]));
  const others = inForce.get(everythingElse);
  const days = (types.size === 0 ? [null] : [...types]).map((type) => (type === null ? others : (inForce.get(type) ?? others)));
  return days.some((each) => each === undefined) ? null : Math.max(...days.map(Number));
}

/** A run, cut where what may explain it begins and ends. */
function piecesOf({ first, last, day, known }, ends) {
  const own = ends.filter((end) => end.first <= last && end.last >= first && (Number.isNaN(day) || end.day === day));
  const cuts = [...new Set([first, ...own.flatMap((end) => [end.first, end.last + 1])])].filter((at) => at >= first && at <= last).sort((a, b) => a - b);
  return cuts.map((from, at) => {
    const to = (cuts[at + 1] ?? last + 1) - 1;
    return { first: from, last: to, day, known, ends: own.filter((end) => end.first <= from && end.last >= to) };
  });
}

// ========== Three: how it runs

// ---------- packages/evidence/src/verify/spool.ts

/** More than this of a part goes to a file: memory does not grow with the evidence. */
const keptBytesMax = 4096;

const keptBytesMin = 512;
/** Bytes of UTF-8 that one unit of a string can take. */
const unitBytesMax = 3;

/** Each piece in a file ends with where the one of its part before it begins, and how many bytes that has: two numbers of 8 bytes. So nobody keeps a list of them. */
const linkBytes = 16;

/**
 * Values put aside, to be read back by their key: so that a rule may look at everything there is on a decision, however far apart it stands in the log, without
 * keeping state for all of them at once. Each thread writes to a file of its own, and any of them reads what all wrote. MUST be disposed of; its file
 * holds what was disclosed, and whoever made its folder MUST remove that.
 */
class Spool {
  #path;
  #parts;
  #files = new Map();
  /** What is read of a piece. */
  #space = Buffer.alloc(0);
  #end = 0;

  /** `path`: of a file that is not there yet; it is made when it is needed. `partCount`: what is put aside is sorted into so many parts. */
  constructor(path, partCount) {
    this.#path = path;
    this.#parts = Array.from({ length: partCount }, () => ({ bytes: Buffer.alloc(0), used: 0, at: 0, size: 0 }));
  }

  /** All values of a key come back together. */
  add(key, values) {
    const [part, text] = [hashOf(key) % this.#parts.length, `${JSON.stringify(values)},`];
    const bytesMax = text.length * unitBytesMax;
    if (bytesMax + linkBytes > keptBytesMax) return this.#write(this.#partAt(part), Buffer.concat([Buffer.from(text), Buffer.alloc(linkBytes)]));
    const kept = this.#roomIn(part, bytesMax);
    kept.used += kept.bytes.write(text, kept.used);
  }

  /** A number, of which only its likes matter. */
  addMark(mark) {
    const kept = this.#roomIn(mark % this.#parts.length, Float64Array.BYTES_PER_ELEMENT);
    kept.used = kept.bytes.writeDoubleLE(mark, kept.used);
  }

  /** Writes down what is kept, for others to read. */
  flush() {
    for (const part of this.#parts) this.#flushPart(part);
    return { path: this.#path, last: Float64Array.from(this.#parts.flatMap(({ at, size }) => [at, size])) };
  }

  /** The values of a part, in any order: what was handed over, or, if nothing was, what this one has itself. */
  part(part, all) {
    const values = [];
    // Piece by piece: the text of a whole part would lie outside of what V8 collects often, and grow with the evidence.
    for (const piece of this.#piecesOf(part, all)) for (const value of JSON.parse(`[${piece.toString('utf8', 0, piece.length - 1)}]`)) values.push(value);
    return values;
  }

  /** The marks of a part, ascending. */
  marks(part, all) {
    const pieces = Array.from(this.#piecesOf(part, all), (piece) => Uint8Array.from(piece));
    return new Float64Array(Uint8Array.from(Buffer.concat(pieces)).buffer).sort();
  }

  [Symbol.dispose]() {
    for (const file of this.#files.values()) closeSync(file);
    this.#files.clear();
  }

  #partAt(part) {
    const kept = this.#parts[part];
    if (kept === undefined) throw new RangeError(`There is no part ${part}.`);
    return kept;
  }

  /** Whole values each; a piece is gone with the next. */
  *#piecesOf(part, all) {
    for (const { path, last } of all) yield* this.#read(path, last[2 * part] ?? 0, last[2 * part + 1] ?? 0);
    if (all.length > 0) return;
    const { bytes, used, at, size } = this.#partAt(part);
    yield* this.#read(this.#path, at, size);
    if (used > 0) yield bytes.subarray(0, used);
  }

  /** A part with room for so many bytes more. */
  #roomIn(part, bytesMax) {
    const kept = this.#partAt(part);
    if (kept.used + bytesMax + linkBytes > keptBytesMax) this.#flushPart(kept);
    const needed = kept.used + bytesMax + linkBytes;
    if (needed > kept.bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.min(keptBytesMax, Math.max(keptBytesMin, 2 * needed)));
      kept.bytes.copy(grown, 0, 0, kept.used);
      kept.bytes = grown;
    }
    return kept;
  }

  #flushPart(part) {
    if (part.used === 0) return;
    this.#write(part, part.bytes.subarray(0, part.used + linkBytes));
    part.used = 0;
  }

  /** `bytes` has room for the link at its end. */
  #write(part, bytes) {
    bytes.writeDoubleLE(part.at, bytes.length - linkBytes);
    bytes.writeDoubleLE(part.size, bytes.length - linkBytes / 2);
    try {
      const file = this.#open(this.#path, 'wx+');
      for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, this.#end + done);
    } catch (error) {
      throw temporaryProblem(this.#path, error);
    }
    [part.at, part.size] = [this.#end, bytes.length];
    this.#end += bytes.length;
  }

  /** Reads the pieces of a part, the last one first. */
  *#read(path, at, size) {
    while (size > 0) {
      if (this.#space.length < size) this.#space = Buffer.allocUnsafeSlow(size);
      const piece = this.#space.subarray(0, size);
      if (!fillFrom(this.#open(path, 'r'), at, piece)) throw new Error(`${path} became shorter while it was read.`);
      yield piece.subarray(0, size - linkBytes);
      [at, size] = [piece.readDoubleLE(size - linkBytes), piece.readDoubleLE(size - linkBytes / 2)];
    }
  }

  #open(path, flags) {
    const file = this.#files.get(path) ?? openSync(path, flags, 0o600);
    this.#files.set(path, file);
    return file;
  }
}

/** What is wrong with the temporary folder, and what to do: no fault of the evidence. */
function temporaryProblem(path, error) {
  return new Error(`${path} cannot be written (${String(error).replace(/^Error: /, '')}). Set TMPDIR to a folder with room for some 200 bytes a record.`, { cause: error });
}

/** A number of 53 bits for a text; two texts may have the same. */
function markOf(text) {
  let [low, high] = [0x811c9dc5, 0x5bd1e995];
  for (let at = 0; at < text.length; at += 1) {
    low = Math.imul(low ^ text.charCodeAt(at), 0x01000193);
    high = Math.imul(high ^ text.charCodeAt(at), 0x85ebca6b) ^ (high >>> 15);
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}

/** FNV-1a, without a sign. Whoever chooses their keys to crowd one part makes it slower, not wrong. */
function hashOf(key) {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

// ---------- packages/evidence/src/verify/threads.ts

/** More would wait for what one thread alone can do. */
const threadsMax = 4;

/** Each has one piece at work and one that waits, so that memory does not grow. */
const piecesAhead = 2;

/** Enough that what some lines leave behind is gone before it is kept, and no more: with more it is hardly faster, and takes more memory. */
const youngMb = 24;

/** What is shorter is done before a thread has begun. */
const filesMin = 8;

/**
 * What can be done piece by piece, and then share by share. Of a large bundle pieces and shares go to several threads in turn, and what comes of them comes in order: it
 * is the same whatever their number and pace. `threads`: how many; unsaid, as many as there are processors, where it pays.
 */
class Crew {
  #source;
  #folder = temporaryFolder();
  #threads;
  #own;

  constructor(source, threads) {
    const { recordFiles = [], schemas } = source;
    const wanted = threads ?? (recordFiles.length < filesMin ? 1 : Math.min(availableParallelism(), threadsMax));
    const count = wanted > 1 ? wanted : 0;
    const placeOf = (number) => ({ schemas, folder: this.#folder, number });
    this.#source = source;
    this.#threads = Array.from({ length: count }, (_, number) => new Thread(placeOf(number)));
    this.#own = new Hand(placeOf(count));
  }

  /** Where whoever has all pieces together puts something aside. */
  get aside() {
    return this.#own.aside;
  }

  async *examineAll() {
    if (this.#threads.length > 0) yield* this.#inTurn((this.#source.recordFiles ?? []).map((file) => ({ file })));
    // A copy, as from another thread: what is kept of it does not keep the piece.
    else for await (const bytes of this.#source.records()) yield structuredClone(this.#own.examine(bytes));
  }

  /** Holds everything that was put aside against the rules. */
  async *checkAll(world) {
    const shares = Array.from({ length: shareCount }, (_, share) => share);
    if (this.#threads.length > 0) {
      const flushed = [this.#own.flush(), ...(await this.#askAll({ flush: true }))];
      await this.#askAll({ world: world.told(), all: { facts: flushed.map(({ facts }) => facts), ids: flushed.map(({ ids }) => ids) } });
      yield* this.#inTurn(shares.map((share) => ({ share })));
    } else {
      this.#own.learn(world.told(), { facts: [], ids: [] });
      for (const share of shares) yield this.#own.check(share);
    }
  }

  async end() {
    await Promise.all(this.#threads.map(async (thread) => await thread.end()));
    this.#own[Symbol.dispose]();
    rmSync(this.#folder, { recursive: true });
  }

  async #askAll(task) {
    return await Promise.all(this.#threads.map(async (thread) => await thread.ask(task)));
  }

  async *#inTurn(tasks) {
    const asked = [];
    for (const [number, task] of tasks.entries()) {
      asked.push(this.#threads[number % this.#threads.length]?.ask(task) ?? Promise.reject(new Error('There is no thread.')));
      if (asked.length >= this.#threads.length * piecesAhead) yield (await asked.shift());
    }
    for (const next of asked) yield (await next);
  }
}

function temporaryFolder() {
  try {
    return mkdtempSync(join(tmpdir(), 'countersign-verify-'));
  } catch (error) {
    throw temporaryProblem(tmpdir(), error);
  }
}

/** Does the work, in whichever thread. */
class Hand {
  #examiner;
  aside;
  #known = null;

  constructor({ schemas, folder, number }) {
    this.aside = { facts: new Spool(join(folder, `facts-${number}`), partCounts.facts), ids: new Spool(join(folder, `ids-${number}`), partCounts.ids) };
    this.#examiner = new Examiner(schemas, this.aside);
  }

  examine(bytes) {
    return this.#examiner.examine(bytes);
  }

  flush() {
    return { facts: this.aside.facts.flush(), ids: this.aside.ids.flush() };
  }

  /** `all`: what others put aside too; nothing where there are none. */
  learn(told, all) {
    this.#known = { world: World.of(told), all };
  }

  check(share) {
    const found = new Collector();
    if (this.#known === null) throw new Error('Shares are checked once everything was examined.');
    const { world, all } = this.#known;
    world.found = found;
    return { found, alike: checkShare(share, this.aside, all, world) };
  }

  [Symbol.dispose]() {
    this.aside.facts[Symbol.dispose]();
    this.aside.ids[Symbol.dispose]();
  }
}

/** A thread with a hand of its own, which answers in the order in which it is asked. */
class Thread {
  #worker;
  #waiting = [];

  constructor(place) {
    this.#worker = new Worker(new URL(import.meta.url), { workerData: { place }, resourceLimits: { maxYoungGenerationSizeMb: youngMb } });
    this.#worker.on('message', (answer) => this.#waiting.shift()?.resolve(answer));
    this.#worker.on('error', (error) => { for (const each of this.#waiting.splice(0)) each.reject(error); });
  }

  ask(task) {
    const answer = new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
    // Whoever asked may be gone when an answer fails.
    answer.catch(() => undefined);
    this.#worker.postMessage(task);
    return answer;
  }

  async end() {
    await this.#worker.terminate();
  }
}

const { place } = (workerData ?? {});
if (parentPort !== null && place !== undefined) {
  const [port, hand] = [parentPort, new Hand(place)];
  // Nothing that is examined keeps its bytes.
  const space = Buffer.allocUnsafeSlow(2 * chunkBytes);
  port.on('message', (task) => {
    if ('share' in task) return port.postMessage(hand.check(task.share));
    if ('flush' in task) return port.postMessage(hand.flush());
    if ('world' in task) return port.postMessage(hand.learn(task.world, task.all));
    const examined = hand.examine(readStretch(task.file, space));
    port.postMessage(examined, [examined.lines.buffer, examined.leaves.buffer]);
  });
}

// ---------- packages/evidence/src/command.ts

/** 0: everything was checked and nothing found. 1: something was found. 2: nothing was found, and not everything could be checked. 3: there was nothing to check. */
const exitCodes = { verified: 0, findings: 1, incomplete: 2, unreadable: 3 };

const usage = `Usage: node countersign-verify.mjs BUNDLE --key FILE|KEY
  BUNDLE                 a bundle, as it was exported
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
    return await verifyAndReport(openBundle(path), { key, checkpoints, origin, json, witnessKey: values['witness-key'], samplingKeys: values['sampling-keys'] });
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
  const files = checkpoints.map(notesIn);
  const held = { *[Symbol.iterator]() { for (const notes of files) yield* notes; } };
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
  return [...new Set(lines)].map((line) => {
    const key = parseVerifierKey(line);
    if (key === null) throw new BundleError(`${line} is neither a file nor a verifier key (NAME+ID+KEY).`);
    if (key.type !== type) throw new BundleError(`${line} is a key for ${key.type} signatures; one for ${type} is needed.`);
    return key;
  });
}

// ---------- packages/evidence/src/script.ts

// Its other threads read along (verify/threads.ts).
if (isMainThread) process.exitCode = await verifyCommand(process.argv.slice(2));
