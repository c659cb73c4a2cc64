#!/usr/bin/env node
// Verifies evidence of a Countersign audit log, plainly: 1,439 lines that can be read in about an hour, from verifyPlainly on. It checks what countersign-verify.mjs checks, and was
// written apart from it: that one is fast, and takes evidence of any size; this one reads a bundle whole into memory. Both must say the same of any bundle. Generated from
// packages/evidence/src/plain: types are stripped, comments stay. It needs Node.js 20.12 or newer, no other package and no network.
//
//   node countersign-verify-plain.mjs BUNDLE.tar --key KEYS.pub [--checkpoints FILE] [--witness-key FILE] [--sampling-keys FILE]
//
// Exit codes: 0 everything was checked and nothing found, 1 something was found, 2 nothing was found and not everything could be checked, 3 nothing could be read.
//
// First, 539 lines: signatures, the tree of RFC 9162, and each record's place in it. Then 696: payloads, events and rules. The last 204 are sentences and lists.
//
// Copyright the authors of Countersign. Licensed under the Apache License, Version 2.0.

import { createDecipheriv, createHash, createHmac, createPublicKey, hash, verify } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';

// ========== The bytes: nothing was changed since it was signed

// ---------- packages/evidence/src/plain/verify.ts

/** Checks all that a bundle can show, from the outside to the inside: what was signed, what stands in the tree, each record, what it says, and the rules. */
function verifyPlainly(bundle, trusted, keys) {
  const report = new PlainReport();
  try {
    const heads = checkHeads(bundle, trusted, report);
    const lines = bundle.records();
    checkLeaves(bundle, lines, heads, report);
    // Of a row that is not what it was, nothing else can be said.
    const sound = lines.filter(isSound);
    const latest = checkInstants(sound, heads, report);
    checkOrder(sound, report);
    const { events, isAllRead } = readEvents(sound, bundle.schemas, report);
    const shown = checkShown(events, report);
    const world = new Surroundings(events, keys, { isWhole: bundle.kind === 'range' && bundle.first === 0, isAllRead, latest }, report);
    world.checkAll();
    const decisions = new Map();
    for (const event of events.filter(isOfDecision)) {
      const own = decisions.get(placeOf(event.row));
      if (own === undefined) decisions.set(placeOf(event.row), [event]);
      else own.push(event);
    }
    for (const [place, own] of decisions) checkOneDecision(own, shown.get(place) ?? new Set(), world);
    // What a selection, or a part, ends with is not the end of the log.
    const endsAt = bundle.kind === 'selection' || bundle.closing !== undefined ? Infinity : bundle.first + lines.length;
    checkRows(lines, endsAt, (gone, takenOut) => unexplained(gone, takenOut, world, bundle.kind === 'selection' ? null : { first: bundle.first, last: bundle.first + lines.length - 1 }), report);
    if (keys.length === 0) report.note('draws of samples and forms', 'no sampling keys were given (--sampling-keys)');
    const rows = new Map(lines.map(({ index, record, logged }) => [index, record ?? logged]));
    for (const each of report.found) {
      const row = rows.get(each.index ?? -1);
      const decision = row?.decisionId == null ? '' : `, decision ${row.system}/${row.decisionId}`;
      if (each.index !== null) each.place = `index ${each.index}${row == null ? '' : `, ${row.record}, event ${row.eventId}`}${decision}`;
    }
  } catch (error) {
    if (!(error instanceof Damaged)) throw error;
    report.find('bundle-damaged', null, 'a bundle in its format', error.message);
  }
  return report;
}

// ---------- packages/evidence/src/plain/bundle.ts

/** Opens a bundle: a tar with manifest.json, schemas.json, end.json, and files of lines. Throws `Damaged` for what is none. */
function readBundle(tar) {
  const files = filesOf(tar);
  const manifest = objectIn(files, 'manifest.json');
  if (manifest['format'] !== 'countersign-bundle/v1') throw new Damaged(`The bundle is of the format ${String(manifest['format'])}; this verifier reads countersign-bundle/v1.`);
  const { kind, origin, first, last, madeAt, frontier = [], closing } = manifest;
  if ((kind !== 'range' && kind !== 'selection') || typeof origin !== 'string' || !isCounted(first) || !Number.isSafeInteger(last) || Number(last) < first - 1)
    throw new Damaged('manifest.json does not say of which log, of which kind, or from where to where the bundle is.');
  const [checkpoints, records] = [filesUnder(files, 'checkpoints/'), filesUnder(files, 'records/')];
  return {
    kind, origin, first, last: Number(last), madeAt: String(madeAt), frontier, closing, schemas: objectIn(files, 'schemas.json'), end: files.has('end.json') ? objectIn(files, 'end.json') : null,
    checkpoints: () => checkpoints.flatMap(linesOf).map(objectOfText),
    records: () => records.flatMap(linesOf).map(objectOfText).map(lineOf),
  };
}

/** Files by name (POSIX.1-2017, pax, "ustar Interchange Format"): a header of 512 bytes with name and size, and what it is of, filled up to 512 bytes. */
function filesOf(tar) {
  const files = new Map();
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const [name = ''] = tar.toString('latin1', at, at + 100).split('\0');
    const size = tar.toString('latin1', at + 124, at + 135);
    if (!/^[0-7]{11}$/.test(size)) throw new Damaged('This is no bundle: it is no tar, or damaged.');
    const [from, bytes] = [at + 512, Number.parseInt(size, 8)];
    if (from + bytes > tar.length) throw new Damaged(`The bundle is cut off within ${name}.`);
    if (files.has(name)) throw new Damaged(`The bundle has two files ${name}.`);
    files.set(name, tar.subarray(from, from + bytes));
    at = from + Math.ceil(bytes / 512) * 512;
  }
  return files;
}

/** Files of lines are numbered from 0 without a gap: records/000000.jsonl. */
function filesUnder(files, folder) {
  const names = [...files.keys()].filter((name) => name.startsWith(folder) && name.endsWith('.jsonl'));
  return names.map((_, number) => fileNamed(files, `${folder}${String(number).padStart(6, '0')}.jsonl`));
}

function fileNamed(files, name) {
  const file = files.get(name);
  if (file === undefined) throw new Damaged(`The bundle has no ${name}.`);
  return file;
}

function objectIn(files, name) {
  const value = objectOfText(fileNamed(files, name).toString('utf8'));
  if (Array.isArray(value)) throw new Damaged(`${name} is no JSON object.`);
  return value;
}

function linesOf(file) {
  const lines = file.toString('utf8').split('\n');
  if (lines.pop() !== '') throw new Damaged('A file ends within a line.');
  return lines;
}

function objectOfText(text) {
  try {
    const value = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Told below.
  }
  throw new Damaged(`This is no JSON object: ${text.slice(0, 100)}`);
}

function lineOf({ index, key = null, leaf, logged = null, payload, proof, record }) {
  const sound = isCounted(index) && isTextOrNull(key) && typeof leaf === 'string' && Buffer.from(leaf, 'base64').length === 32 && isTextOrNull(payload) && (record === null || isRow(record)) && (logged === null || isRow(logged));
  if (!sound) throw new Damaged(`This is no line of records: ${JSON.stringify({ index, leaf, record }).slice(0, 200)}`);
  return { index, key, leaf, logged, payload, proof, record };
}

function isRow(value) {
  const row = (value ?? {});
  const has = (names, fits) => names.split(' ').every((name) => fits(row[name]));
  return has('actor decisionId decisionType kind payloadSha256 policyVersion reviewer system valueDigest', isTextOrNull) && has('eventId record topic', (member) => typeof member === 'string') &&
    has('occurredAt offset partition recordedAt', Number.isSafeInteger) && has('publishedAt', (member) => Number.isSafeInteger(member ?? 0)) && has('payload', (member) => member === 'plain' || member === 'sealed' || member === 'erased');
}

function isTextOrNull(value) {
  return value === null || typeof value === 'string';
}

function isCounted(value) {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** The bytes; null unless the text is exactly how they are written in base64. */
function base64(text) {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'base64') : null;
  return bytes?.toString('base64') === text ? bytes : null;
}

// ---------- packages/evidence/src/plain/merkle.ts

/** SHA-256. */
function sha256(...parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/**
 * The hash of a record's leaf, SHA-256(0x00 || record) (RFC 9162, section 2.1.1; RFC 6962 has the same), in base64. The record is in its one canonical form
 * (RFC 8785), which for these members is JSON with their names in the order of the alphabet.
 */
function leafHash(row) {
  const names = 'actor decisionId decisionType eventId kind occurredAt offset partition payload payloadSha256 policyVersion publishedAt record recordedAt reviewer system topic valueDigest'.split(' ');
  return sha256('\0', JSON.stringify(row, names)).toString('base64');
}

/** The hash of an inner node: SHA-256(0x01 || left || right). */
function nodeHash(left, right) {
  return sha256('\x01', left, right);
}

function isSame(one, other) {
  return Buffer.compare(one, other) === 0;
}

/** A tree that grows to the right: what is kept are the roots of the perfect trees that it is made of, one for each bit that is set in its size. */
class GrowingTree {
  size;
  #perfect;

  constructor(size, perfect) {
    [this.size, this.#perfect] = [size, [...perfect]];
  }

  add(leaf) {
    this.#perfect.push(leaf);
    this.size += 1;
    for (let rest = this.size; rest % 2 === 0; rest /= 2) {
      const right = this.#perfect.pop() ?? leaf;
      this.#perfect.push(nodeHash(this.#perfect.pop() ?? leaf, right));
    }
  }

  root() {
    const [last, ...before] = [...this.#perfect].reverse();
    return last === undefined ? sha256() : before.reduce((right, left) => nodeHash(left, right), last);
  }
}

/** Whether a leaf has its place in a tree: the steps of RFC 9162, section 2.1.3.2. */
function isInTree(leaf, index, size, root, path) {
  if (index >= size) return false;
  let [fn, sn, r] = [index, size - 1, leaf];
  for (const p of path) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      r = nodeHash(p, r);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else r = nodeHash(r, p);
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && isSame(r, root);
}

/** Whether a tree begins with a smaller one: the steps of RFC 9162, section 2.1.4.2. */
function beginsWith(first, second, path) {
  if (first.size === 0) return path.length === 0 && isSame(first.root, sha256());
  if (first.size === second.size) return path.length === 0 && isSame(first.root, second.root);
  if (first.size > second.size || path.length === 0) return false;
  const isPerfect = Number.isInteger(Math.log2(first.size));
  const [start, ...rest] = isPerfect ? [first.root, ...path] : path;
  let [fn, sn] = [first.size - 1, second.size - 1];
  while (fn % 2 === 1) [fn, sn] = [half(fn), half(sn)];
  let [fr, sr] = [start ?? first.root, start ?? first.root];
  for (const c of rest) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      [fr, sr] = [nodeHash(c, fr), nodeHash(c, sr)];
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else sr = nodeHash(sr, c);
    [fn, sn] = [half(fn), half(sn)];
  }
  return isSame(fr, first.root) && isSame(sr, second.root) && sn === 0;
}

function half(value) {
  return Math.floor(value / 2);
}

/** A list of hashes in base64; null for anything else. No proof has more than two for each bit of a size. */
function hashList(value) {
  if (!Array.isArray(value) || value.length > 106) return null;
  const hashes = value.map(base64);
  return hashes.every((hash) => hash?.length === 32) ? (hashes) : null;
}

// ---------- packages/evidence/src/plain/checkpoints.ts

/** Every checkpoint is signed by the log, each is how the next one begins, and those that the auditor kept do not contradict them. */
function checkHeads(bundle, trusted, report) {
  const own = [];
  const lines = bundle.checkpoints();
  let before = null;
  for (const [number, { checkpoint, consistency }] of lines.entries()) {
    const proof = hashList(consistency);
    if (typeof checkpoint !== 'string' || proof === null) throw new Damaged(`Line ${number} of the checkpoints is none.`);
    const head = signedHead(checkpoint, `checkpoint ${number} of the log`, bundle, trusted, report);
    if (head !== null && before !== null) {
      report.check('pairs of neighbouring checkpoints, consistent and so all of them');
      if (!beginsWith(before, head, proof)) report.find('checkpoints-inconsistent', null, `a tree of ${head.size} records that begins with the ${before.size} of the checkpoint before`, 'no proof of that');
    }
    if (head !== null) own.push(head);
    before = head;
  }
  if (bundle.end !== null && Number(bundle.end['checkpoints']) !== lines.length) report.find('bundle-damaged', null, `${String(bundle.end['checkpoints'])} checkpoints`, `${lines.length}`);
  // A file that is kept beside one log after another has checkpoints of each.
  const isOther = (note) => note.includes('\n') && !note.startsWith(`${bundle.origin}\n`);
  const others = trusted.held.filter(isOther).length;
  if (others > 0 && others === trusted.held.length) report.skip('checkpoints you hold', 'their first line names another log', others);
  else if (others > 0) report.note('checkpoints you hold', 'their first line names another log', others);
  const held = trusted.held.map((note, number) => (isOther(note) ? null : signedHead(note, `checkpoint ${number} of those you hold`, bundle, trusted, report))).filter((head) => head !== null).sort((a, b) => a.size - b.size);
  for (const head of held) {
    const same = own.findLast(({ size }) => size === head.size);
    if (same === undefined) continue;
    report.check('checkpoints you hold that the log has too');
    if (!isSame(same.root, head.root)) report.find('log-forked', null, `the tree of ${head.size} records that you hold a checkpoint of`, 'another tree of as many, signed by the log too');
  }
  if (trusted.witnessKeys.length > 0 && [...own, ...held].every(({ cosignedAt }) => cosignedAt === null)) report.skip('cosignatures', 'no checkpoint has a signature of the witnesses whose keys were given');
  return { own, held };
}

function signedHead(note, what, { origin }, trusted, report) {
  try {
    const { cosignedAts, ...head } = readCheckpoint(note, origin, trusted);
    report.check('checkpoint signatures');
    report.check('cosignatures of witnesses', cosignedAts.length);
    const told = cosignedAts.filter((at) => at > 0);
    return { ...head, cosignedAt: told.length === 0 ? null : Math.min(...told) };
  } catch (error) {
    if (!(error instanceof Damaged)) throw error;
    report.find('checkpoint-unsigned', null, `${what}, signed by ${origin}`, error.message);
    return null;
  }
}

/** Reads a checkpoint (C2SP tlog-checkpoint: origin, size, root, a blank line, signatures). Throws `Damaged` unless the log signed it, and unless every signature by a trusted key holds. */
function readCheckpoint(note, origin, { logKeys, witnessKeys }) {
  const end = note.indexOf('\n\n') + 1;
  const [text, signatures] = [note.slice(0, end), note.slice(end + 1)];
  const [name, size = '', root = '', ...extensions] = text.split('\n');
  const rootHash = base64(root);
  // Control characters and half characters could hide what a person reads.
  const isText = note.length <= 1_000_000 && note.isWellFormed() && !/[\0-\t\v-\x1f]/.test(note);
  const isHead = name !== '' && /^(0|[1-9][0-9]{0,15})$/.test(size) && Number.isSafeInteger(Number(size)) && rootHash?.length === 32 && extensions.at(-1) === '';
  const lines = signatures.split('\n');
  if (end <= 0 || !isText || !isHead || lines.pop() !== '' || lines.length < 1 || lines.length > 100) throw new Damaged('This is no checkpoint.');
  const [signed, cosignedAts] = [new Set(), []];
  for (const line of lines) {
    const [, signer, encoded] = /^\u2014 ([^\s+]+) (\S+)$/.exec(line) ?? [];
    const bytes = base64(encoded);
    if (bytes === null || bytes.length <= 4) throw new Damaged('A signature of the checkpoint is none.');
    const key = [...logKeys, ...witnessKeys].find((each) => each.name === signer && each.id === bytes.toString('hex', 0, 4));
    if (key === undefined) continue;
    const at = signedAt(text, bytes.subarray(4), key);
    if (key.type === 4 && !signed.has(key)) cosignedAts.push(at);
    signed.add(key);
  }
  if (!logKeys.some((key) => signed.has(key))) throw new Damaged(`${origin} did not sign this checkpoint.`);
  if (name !== origin) throw new Damaged(`The checkpoint is not of ${origin}.`);
  return { size: Number(size), root: rootHash, cosignedAts };
}

/** When a text was signed, in microseconds: a witness signs its time too (C2SP tlog-cosignature), the log does not, which gives 0. Throws `Damaged` where the signature does not hold. */
function signedAt(text, signature, { name, type, key }) {
  const isCosignature = type === 4 && signature.length === 8 + 64;
  const seconds = isCosignature ? Number(signature.readBigUInt64BE()) : 0;
  const signed = isCosignature ? `cosignature/v1\ntime ${seconds}\n${text}` : text;
  if ((type === 4) !== isCosignature || !Number.isSafeInteger(seconds) || !verify(null, Buffer.from(signed), key, isCosignature ? signature.subarray(8) : signature)) throw new Damaged(`The signature of ${name} is not of this text.`);
  return seconds * 1_000_000;
}

/** Reads a published key, NAME+ID+KEY (C2SP signed-note): its id is the beginning of SHA-256(name || newline || type || key). Throws `Damaged` for anything else. */
function readSigner(text) {
  const [, name = '', id = '', encoded] = /^([\x21-\x2a\x2c-\x7e]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? [];
  const bytes = base64(encoded);
  const type = bytes?.[0];
  if (bytes?.length !== 33 || (type !== 1 && type !== 4) || sha256(`${name}\n`, bytes).toString('hex', 0, 4) !== id) throw new Damaged(`${text} is neither a file nor a verifier key (NAME+ID+KEY).`);
  return { name, id, type, key: createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: bytes.toString('base64url', 1) }, format: 'jwk' }) };
}

// ---------- packages/evidence/src/plain/leaves.ts

/** Records are written within seconds of their instant, their transactions end within minutes, and clocks differ: so much is no finding. Microseconds. */
const tolerance = 15 * 60_000_000;

/** That every line has its index, and every leaf its place in what was signed. */
function checkLeaves(bundle, lines, heads, report) {
  let before = bundle.first - 1;
  for (const { index } of lines) {
    if (bundle.kind === 'selection' ? index <= before : index !== before + 1) throw new Damaged(`The records have index ${index} after ${before}.`);
    before = index;
  }
  report.check('rows, each against its leaf', lines.length);
  if (bundle.kind === 'selection') checkSelection(lines, heads, report);
  else checkRange(bundle, lines, heads, report);
  if (bundle.end === null) report.find('bundle-damaged', null, 'end.json, which every bundle ends with', 'none: the bundle was cut off');
  else if (Number(bundle.end['records']) !== lines.length) report.find('bundle-damaged', null, `${String(bundle.end['records'])} records`, `${lines.length}`);
  if (before < bundle.last) report.find(bundle.kind === 'selection' ? 'bundle-damaged' : 'tail-truncated', before + 1, `records up to index ${bundle.last}`, `records up to index ${before}`);
}

/** How many records others than the log vouch for: those under a checkpoint that a witness signed, or that the auditor holds too. */
function tellVouched(lines, size, report) {
  const count = lines.filter(({ index }) => index < size).length;
  report.check('records under a checkpoint that a witness cosigned or that you hold', count);
  if (count < lines.length) report.note('records under no checkpoint that a witness cosigned or that you hold', 'whoever has the key of the log could have written another history of them', lines.length - count);
}

function vouchedSize({ own, held }) {
  const kept = new Map(held.map(({ size, root }) => [size, root]));
  const known = own.filter(({ size, root, cosignedAt }) => cosignedAt !== null || kept.get(size)?.equals(root) === true);
  return known.reduce((most, { size }) => Math.max(most, size), 0);
}

/** Each record by itself, in the newest checkpoint. That nothing was left out of a selection, nobody can prove. */
function checkSelection(lines, { own, held }, report) {
  const newest = own.at(-1);
  if (newest === undefined) report.skip('records', 'the bundle has no checkpoint that the log signed');
  const known = new Set(own.map((head) => head.size));
  const strange = held.filter(({ size }) => !known.has(size)).length;
  if (strange > 0) report.skip('checkpoints you hold', 'a selection has some checkpoints only, and none of their sizes', strange);
  tellVouched(lines, vouchedSize({ own, held }), report);
  report.note('what is not in the selection', 'nobody can prove that a selection is complete; a range is');
  for (const { index, leaf, proof } of newest === undefined ? [] : lines) {
    const path = hashList(proof);
    if (path === null) report.find('bundle-damaged', index, 'an inclusion proof for each record of a selection', 'none');
    else report.check('inclusion proofs');
    if (path !== null && newest !== undefined && !isInTree(bytesOf(leaf), index, newest.size, newest.root, path)) report.find('row-inserted', index, `a leaf of the tree of ${newest.size} records`, 'no proof of that');
  }
}

/** Rebuilds the tree and compares its root at the size of each signed head: the leaves are those that were signed, all of them, in their order. */
function checkRange(bundle, lines, { own, held }, report) {
  const { first, frontier } = bundle;
  const before = hashList(frontier);
  if (before?.length !== [...first.toString(2)].filter((bit) => bit === '1').length) throw new Damaged('manifest.json lacks the hashes of the tree before its first record.');
  const tree = new GrowingTree(first, before);
  const targets = [...own.map((head) => ({ ...head, isHeld: false })), ...held.map((head) => ({ ...head, isHeld: true }))].filter(({ size }) => size >= first).sort((a, b) => a.size - b.size || Number(a.isHeld) - Number(b.isHeld));
  // Where a root differs, every later one does: only the first of each kind is told.
  let [good, isRewritten, isForked, vouched] = [first, false, false, vouchedSize({ own, held })];
  const compare = () => {
    for (let [target] = targets; target?.size === tree.size; [target] = targets) {
      targets.shift();
      const { size, root, isHeld } = target;
      report.check(isHeld ? 'roots of checkpoints you hold, rebuilt from the leaves' : 'roots of checkpoints, rebuilt from the leaves');
      if (isSame(tree.root(), root)) {
        good = size;
        if (isHeld) vouched = Math.max(vouched, size);
      } else if (isHeld && !isForked && !isRewritten) {
        isForked = true;
        report.find('log-forked', good, `the tree of ${size} records that you hold a checkpoint of`, `another tree; the histories part between index ${good} and ${size - 1}`);
      } else if (!isHeld && !isRewritten) {
        isRewritten = true;
        report.find('history-rewritten', good, `leaves that lead to the root of the signed checkpoint of ${size} records`, `others; leaves were changed between index ${good} and ${size - 1}`);
      }
    }
  };
  compare();
  for (const { leaf } of lines) {
    tree.add(bytesOf(leaf));
    compare();
  }
  report.check('leaves, hashed up to the roots of the signed checkpoints', lines.length);
  checkEnd(bundle, tree, own.at(-1), isRewritten, good, report);
  checkHeldEnd(bundle, tree, own, held, report);
  tellVouched(lines, vouched, report);
}

/** Whether the log says that it goes on, or ends, where the records do. */
function checkEnd({ first, closing }, tree, newest, isRewritten, good, report) {
  const { size } = tree;
  const unsigned = size - Math.max(newest?.size ?? 0, first);
  if (newest === undefined || newest.size < size) {
    if (unsigned > 0) report.skip('records after the newest checkpoint', 'no checkpoint covers them yet, so that nothing protects them from a change', unsigned);
  } else if (newest.size > size && !isRewritten) {
    const proof = hashList(closing);
    if (proof === null) return report.find('tail-truncated', size, `${newest.size} records, as the newest checkpoint says`, `${size}`);
    report.check('proof that the log goes on after the last record');
    if (!beginsWith({ size, root: tree.root() }, newest, proof)) report.find('history-rewritten', good, `leaves that the checkpoint of ${newest.size} records goes on from`, `others, from index ${good} on`);
  }
}

/** Whether what the auditor holds is of more than the log now has: then its end was cut off, or it is an older one, or the bundle was made before. */
function checkHeldEnd({ first, madeAt }, { size }, own, held, report) {
  const known = new Set(own.map((head) => head.size));
  const strange = held.filter((head) => !known.has(head.size));
  const early = strange.filter((head) => head.size < first).length;
  if (early > 0) report.skip('checkpoints you hold of records before the first', 'the bundle does not say what the log was then', early);
  const [newest, signed] = [held.at(-1), own.at(-1)?.size ?? 0];
  const late = strange.filter((head) => head.size > size && head.size <= signed).length;
  if (late > 0) report.skip('checkpoints you hold of records after the last', 'the bundle has no checkpoint of as many, and its records end before', late);
  if (newest === undefined || newest.size <= Math.max(signed, size)) return;
  const wasBefore = newest.cosignedAt !== null && newest.cosignedAt + tolerance < Date.parse(madeAt) * 1000;
  if (wasBefore) report.find('log-rolled-back', size, `${newest.size} records at least, as the checkpoint that you hold says`, `${size}, and a newest checkpoint of ${signed}`);
  else report.skip('records up to the newest checkpoint that you hold', `it is of ${newest.size} records, and the bundle ends before: it may be older than the checkpoint, or the log was cut off. Ask for the rest`, newest.size - size);
}

/** Whether records were recorded in the order in which they stand, and before a witness signed them. Of rows that are as they were. Gives the latest instant. */
function checkInstants(rows, { own, held }, report) {
  const cosigned = [...own, ...held].flatMap(({ size, cosignedAt }) => (cosignedAt === null ? [] : [{ size, cosignedAt }])).sort((a, b) => a.size - b.size);
  let latest = 0;
  for (const { index, record: { recordedAt } } of rows) {
    if (recordedAt < latest - tolerance) report.find('backdated', index, `recorded about ${timeOf(latest)}, as what stands before it`, timeOf(recordedAt));
    latest = Math.max(latest, recordedAt);
    while ((cosigned[0]?.size ?? Infinity) <= index) cosigned.shift();
    const [next] = cosigned;
    if (next !== undefined && recordedAt > next.cosignedAt + tolerance) report.find('backdated', index, `recorded before ${timeOf(next.cosignedAt)}, when a witness signed it`, timeOf(recordedAt));
  }
  return latest;
}

/** Microseconds as people read them. */
function timeOf(micros) {
  const time = new Date(micros / 1000);
  return Number.isNaN(time.getTime()) ? String(micros) : time.toISOString();
}

function bytesOf(leaf) {
  return base64(leaf) ?? Buffer.from(leaf, 'base64');
}

// ---------- packages/evidence/src/plain/rows.ts

function isSound(line) {
  return line.record !== null && leafHash(line.record) === line.leaf;
}

/** Says of each row that does not fit its leaf what was done to it. `unexplained` gives those of the rows that are gone that should not be, from them and from all that were taken out of their places. */
function checkRows(lines, endsAt, unexplained, report) {
  const odd = lines.filter((line) => !isSound(line));
  const days = new Set(lines.filter(isSound).map(({ record }) => dayOf(record.recordedAt)));
  const placeOf = new Map(odd.map(({ leaf, index }) => [leaf, index]));
  /** Where a row was that now stands in another's place. */
  const cameFrom = new Map();
  for (const { index, record } of odd) {
    const from = record === null ? undefined : placeOf.get(leafHash(record));
    if (from !== undefined && from !== index) cameFrom.set(index, from);
  }
  const elsewhere = new Set(cameFrom.values());
  for (const line of odd) if (line.record !== null) tellChanged({ ...line, record: line.record }, cameFrom.get(line.index), elsewhere, report);
  const takenOut = odd.filter(({ record }) => record === null).map((line) => ({ index: line.index, was: wasOf(line) }));
  const gone = takenOut.filter(({ index }) => !elsewhere.has(index));
  const missing = unexplained(gone, takenOut);
  if (missing.length < gone.length) report.note('rows that are gone', 'their retention ended, which two people approved; their leaves are in the tree', gone.length - missing.length);
  tellMissing(missing, days, endsAt, report);
}

function tellChanged(line, from, elsewhere, report) {
  const { index, leaf, record } = line;
  if (from !== undefined) {
    report.find('rows-swapped', index, `the record of index ${index}`, `that of index ${from}`);
    if (!elsewhere.has(index)) report.find('row-missing', index, 'a record', `that of index ${from} in its place, and its own nowhere`);
    return;
  }
  const was = wasOf(line);
  if (was === null) return report.find('row-changed', index, `a record whose hash is ${leaf}`, `one whose hash is ${leafHash(record)}`);
  const names = Object.keys(was).filter((name) => (was)[name] !== (record)[name]);
  const told = (of) => names.map((name) => `${name} ${JSON.stringify(of[name])}`).join(', ');
  const isDated = names.some((name) => ['recordedAt', 'occurredAt', 'publishedAt'].includes(name));
  const isContent = names.includes('payloadSha256') && names.every((name) => ['payload', 'payloadSha256', 'valueDigest'].includes(name));
  report.find(isDated ? 'backdated' : !isContent ? 'row-changed' : was.record === 'ContentRecorded' ? 'presentation-changed' : 'content-changed', index, told(was), told(record));
}

/** What a row was, where the evidence has that, and the leaf is of it. */
function wasOf({ logged, leaf }) {
  return logged !== null && leafHash(logged) === leaf ? logged : null;
}

/** Days without any row are partitions that were dropped; the rest is told in runs, of which one that reaches the end is a tail that was cut off. */
function tellMissing(missing, days, endsAt, report) {
  const whole = new Map();
  const runs = [];
  for (const line of missing) {
    const [day, run] = [dayOf(line.was?.recordedAt ?? NaN), runs.at(-1)];
    if (!Number.isNaN(day) && !days.has(day)) whole.set(day, [...(whole.get(day) ?? []), line]);
    else if (run?.last === line.index - 1) [run.last, run.count] = [line.index, run.count + 1];
    else runs.push({ first: line.index, last: line.index, count: 1 });
  }
  for (const [day, lines] of whole) {
    const [first, last] = [lines[0]?.index ?? 0, lines.at(-1)?.index ?? 0];
    if (lines.length > 1) report.find('partition-missing', first, `records of ${new Date(day * 86_400_000).toISOString().slice(0, 10)}, index ${first} to ${last}`, 'none of them');
    else runs.push({ first, last, count: 1 });
  }
  for (const { first, last, count } of runs) report.find(last === endsAt - 1 && endsAt > count ? 'tail-truncated' : 'row-missing', first, count === 1 ? 'a record' : `${count} records, to index ${last}`, 'leaves without their rows');
}

/** Days since 1970, UTC, of an instant in microseconds: the log has a partition for each. */
function dayOf(instant) {
  return Math.floor(instant / 86_400_000_000);
}

// ========== What they say, and whether the rules were kept

// ---------- packages/evidence/src/plain/events.ts

/** Members that rows repeat from their events. */
const repeated = ['eventId', 'occurredAt', 'system', 'decisionId', 'decisionType', 'actor', 'policyVersion', 'reviewer', 'kind'];

/** Holds each payload against its record, opens it where it can be opened, reads it, and holds what it says against its row. */
function readEvents(lines, schemas, report) {
  let isAllRead = true;
  const known = knownReleases(schemas);
  const events = lines.map((line) => {
    const { index, record: row } = line;
    const plain = openPayload(line, report);
    const read = plain === null ? null : readPayload(row.record, plain, known);
    if (read === 'unknown') {
      isAllRead = false;
      report.skip(`events ${row.record}`, 'the evidence has no schema of them that this verifier knows; a newer verifier may');
      return { index, row, value: null };
    }
    if (read instanceof RangeError) report.find('rule-payload-unreadable', index, `an event ${row.record}`, read.message);
    if (read === null || read instanceof RangeError) return { index, row, value: null };
    report.check('events, each against its row');
    for (const name of repeated) {
      const said = read[name];
      // The row may know more: who judged is the actor of some events, and a dead letter is about the decision that its message was.
      const knowsMore = said === null && (name === 'reviewer' || row.record === 'DeadLetter');
      // It has no text that is too long to be found by, or that its database does not store, and an id of its own in place of such an id.
      const mayDiffer = said === undefined || knowsMore || ((row[name] === null || name === 'eventId') && typeof said === 'string' && (said.length > 300 || said.includes('\0')));
      if (!mayDiffer && said !== row[name]) report.find('rule-row-differs', index, `${name} ${JSON.stringify(said)}, as the event says`, JSON.stringify(row[name]));
    }
    return { index, row, value: read };
  });
  return { events, isAllRead };
}

/** Gives a payload in the clear; null where it is not there, not what its record has the digest of, or closed. */
function openPayload({ index, payload, key, record }, report) {
  if (payload === null) {
    if (record.payloadSha256 !== null) report.find('content-missing', index, `a payload with the digest ${record.payloadSha256}`, 'none');
    return null;
  }
  const bytes = Buffer.from(payload, 'base64');
  const digest = sha256(bytes).toString('hex');
  report.check('payloads, each against its digest');
  if (digest !== record.payloadSha256) {
    report.find(record.record === 'ContentRecorded' ? 'presentation-changed' : 'content-changed', index, `a payload with the digest ${record.payloadSha256}`, digest);
    return null;
  }
  if (record.payload === 'erased' || (record.payload === 'sealed' && key === null)) return null;
  const secret = Buffer.from(key ?? '', 'base64');
  let plain = bytes;
  if (record.payload === 'sealed') {
    try {
      plain = unseal(bytes, secret);
    } catch (error) {
      report.find('content-changed', index, 'a payload sealed in format 3, and the key to it', (error).message);
      return null;
    }
    report.check('sealed payloads, opened');
  }
  // These are kept without the accepted event that they carried: their value digest is of more than is kept.
  if (['DecisionRouted', 'SpotCheckSelected', 'CalibrationPlanned'].includes(record.record)) return plain;
  const value = record.payload === 'plain' ? digest : keyedDigest(secret, plain);
  if (value !== record.valueDigest) report.find('content-changed', index, `the value on Kafka, with the digest ${record.valueDigest}`, `a payload with ${value}`);
  return plain;
}

/** Only schemas whose digest this verifier has are used: otherwise whoever made the bundle could have bytes read as something else than they say. */
function knownReleases(schemas) {
  return new Map(Object.entries(schemas).map(([record, releases]) => {
    const all = Array.isArray(releases) ? releases : [];
    const known = all.filter((schema) => knownSchemas.has(schemaDigest(record, schema)));
    return [record, { known, hasOthers: known.length < all.length }];
  }));
}

/** Reads an event behind its frame (a zero, and four bytes of a schema id), by the release of its schema that fits. */
function readPayload(record, payload, schemas) {
  const { known = [], hasOthers = false } = schemas.get(record) ?? {};
  if (known.length === 0) return 'unknown';
  if (payload[0] !== 0 || payload.length < 5) return new RangeError('bytes that are not framed');
  let problem = new RangeError('unreadable bytes');
  for (const schema of known) {
    try {
      return readAvro(schema, payload.subarray(5));
    } catch (error) {
      problem = error;
    }
  }
  return hasOthers ? 'unknown' : problem;
}

/** No two events have one id, and on one partition of Kafka events have an order, in which each stands once. */
function checkOrder(lines, report) {
  const [ids, offsets] = [new Map(), new Map()];
  for (const { index, record: { eventId, topic, partition, offset } } of lines) {
    const other = ids.get(eventId);
    if (other === undefined) ids.set(eventId, index);
    else report.find('rule-event-repeated', index, 'an event id that no other record has', `that of index ${other}`);
    const before = offsets.get(`${topic}/${partition}`) ?? -1;
    if (offset <= before) report.find('rule-offset-order', index, `an offset after ${before} of ${topic}/${partition}`, String(offset));
    else offsets.set(`${topic}/${partition}`, offset);
  }
  report.check('event ids, all different', lines.length);
}

/**
 * Puts what was shown together from its chunks and holds it against the digest that it is named by. Gives the digests of presentations that are whole and
 * right, by decision: system and id.
 */
function checkShown(events, report) {
  const shown = new Map();
  const open = new Map();
  for (const { index, row, value } of events) {
    if (row.record !== 'ContentRecorded' || value === null) continue;
    const { contentId, chunkIndex, chunkCount, bytes, digest, kind } = value;
    const before = chunkIndex === 0 ? [] : open.get(String(contentId));
    if (chunkIndex !== 0) open.delete(String(contentId));
    // A chunk that does not come next leaves the whole without a digest: whoever judged by it is found to have judged by nothing.
    if (before?.length !== chunkIndex) continue;
    const chunks = [...(before ?? []), bytes];
    if (chunks.length < Number(chunkCount)) {
      open.set(String(contentId), chunks);
      continue;
    }
    const computed = sha256(...chunks).toString('hex');
    report.check('things that were shown, each against its digest');
    if (computed !== digest) report.find('presentation-changed', index, `content with the digest ${String(digest)}`, computed);
    else if (kind === 'presentation') shown.set(placeOf(row), (shown.get(placeOf(row)) ?? new Set()).add(computed));
  }
  return shown;
}

/** What a decision is known by. */
function placeOf({ system, decisionId }) {
  return `${system}\n${decisionId}`;
}

// ---------- packages/evidence/src/plain/content.ts

function hmac(key, text) {
  return createHmac('sha256', key).update(text).digest();
}

/** The digest of what stood on Kafka: keyed, so that nothing can be guessed from it once the key is gone. */
function keyedDigest(key, plain) {
  return hmac(hmac(key, 'countersign value digest v1'), plain).toString('hex');
}

/**
 * Opens a sealed payload: 0x03, the id of its key (32 bytes), a nonce (24), XChaCha20-Poly1305 ciphertext with its tag (16). The id stands in the bytes that the leaf
 * commits to, so that they open to one text only. Throws a `RangeError` that says what is wrong.
 */
function unseal(sealed, key) {
  if (key.length !== 32) throw new RangeError('a content key that is not of 32 bytes');
  if (sealed[0] !== 3 || sealed.length < 1 + 32 + 24 + 16) throw new RangeError(`bytes of the format ${sealed[0] ?? 'none'}, and not sealed in format 3`);
  if (!hmac(key, 'countersign content key v1').equals(sealed.subarray(1, 33))) throw new RangeError('another key than the one that it was sealed under');
  const [nonce, text, tag] = [sealed.subarray(33, 57), sealed.subarray(57, -16), sealed.subarray(-16)];
  // draft-irtf-cfrg-xchacha-03, section 2.3: a key by HChaCha20 of the first 16 bytes, and a nonce of four zeros and the last 8.
  const decipher = createDecipheriv('chacha20-poly1305', hChaCha20(key, nonce.subarray(0, 16)), Buffer.concat([Buffer.alloc(4), nonce.subarray(16)]), { authTagLength: 16 }).setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(text), decipher.final()]);
  } catch {
    throw new RangeError('a ciphertext that its key does not open');
  }
}

/** HChaCha20 (section 2.2 of the draft): the twenty rounds of ChaCha20 (RFC 8439, section 2.3) over constants, key and input; the first and the last four words come out. */
function hChaCha20(key, input) {
  const state = Buffer.concat([Buffer.from('expand 32-byte k'), key, input]);
  const words = Uint32Array.from({ length: 16 }, (_, word) => state.readUInt32LE(4 * word));
  const at = (word) => words[word] ?? 0;
  const turn = (to, by, bits) => {
    const mixed = at(to) ^ at(by);
    words[to] = (mixed << bits) | (mixed >>> (32 - bits));
  };
  const quarter = (a, b, c, d) => {
    words[a] = at(a) + at(b); turn(d, a, 16);
    words[c] = at(c) + at(d); turn(b, c, 12);
    words[a] = at(a) + at(b); turn(d, a, 8);
    words[c] = at(c) + at(d); turn(b, c, 7);
  };
  for (let round = 0; round < 10; round += 1) {
    for (const column of [0, 1, 2, 3]) quarter(column, column + 4, column + 8, column + 12);
    for (const diagonal of [0, 1, 2, 3]) quarter(diagonal, 4 + ((diagonal + 1) % 4), 8 + ((diagonal + 2) % 4), 12 + ((diagonal + 3) % 4));
  }
  const out = Buffer.alloc(32);
  for (const [place, word] of [0, 1, 2, 3, 12, 13, 14, 15].entries()) out.writeUInt32LE(at(word), 4 * place);
  return out;
}

/** Reads one value by its schema (Apache Avro 1.12, "Binary Encoding"): of what there is in it, what our schemas have. Throws a `RangeError` for what does not fit. */
function readValue(schema, tape) {
  if (Array.isArray(schema)) {
    const branch = readLong(tape);
    if (!(branch in schema)) throw new RangeError('a branch of a union that is not there');
    return readValue(schema[branch], tape);
  }
  if (typeof schema === 'object' && schema !== null) {
    const { type, fields, items, values } = schema;
    if (type === 'record') return readFields(fields, tape);
    if (type === 'array') return readBlocks(tape, () => readValue(items, tape));
    if (type === 'map') return readBlocks(tape, () => [readValue('string', tape), readValue(values, tape)]);
    return readValue(type, tape);
  }
  switch (schema) {
    case 'null': return null;
    case 'boolean': return take(tape, 1)[0] === 1;
    case 'int': case 'long': return readLong(tape);
    case 'double': return take(tape, 8).readDoubleLE();
    case 'bytes': return take(tape, readLong(tape));
    case 'string': return take(tape, readLong(tape)).toString('utf8');
    default: throw new RangeError(`a type ${String(schema)} that no schema of ours has`);
  }
}

function readFields(fields, tape) {
  const value = {};
  for (const { name, type } of fields) value[name] = readValue(type, tape);
  return value;
}

/** An event by its schema, which is that of a record. Bytes that are left over do not fit either: of several releases of a schema one alone can read it. */
function readAvro(schema, bytes) {
  const tape = { bytes, at: 0 };
  const value = readValue(schema, tape);
  if (tape.at !== bytes.length) throw new RangeError(`${bytes.length - tape.at} bytes after its end`);
  return value;
}

/** Blocks of items, each behind its count; a negative count is followed by a size in bytes; 0 ends the list. No more items are believed than there are bytes left. */
function readBlocks(tape, readItem) {
  const items = [];
  for (let count = readLong(tape); count !== 0; count = readLong(tape)) {
    if (count < 0 && readLong(tape) < 0) throw new RangeError('a block of a list with fewer than no bytes');
    if (Math.abs(count) > tape.bytes.length - tape.at) throw new RangeError('a list with more items than bytes');
    for (let left = Math.abs(count); left > 0; left -= 1) items.push(readItem());
  }
  return items;
}

function take(tape, length) {
  if (length < 0 || tape.at + length > tape.bytes.length) throw new RangeError('an end before that of its record');
  tape.at += length;
  return tape.bytes.subarray(tape.at - length, tape.at);
}

/** Seven bits a byte, the lowest first, zigzag: 0, -1, 1, -2. */
function readLong(tape) {
  let [value, byte] = [0n, 128];
  for (let bits = 0n; byte >= 128; bits += 7n) {
    byte = take(tape, 1)[0] ?? 0;
    value |= BigInt(byte & 127) << bits;
    if (value > 2n ** 53n || bits > 63n) throw new RangeError('a number that is too large');
  }
  return Number(value % 2n === 0n ? value / 2n : -(value + 1n) / 2n);
}

// ---------- packages/evidence/src/plain/decisions.ts

/** Work that is there to watch: no verdict comes of it, and whoever does it cannot tell it from other work. */
const watching = ['spot-check', 're-review', 'calibration'];

/** Events about a decision that a rule looks at. */
function isOfDecision({ row: { record } }) {
  return /^(Task(Opened|Claimed|Released|Held|Reassigned|Escalated|Presented|Closed)|(First)?JudgementSubmitted|Judgement(Withdrawn|Finalised)|Decision(Accepted|Routed|Resolved|Erased)|SpotCheckSelected|ContentRecorded)$/.test(record);
}

/** Holds what is on record of one decision against the rules. Events stand in the order of the log. */
function checkOneDecision(events, shown, world) {
  const { report } = world;
  const all = (record) => events.filter(({ row }) => row.record === record);
  const [accepted, acceptedAgain] = all('DecisionAccepted');
  const [routed] = all('DecisionRouted');
  const [resolved, ...resolvedAgain] = all('DecisionResolved');
  if (acceptedAgain !== undefined) report.find('rule-accepted-twice', acceptedAgain.index, 'one acceptance of a decision', `another one at index ${accepted?.index}`);
  for (const again of resolvedAgain) report.find('rule-verdict-twice', again.index, 'one verdict of a decision', `another one at index ${resolved?.index}`);
  if (accepted !== undefined) {
    report.check('decisions');
    world.checkInForce(accepted);
    if (routed !== undefined && routed.row.policyVersion !== accepted.row.policyVersion) report.find('rule-policy', routed.index, `policy version ${accepted.row.policyVersion}, pinned when it was accepted`, String(routed.row.policyVersion));
  }
  const judges = new Map();
  for (const { index, row: { reviewer } } of all('JudgementFinalised')) {
    const other = judges.get(reviewer ?? '');
    if (reviewer !== null && other !== undefined) report.find('rule-two-hats', index, 'one final judgement of a person on a decision', `another one of ${reviewer} at index ${other}`);
    if (reviewer !== null) judges.set(reviewer, index);
  }
  if (resolved !== undefined && accepted === undefined) world.absent('rule-verdict-unfounded', resolved.index, resolved.row.recordedAt, 'the acceptance of a decision with a verdict', 'none');
  // The rest is about content.
  if (events.every(({ value }) => value !== null)) {
    const finals = checkReviews(events, shown, world);
    if (resolved !== undefined) checkResolved(resolved, accepted, routed, finals, world);
    if (routed !== undefined && accepted !== undefined) checkDrawn(routed, all('SpotCheckSelected'), world);
  } else if (all('DecisionErased').length > 0) report.note('decisions whose content was erased', 'what was said and shown is gone for good; who did what, when and under which policy was checked');
  else report.skip('judgements, presentations and verdicts of decisions', 'their content is not disclosed: only who did what, when and under which policy could be checked');
}

/** A verdict was given by whom the route says, on what was accepted, and for a reason that there was. */
function checkResolved(resolved, accepted, routed, finals, world) {
  const { report } = world;
  const { index, row: { recordedAt } } = resolved;
  const { verdict, basis, resolvedBy, contentDigest } = resolved.value ?? {};
  report.check('verdicts');
  if (routed === undefined) return world.absent('rule-verdict-giver', index, recordedAt, 'the route of a decision with a verdict', 'none');
  const { verdictBy, point } = routed.value ?? {};
  if (verdictBy !== resolvedBy) report.find('rule-verdict-giver', index, `a verdict by ${String(verdictBy)}`, `one by ${String(resolvedBy)}`);
  const digest = accepted?.value?.['contentDigest'] ?? null;
  if (contentDigest != null && digest !== null && contentDigest !== digest) report.find('rule-verdict-unfounded', index, `a verdict on the content ${JSON.stringify(digest)} that was accepted`, `one on ${JSON.stringify(contentDigest)}`);
  if (['human', 'expiry', 'veto-window'].includes(String(basis)) !== (resolvedBy === 'review')) report.find('rule-verdict-giver', index, `a basis that ${String(resolvedBy)} has`, String(basis));
  if (basis === 'expiry' && verdict !== 'rejected') report.find('rule-verdict-unfounded', index, 'a rejection where nobody judged in time', String(verdict));
  if (basis === 'veto-window' && (verdict !== 'approved' || point !== 'hold')) report.find('rule-verdict-unfounded', index, 'an approval at the end of a hold that nobody vetoed', `${String(verdict)} of what was to be judged ${String(point)} the action`);
  if (basis === 'human') checkSigned(resolved, routed, finals, world);
}

/**
 * A verdict of people follows from their judgements: one of a single review; both of a dual one, by two people, and where they disagree that of a third, which
 * counts. A change that its author was not shown before may have needed a second person, who then settled it.
 */
function checkSigned({ index, row: { occurredAt, recordedAt }, value }, routed, finals, world) {
  const { report } = world;
  const list = (name) => (Array.isArray(value?.[name]) ? value[name].map(String) : []);
  const [signers, taskIds] = [list('signers'), list('taskIds')];
  report.check('verdicts of people, each against its signatures');
  const watched = finals.find(({ kind, taskId }) => watching.includes(kind) && taskIds.includes(taskId));
  if (watched !== undefined) return report.find('rule-verdict-unfounded', index, 'a verdict from ordinary work', `one from the ${watched.kind} ${watched.taskId}`);
  // A verdict is dated by the judgement that settled it; of one seat the last counts.
  const inSeat = (seat) => finals.findLast((final) => final.seat === seat && final.at <= occurredAt && !watching.includes(final.kind));
  const needed = routed.value?.['route'] === 'dual' ? [inSeat(1), inSeat(2)] : [inSeat(1)];
  const given = needed.filter((final) => final !== undefined);
  if (given.length < needed.length) return world.absent('rule-signatures', index, recordedAt, `${needed.length} final judgements of distinct people for a verdict`, `${given.length}`);
  const third = inSeat(3);
  const people = [...given, third].flatMap((final) => (final === undefined ? [] : [final.person]));
  if (new Set(people).size < people.length) return report.find('rule-signatures', index, `${people.length} distinct people`, people.join(', '));
  if (third === undefined && given.some(({ position }) => position !== given[0]?.position)) return report.find('rule-signatures', index, 'a third person where two disagree', 'two');
  if (signers.length !== people.length || !signers.every((signer) => people.includes(signer))) return report.find('rule-signatures', index, `the signatures of ${people.join(', ')}`, signers.length === 0 ? 'none' : signers.join(', '));
  const deciding = third ?? given[0];
  const verdict = new Map([['approve', 'approved'], ['reject', 'rejected'], ['modify', 'modified']]).get(deciding?.decision ?? '');
  if (value?.['verdict'] !== verdict) report.find('rule-verdict-unfounded', index, `${verdict}, as ${deciding?.person} judged`, String(value?.['verdict']));
}

/** Recomputes the draws of a decision with the keys that the auditor has: the form in which its work was shown, and whether it was to be looked at again. */
function checkDrawn({ index, row, value }, selections, world) {
  const { report } = world;
  const { acceptedAt, formDraw, formKeyVersion, kind } = value ?? {};
  if (world.keys.length === 0) return;
  const key = world.keys.findLast(({ start }) => start <= Number(acceptedAt));
  if (key === undefined) return report.find('rule-sampling-key', index, 'a key that was valid when the decision was accepted', 'none in the file');
  report.check('draws of forms, recomputed');
  const form = drawWith(key, 'form', row);
  if (formDraw !== null && (formDraw !== form || formKeyVersion !== key.version)) report.find('rule-draw', index, `${form} under key ${key.version} for the form`, `${JSON.stringify(formDraw)} under key ${String(formKeyVersion)}`);
  const purpose = kind === 'auto-approved' ? 'spot-check' : 're-review';
  const rates = world.ratesOf(row.policyVersion);
  const rate = purpose === 'spot-check' ? rates?.spotCheck : rates?.reReview;
  const draw = drawWith(key, purpose, row);
  for (const selected of selections) {
    const { purpose: given, draw: drawn, probability, keyVersion } = selected.value ?? {};
    if (given !== purpose || drawn !== draw || keyVersion !== key.version) report.find('rule-draw', selected.index, `${purpose} with ${draw} under key ${key.version}`, `${String(given)} with ${String(drawn)} under key ${String(keyVersion)}`);
    else if (!(draw < Number(probability)) || (rate !== undefined && probability !== rate)) report.find('rule-draw', selected.index, `a draw below the rate ${rate ?? 'of its policy'}`, `${draw} at the rate ${String(probability)}`);
  }
  if (row.policyVersion === 'fail-closed') return;
  if (rate === undefined) return report.skip('whether decisions should have been selected', `the rates of policy version ${row.policyVersion} are not in the evidence`);
  report.check('draws of samples, recomputed');
  if (draw < rate && selections.length === 0) world.absent('rule-draw', index, row.recordedAt, `a selection for ${purpose}, since a draw is below its rate`, `none: ${draw} is below ${rate}`);
}

// ---------- packages/evidence/src/plain/reviews.ts

/**
 * Follows the work on one decision, event by event. Each judgement was given under a live claim of the same person, on what was painted for that person and is on
 * record, with reasoning; it was not taken back, and became final only when it no longer could be. `shown`: digests of presentations on record. Gives those that count.
 */
function checkReviews(events, shown, world) {
  const { report } = world;
  const [tasks, judgements, finals] = [new Map(), new Map(), []];
  for (const event of events) {
    const { index, row: { record, reviewer, occurredAt, recordedAt } } = event;
    const value = event.value ?? {};
    const [person, taskId, fence] = [reviewer ?? '', value['taskId'], Number(value['fence'])];
    if (record === 'TaskOpened') tasks.set(taskId, opened(value));
    const task = tasks.get(taskId);
    if (task === undefined && /^(Task|Judgement|First)/.test(record)) world.absent('rule-judgement-unclaimed', index, recordedAt, 'the opening of a task that is worked', 'none');
    if (task === undefined) continue;
    switch (record) {
      case 'TaskClaimed':
        if (task.holder !== null && task.holder !== reviewer) report.find('rule-judgement-unclaimed', index, 'a claim on a task that nobody holds', `${task.holder} held it`);
        Object.assign(task, { holder: reviewer, fence });
        world.checkQualified(event, { queue: String(value['queue']), escalatedFrom: task.escalatedFrom, isSenior: task.isSenior });
        break;
      case 'TaskReleased': case 'TaskHeld': case 'TaskReassigned': case 'TaskClosed': task.holder = null; break;
      case 'TaskEscalated': Object.assign(task, { holder: null, isSenior: true, escalatedFrom: String(value['queue']) }); break;
      case 'TaskPresented': task.painted.add(`${person} ${String(value['presentationDigest'])}`); break;
      case 'FirstJudgementSubmitted':
        checkGiven(event, value, task, shown, world);
        task.firsts.add(person);
        // The second answer is given under the next fence.
        task.fence += 1;
        break;
      case 'JudgementSubmitted':
        checkGiven(event, value, task, shown, world);
        if (task.form === 'first-judge-then-see' && !task.firsts.has(person)) report.find('rule-first-answer', index, `an answer of ${person} before anything of the AI was shown`, 'none');
        judgements.set(value['judgementId'], { event, value, isWithdrawn: false });
        break;
      case 'JudgementWithdrawn': {
        const taken = judgements.get(value['judgementId']);
        if (taken !== undefined) taken.isWithdrawn = true;
        task.fence = fence;
        break;
      }
      case 'JudgementFinalised': {
        const given = judgements.get(value['judgementId']);
        report.check('final judgements');
        if (given === undefined || given.event.row.reviewer !== reviewer || given.value['taskId'] !== taskId) report.find('rule-judgement-unsubmitted', index, `a judgement ${String(value['judgementId'])} that ${person} gave before`, 'none');
        else if (given.isWithdrawn) report.find('rule-judgement-unsubmitted', index, 'a judgement that stands', 'one that was taken back');
        else {
          if (Number(given.value['finalAt']) > occurredAt) report.find('rule-judgement-unsubmitted', index, 'a judgement that can no longer be taken back', 'one inside its undo window');
          const decision = String(value['decision']);
          // Where an answer was given without the AI's output in sight, the answer is the output.
          const output = given.value['modifiedOutput'] ?? given.value['answer'] ?? null;
          finals.push({ person, taskId: String(taskId), kind: task.kind, seat: task.seat, decision, position: decision === 'modify' ? `modify ${JSON.stringify(output)}` : decision, at: occurredAt });
        }
        break;
      }
      default:
    }
  }
  return finals;
}

function opened({ kind, seat, form }) {
  const isSenior = ['senior', 'adjudication', 'unclassified'].includes(String(kind)) || (kind === 'dual' && seat === 2);
  return { kind: String(kind), seat: Number(seat), isSenior, escalatedFrom: null, form: String(form), holder: null, fence: 0, painted: new Set(), firsts: new Set() };
}

function checkGiven({ index, row: { reviewer, recordedAt } }, { fence, presentationDigest, reasoning }, task, shown, world) {
  const { report } = world;
  const digest = String(presentationDigest);
  report.check('judgements, each against its claim, presentation and reasoning');
  if (task.holder !== reviewer || task.fence !== fence) report.find('rule-judgement-unclaimed', index, `a live claim of ${reviewer} under fence ${String(fence)}`, task.holder === null ? 'nobody holds the task' : `${task.holder} holds it under fence ${task.fence}`);
  if (!task.painted.has(`${reviewer} ${digest}`)) report.find('rule-judgement-unpresented', index, `the presentation ${digest}, painted for ${reviewer} before`, 'none that was');
  else if (!shown.has(digest)) world.absent('rule-judgement-unpresented', index, recordedAt, 'the presentation that a judgement rests on, whole and on record', `none with the digest ${digest}`);
  if (!isReasoning(String(reasoning))) report.find('rule-reasoning', index, 'reasoning in words', JSON.stringify(reasoning));
}

/** Twelve letters, five of them different, and in scripts that part words by blanks three different words. It knows no language. */
function isReasoning(text) {
  const letters = text.match(/[\p{L}\p{N}]/gu) ?? [];
  const words = text.normalize('NFKC').toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const hasWords = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Arabic}\p{Script=Hebrew}]/u.test(text);
  return letters.length >= 12 && new Set(letters.map((letter) => letter.toLowerCase())).size >= 5 && (!hasWords || new Set(words).size >= 3);
}

// ---------- packages/evidence/src/plain/world.ts

const minute = 60_000_000;

/** What holds for more than one decision: people, policies, keys of draws, and what may be gone from the log. Events are looked at in the order in which they stand. */
class Surroundings {
  report;
  /** In the order of their start. */
  keys;
  #events;
  #evidence;
  #people = new Map();
  #policies = new Map();

  /** `isWhole`: the evidence is all of a log from its first record. `latest`: the latest instant in it. */
  constructor(events, keys, evidence, report) {
    [this.report, this.keys, this.#events, this.#evidence] = [report, keys, events, evidence];
    for (const { row, value: { personId, active, available, roles, queues } } of this.all('PersonChanged')) {
      const states = this.#people.get(String(personId)) ?? [];
      states.push({ from: row.occurredAt, isActive: (active ?? available) === true, roles: texts(roles), queues: texts(queues) });
      this.#people.set(String(personId), states);
    }
    this.#readPolicies();
  }

  /**
   * Something that should be there and is not: a finding in a whole log, unless it may still have been on its way when the evidence ends; of a part
   * of a log nobody can say that something is missing.
   */
  absent(code, index, recordedAt, expected, found) {
    const { isWhole, isAllRead, latest } = this.#evidence;
    if (!isAllRead) this.report.skip(expected, 'there are events that could not be read, and it may be among them');
    else if (!isWhole) this.report.skip(expected, 'the evidence is a part of the log, and it is not in it');
    else if (recordedAt > latest - 10 * minute) this.report.note(expected, 'not there yet, within ten minutes of the end of the evidence');
    else this.report.find(code, index, expected, found);
  }

  /** A decision is under a policy version that was activated before; without a policy, under the version that has two seniors decide. */
  checkInForce({ index, row: { policyVersion, occurredAt, recordedAt } }) {
    if (policyVersion === null || policyVersion === 'fail-closed') return;
    this.report.check('decisions, each under a policy version in force');
    const activated = this.#policies.get(policyVersion)?.activation?.row.occurredAt;
    if (activated === undefined) this.absent('rule-policy', index, recordedAt, `an activation of policy version ${policyVersion}`, 'none');
    else if (activated > occurredAt + minute) this.report.find('rule-policy', index, `a version activated before ${timeOf(occurredAt)}`, `${policyVersion}, first activated at ${timeOf(activated)}`);
  }

  /**
   * Whoever claimed was entered, active, and qualified for the queue, or for the one that it was escalated from. What was so within six minutes before counts: a token
   * is good for five, and clocks differ.
   */
  checkQualified({ index, row: { reviewer, occurredAt, recordedAt } }, { queue, escalatedFrom, isSenior }) {
    const states = this.#people.get(reviewer ?? '');
    this.report.check('claims, each by somebody qualified');
    if (states === undefined) return this.absent('rule-unqualified', index, recordedAt, `the entry of ${reviewer} in the register`, 'none');
    const then = states.filter(({ from }, at) => from <= occurredAt + minute && (states[at + 1]?.from ?? Infinity) >= occurredAt - 6 * minute);
    const mayWork = ({ isActive, roles, queues }) => {
      const senior = roles.includes('senior');
      if (!isActive || (isSenior && !senior)) return false;
      return (senior && queue === 'unclassified') || ['*', queue, queue.split('/')[0] ?? '', escalatedFrom ?? queue].some((each) => queues.includes(each));
    };
    if (!then.some(mayWork)) this.report.find('rule-unqualified', index, `somebody active and qualified for ${queue}${isSenior ? ', a senior' : ''}`, then.length === 0 ? `${reviewer}, who was entered later` : `${reviewer}: ${JSON.stringify(then.at(-1))}`);
  }

  /** The rates at which a policy version has decisions drawn; null where its text does not say them in a plain way. */
  ratesOf(version) {
    return this.#policies.get(version ?? '')?.rates ?? null;
  }

  /** Whether nothing that happened may be missing. */
  get isWhole() {
    return this.#evidence.isWhole;
  }

  /** Whether somebody was an active privacy officer at an instant, or at some time before; null where the register has nothing of them until then. */
  wasOfficer(person, at, orBefore) {
    const states = (this.#people.get(person) ?? []).filter(({ from }) => from <= at + minute);
    if (states.length === 0) return null;
    return states.some(({ isActive, roles }, number) => isActive && roles.includes('privacy-officer') && (orBefore || (states[number + 1]?.from ?? Infinity) >= at - 6 * minute));
  }

  /** What concerns no decision by itself. */
  checkAll() {
    for (const [version, policy] of this.#policies) if (policy.activation !== null) this.#checkApproval(version, policy, policy.activation);
    this.#checkKeys();
    this.#checkErasures();
    this.#checkRetentionRules();
  }

  /** Events of these records, where they can be read. */
  all(...records) {
    return this.#events.flatMap((event) => (records.includes(event.row.record) && event.value !== null ? [{ ...event, value: event.value }] : []));
  }

  #readPolicies() {
    const versionOf = (value) => {
      const policy = this.#policies.get(String(value['version'])) ?? { proposedBy: null, proposedAt: Infinity, approvals: [], activation: null, rates: null };
      this.#policies.set(String(value['version']), policy);
      return policy;
    };
    for (const event of this.all('PolicyProposed', 'PolicyApproved', 'PolicyActivated')) {
      const { value, row: { record, occurredAt } } = event;
      const policy = versionOf(value);
      if (record === 'PolicyProposed') Object.assign(policy, { proposedBy: String(value['proposedBy']), proposedAt: occurredAt });
      if (record === 'PolicyApproved') policy.approvals.push({ by: String(value['approvedBy']), at: occurredAt });
      else policy.rates ??= ratesIn(String(value['text']));
      if (record === 'PolicyActivated' && (policy.activation === null || occurredAt < policy.activation.row.occurredAt)) policy.activation = event;
    }
  }

  /** Every version that was activated was proposed by one person and approved by another before. */
  #checkApproval(version, { proposedBy, proposedAt, approvals }, { index, row: { occurredAt } }) {
    this.report.check('policy versions, each proposed and approved by two people before its activation');
    if (proposedBy === null || approvals.length === 0) return this.absent('rule-policy', index, 0, `the proposal and the approval of policy version ${version}`, proposedBy === null ? 'no proposal' : 'no approval');
    if (proposedAt > occurredAt || !approvals.some(({ by, at }) => by !== proposedBy && at <= occurredAt)) this.report.find('rule-policy', index, `an approval by somebody else than ${proposedBy} before the activation at ${timeOf(occurredAt)}`, approvals.map(({ by, at }) => `${by} at ${timeOf(at)}`).join(', '));
  }

  /** Each key is the one whose digest was on record, all but the first ten minutes before its start: nobody chose a key when they knew what it would draw. */
  #checkKeys() {
    const commitments = this.all('SamplingKeyChanged');
    for (const { version, start, key } of this.keys) {
      const known = commitments.find(({ value }) => value['keyVersion'] === version);
      if (known === undefined) {
        this.absent('rule-sampling-key', null, 0, `a commitment to sampling key ${version}`, 'none');
        continue;
      }
      this.report.check('sampling keys, each against its commitment');
      if (known.value['commitment'] !== sha256(key).toString('hex') || known.value['validFrom'] !== start) this.report.find('rule-sampling-key', known.index, `key ${version} with digest ${String(known.value['commitment'])} from ${timeOf(Number(known.value['validFrom']))}`, 'another key, or another start');
    }
    const first = Math.min(...commitments.map(({ row }) => row.occurredAt));
    for (const { index, row: { occurredAt }, value } of commitments) if (occurredAt > first && Number(value['validFrom']) < occurredAt + 10 * minute) this.report.find('rule-sampling-key', index, `a commitment ten minutes before key ${String(value['keyVersion'])} starts`, timeOf(occurredAt));
  }

  /** Content is erased when one person asked for it and another approved. */
  #checkErasures() {
    const requests = new Map(this.all('ErasureRequested').map(({ row, value }) => [value['erasureId'], row.actor]));
    const approvals = this.all('ErasureApproved');
    for (const { index, row, value: { erasureId, requestedBy } } of approvals) {
      this.#checkTwo('approvals of erasures, each by a second person', index, row, requestedBy);
      if (requests.get(erasureId) !== requestedBy) this.absent('rule-erasure', index, row.recordedAt, `a request of the erasure ${String(erasureId)} by ${String(requestedBy)}`, 'none');
    }
    const erased = new Map(this.all('DecisionErased').reverse().map((event) => [event.value['erasureId'], event]));
    for (const [erasureId, { index, row }] of erased) {
      this.report.check('erasures, each approved by a second person');
      if (approvals.every(({ value }) => value['erasureId'] !== erasureId)) this.absent('rule-erasure', index, row.recordedAt, `an approval of the erasure ${String(erasureId)}`, 'none');
    }
    for (const { index, row, value } of this.all('LegalHoldLifted')) this.#checkTwo('legal holds lifted, each by two people', index, row, value['askedBy']);
  }

  /** How long rows are kept is a rule of two privacy officers: who agreed was one then, and who asked at some time before. */
  #checkRetentionRules() {
    for (const { index, row, value: { askedBy } } of this.all('RetentionRuleChanged')) {
      this.#checkTwo('retention rules, each by two people', index, row, askedBy);
      for (const [person, orBefore] of [[row.actor ?? '', false], [String(askedBy), true]]) {
        const isOfficer = this.wasOfficer(person, row.occurredAt, orBefore);
        if (isOfficer === null) this.absent('rule-erasure', index, row.recordedAt, `the entry of ${person} in the register`, 'none');
        if (isOfficer === false) this.report.find('rule-erasure', index, 'a rule of two privacy officers', `${person}, who was none`);
      }
    }
  }

  #checkTwo(what, index, { actor }, other) {
    this.report.check(what);
    if (actor === null || typeof other !== 'string' || actor === other) this.report.find('rule-erasure', index, 'two people', `${actor} and ${String(other)}`);
  }
}

/** The rates at the top level of a policy's text (YAML); re-reviews are 3 % unless it says otherwise. */
function ratesIn(text) {
  const rate = (name) => new RegExp(`^${name}:[ \\t]*([0-9.eE+-]+)[ \\t]*(#.*)?$`, 'm').exec(text)?.[1];
  const [spotCheck, reReview] = [rate('spotCheckRate'), rate('reReviewRate')];
  if (spotCheck === undefined || (reReview === undefined && text.includes('reReviewRate'))) return null;
  return { spotCheck: Number(spotCheck), reReview: Number(reReview ?? 0.03) };
}

/** A draw: HMAC-SHA256 of purpose, system and decision id, each behind its length in bytes and a colon; its first 53 bits, as a number from 0 to below 1. */
function drawWith({ key }, purpose, { system, decisionId }) {
  const text = [purpose, system ?? '', decisionId ?? ''].map((part) => `${Buffer.byteLength(part)}:${part}`).join('');
  return Number(createHmac('sha256', key).update(text).digest().readBigUInt64BE() >> 11n) / 2 ** 53;
}

function texts(value) {
  return Array.isArray(value) ? value.map(String) : [];
}

// ---------- packages/evidence/src/plain/retention.ts

/**
 * Of rows that are gone, those whose retention did not end. An end of retention explains rows of its day, in its range, if the rules that were in force then
 * let all their types go, and if as many are gone as it says. `evidence`: the indexes that a range has all records of.
 */
function unexplained(gone, takenOut, world, evidence) {
  const { report } = world;
  const ends = world.all('RetentionApplied').filter((end) => isOver(end, takenOut, world)).map((end) => ({ ...end, explains: [] }));
  for (const row of gone) for (const end of ends) if (mayExplain(end, row)) end.explains.push(row);
  const explained = new Set();
  for (const { index, value: { day, firstIndex, lastIndex, records }, explains } of ends) {
    const isCovered = evidence !== null && Number(firstIndex) >= evidence.first && Number(lastIndex) <= evidence.last;
    // What only this explains must be within its number, and all that it may explain must reach it.
    const certain = explains.filter((row) => ends.filter((end) => mayExplain(end, row)).length === 1).length;
    if (explains.length === 0) continue;
    if (isCovered && (certain > Number(records) || explains.length < Number(records))) {
      report.find('rule-erasure', index, `${String(records)} rows of ${String(day)} gone, as its end of retention says`, `${explains.length}`);
      continue;
    }
    if (!isCovered) report.skip('rows that are gone, as many as their end of retention says', 'the evidence has a part of their day');
    for (const row of explains) explained.add(row);
  }
  const unknown = [...explained].filter(({ was }) => was === null).length;
  if (unknown > 0) report.skip('what rows that are gone were', 'the evidence does not say it, so that neither their day nor their type can be held against the rule', unknown);
  return gone.filter((row) => !explained.has(row));
}

function mayExplain({ value: { day, firstIndex, lastIndex } }, { index, was }) {
  return typeof firstIndex === 'number' && typeof lastIndex === 'number' && index >= firstIndex && index <= lastIndex && (was === null || dayOf(was.recordedAt) === dayOf(Date.parse(String(day)) * 1000));
}

/** Whether the time of all types was over that it names, and of those that are known to have gone that day. */
function isOver({ index, row: { occurredAt, recordedAt }, value: { day, ruleDays, decisionTypes } }, takenOut, world) {
  const { report } = world;
  const date = dayOf(Date.parse(String(day)) * 1000);
  report.check('ends of retention');
  if (!((date + Number(ruleDays) + 1) * 24 * 60 * minute <= occurredAt)) {
    report.find('rule-erasure', index, `records of ${String(day)} for ${String(ruleDays)} days`, 'their end before');
    return false;
  }
  const types = new Set(Array.isArray(decisionTypes) ? decisionTypes.map(String) : []);
  for (const { was } of takenOut) if (was !== null && dayOf(was.recordedAt) === date) types.add(was.decisionType);
  // A rule may have been changed while the day was looked at: the one of a minute before will do.
  const [now, before] = [longestRule(world, types, occurredAt), longestRule(world, types, occurredAt - minute)];
  const days = now === null ? null : Math.min(now, before ?? now);
  const isLongEnough = days !== null && days <= Number(ruleDays);
  if (days === null || (!isLongEnough && !world.isWhole)) world.absent('rule-erasure', index, recordedAt, 'a rule by two people that retention follows', 'none');
  else if (!isLongEnough) report.find('rule-erasure', index, `records of ${String(day)} ${days === Infinity ? 'for ever' : `for ${days} days`}, as the rules of their types say`, `their end after ${String(ruleDays)}`);
  return isLongEnough || days === null || !world.isWhole;
}

/** In days, of the rules in force at an instant: each type has its own, or that of everything else, which is also that of what has no type. Null where one has none that is known. */
function longestRule(world, types, at) {
  const changes = world.all('RetentionRuleChanged').filter(({ row }) => row.occurredAt <= at).sort((a, b) => a.row.occurredAt - b.row.occurredAt);
  const rules = new Map(changes.map(({ value: { decisionType, keepDays } }) => [String(decisionType), typeof keepDays === 'number' ? keepDays : Infinity]));
  const each = (types.size === 0 ? [null] : [...types]).map((type) => rules.get(type ?? '*') ?? rules.get('*'));
  return each.includes(undefined) ? null : Math.max(...each.map(Number));
}

// ========== The report, the command line, and the schemas that events may have

// ---------- packages/evidence/src/plain/report.ts

/** What can be found. The first part is about bytes that are not what was signed; `rule-` about bytes that are, and say that a rule was broken. */
const findings = {
  'bundle-damaged': 'The bundle is cut off or breaks its format.',
  'checkpoint-unsigned': 'A checkpoint is not signed by the log.',
  'checkpoints-inconsistent': 'A checkpoint does not begin the next one: the log signed two histories.',
  'log-forked': 'The log has another history than a checkpoint that was kept elsewhere.',
  'log-rolled-back': 'The log is older than a checkpoint that was kept elsewhere.',
  'history-rewritten': 'Records and hashes were changed together: the tree is not the one that was signed.',
  'tail-truncated': 'Records at the end of the log are gone.',
  'partition-missing': 'All records of a day are gone.',
  'row-missing': 'A record is gone.',
  'row-inserted': 'There is a record that the log never had.',
  'row-changed': 'A record is not what the log committed to.',
  'rows-swapped': 'Records stand in the places of others.',
  'backdated': 'An instant of a record was changed, or is not possible where it stands.',
  'content-changed': 'A payload is not what its record committed to.',
  'content-missing': 'A payload is gone.',
  'presentation-changed': 'What a reviewer was shown is not what is on record.',
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

/** The evidence breaks its format; the message says how. */
class Damaged extends Error {}

/** Collects what was checked, what was found, and what could not be checked. */
class PlainReport {
  found = [];
  checked = new Map();
  /** What could not be checked, and what is as it should be and worth knowing: how often, by what it is about and why. */
  unchecked = new Map();
  notes = new Map();

  /** `index`: of the record that it is about, null where it is about none. */
  find(code, index, expected, found) {
    this.found.push({ code, index, expected, found, place: '' });
  }

  check(what, times = 1) {
    if (times > 0) this.checked.set(what, (this.checked.get(what) ?? 0) + times);
  }

  skip(what, why, times = 1) {
    this.unchecked.set(`${what}: ${why}`, (this.unchecked.get(`${what}: ${why}`) ?? 0) + times);
  }

  note(what, why, times = 1) {
    this.notes.set(`${what}: ${why}`, (this.notes.get(`${what}: ${why}`) ?? 0) + times);
  }

  get verdict() {
    return this.found.length > 0 ? 'findings' : this.unchecked.size > 0 ? 'incomplete' : 'verified';
  }

  /** For people. What comes from a bundle must not write on their terminal: control characters are replaced. */
  toString() {
    const list = (lines) => [...lines].map(([what, times]) => `  ${times} × ${what}`);
    const counts = new Map();
    for (const { code } of this.found) counts.set(`${code}: ${findings[code]}`, (counts.get(`${code}: ${findings[code]}`) ?? 0) + 1);
    const each = this.found.slice(0, 1000).map(({ code, place, expected, found }) => `  ${code}${place === '' ? '' : ` at ${place}`}\n    expected ${expected}\n    found    ${found}`);
    const headings = {
      verified: 'VERIFIED. Everything was checked, and nothing was found.', incomplete: 'INCOMPLETE. Nothing was found, and not everything could be checked.',
      findings: `FINDINGS: ${this.found.length}. This is not what was signed, or rules were broken.`,
    };
    const parts = [['Checked', list(this.checked)], ['Found', [...list(counts), ...each]], ['Not checked', list(this.unchecked)], ['To know', list(this.notes)]];
    const text = [headings[this.verdict], ...parts.flatMap(([title, lines]) => (lines.length === 0 ? [] : ['', title, ...lines]))].join('\n');
    return `${text.replace(/[^\P{Cc}\n]|\p{Cf}/gu, '\ufffd')}\n`;
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

// ---------- packages/evidence/src/plain/program.ts

const many = { type: 'string', multiple: true };
const one = { type: 'string' };
/** Its records take some five times as much, and Node has 4 GB unless it is told otherwise. */
const bytesMax = 500_000_000;

const exitCodes = { verified: 0, findings: 1, incomplete: 2 };

try {
  const { values, positionals: [path, ...more] } = parseArgs({ allowPositionals: true, options: { 'key': many, 'checkpoints': many, 'witness-key': many, 'sampling-keys': one, 'origin': one } });
  if (path === undefined || more.length > 0 || values.key === undefined) throw new Damaged('Usage: node countersign-verify-plain.mjs BUNDLE --key FILE|KEY [--checkpoints FILE] [--witness-key FILE|KEY] [--sampling-keys FILE] [--origin NAME]');
  if (statSync(path).size > bytesMax) throw new Damaged(`${path} has more than 500 MB, and this verifier reads a bundle whole. Take countersign-verify.mjs, which checks the same of any size.`);
  const bundle = readBundle(readFileSync(path));
  const logKeys = signersIn(values.key, 1);
  const origin = values.origin ?? logKeys[0]?.name;
  if (bundle.origin !== origin || (values.origin === undefined && logKeys.some(({ name }) => name !== origin))) throw new Damaged(`The evidence is of the log ${bundle.origin}, and the keys are of ${logKeys.map(({ name }) => name).join(', ')}. Give --origin if the keys of that log have other names.`);
  const held = (values.checkpoints ?? []).flatMap(notesOf);
  const report = verifyPlainly(bundle, { logKeys, witnessKeys: signersIn(values['witness-key'] ?? [], 4), held }, values['sampling-keys'] === undefined ? [] : drawKeysIn(values['sampling-keys']));
  process.stdout.write(`${bundle.kind === 'selection' ? 'Selected records' : 'All records'} from index ${bundle.first} to ${bundle.last} of the log ${bundle.origin}\n${report.toString()}`);
  process.exitCode = exitCodes[report.verdict];
} catch (error) {
  // What cannot be read or understood is told in a sentence, and is no verdict.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 3;
}

/** Keys of one type, as they are or from files with one in each line; each once. */
function signersIn(values, type) {
  const lines = values.flatMap((value) => (existsSync(value) ? readFileSync(value, 'utf8').split('\n') : [value])).map((line) => line.trim()).filter((line) => line !== '');
  const signers = [...new Set(lines)].map(readSigner);
  for (const signer of signers) if (signer.type !== type) throw new Damaged(`The key ${signer.name}+${signer.id} is of another kind than is needed here.`);
  return signers;
}

/** Checkpoints that somebody kept: JSON lines with a member `checkpoint`, of which one may be cut off, or one note. */
function notesOf(file) {
  const notes = [];
  for (const line of heldLines(file)) notes.push(...checkpointIn(line));
  if (notes.length === 0) notes.push(readFileSync(file, 'utf8'));
  if (notes.every((note) => !note.includes('\n\n\u2014 '))) throw new Damaged(`${file} is neither a checkpoint nor JSON lines of them.`);
  return notes;
}

/** One after the other: such a file may be longer than a text can be. */
function* heldLines(file) {
  const handle = openSync(file, 'r');
  const block = Buffer.alloc(1_000_000);
  let rest = Buffer.alloc(0);
  for (let read = readSync(handle, block); read > 0; read = readSync(handle, block)) {
    const bytes = Buffer.concat([rest, block.subarray(0, read)]);
    const end = bytes.lastIndexOf('\n') + 1;
    yield* bytes.toString('utf8', 0, end).split('\n').slice(0, -1);
    rest = bytes.subarray(end);
  }
  yield rest.toString('utf8');
  closeSync(handle);
}

/** What a witness was shown and nobody signed is none. */
function checkpointIn(line) {
  try {
    const { checkpoint, alarm } = objectOfText(line);
    return typeof checkpoint === 'string' && alarm !== 'unsigned' ? [checkpoint] : [];
  } catch {
    return [];
  }
}

function drawKeysIn(file) {
  const { keys } = objectOfText(readFileSync(file, 'utf8'));
  if (!Array.isArray(keys)) throw new Damaged(`${file} is no file of sampling keys.`);
  return (keys).map(({ version, validFrom, keyBase64 }) => ({ version: String(version), start: Date.parse(String(validFrom)) * 1000, key: Buffer.from(String(keyBase64), 'base64') })).sort((a, b) => a.start - b.start);
}
