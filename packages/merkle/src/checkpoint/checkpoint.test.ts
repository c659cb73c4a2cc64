import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { leafHash, mth } from '../testing/naive-tree.ts';
import { testKey } from '../testing/keys.ts';
import { formatNote, parseNote } from '../note/note.ts';
import { signNote } from '../note/sign.ts';
import { formatCheckpoint, parseCheckpoint } from './checkpoint.ts';
import { cosignCheckpoint } from './cosign.ts';
import { openCheckpoint, type CheckpointPolicy } from './open.ts';

const origin = 'log.example/countersign';
const log = testKey(origin, 'ed25519', 7);
const nextLog = testKey(origin, 'ed25519', 6);
const witnesses = [testKey('w1.example', 'cosignature/v1', 11), testKey('w2.example', 'cosignature/v1', 12)] as const;
const text = formatCheckpoint({ origin, size: 300, root: mth(0, 300), extensions: [] });
const policy: CheckpointPolicy = { origin, logKeys: [log.verifier, nextLog.verifier], witnessKeys: witnesses.map(({ verifier }) => verifier) };
const line = fc.string({ unit: 'grapheme', minLength: 1 }).filter((line) => !/[\u0000-\u001f]/.test(line));

/** What Go's x/mod/sumdb/note signs for the tree of 300 leaves that its tlog package builds, with a seed of 32 bytes of 7. */
const goCheckpoint = `${origin}
300
56/ILTiUT8eTBUUygJHUWCMojB9zTL2sBjlnE+vUtdU=

\u2014 log.example/countersign K06TeaJ0c0WDyDHCOnXKteiafzv+mIuR5g76CuHxs+Qyy6blVkWwF6eAI7fdkDDZI9kILfk4uP01oJi4h6DvyZ7GhQI=
`;

/** The same text as transparency-dev's formats/note cosigns it at 1,795,703,702, as `witness.example` with a seed of 32 bytes of 9. */
const goCosignature = '\u2014 witness.example pQNntgAAAABrCEOWWFy4UfSH6UMwDF5qHYCxUWRP3PDqBUgkwhIQMP8JRqlDjxOSECJvxiIGyX1uqiA1BzeOa6/6TnLWsrCuNNXFDQ==\n';

describe('the text of a checkpoint', () => {
  test('comes back as it was, at every size', () => {
    fc.assert(
      fc.property(line, fc.maxSafeNat(), fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.array(line, { maxLength: 4 }), (origin, size, root, extensions) => {
        const read = parseCheckpoint(formatCheckpoint({ origin, size, root, extensions }));
        expect(read.ok && { ...read.value, root: [...read.value.root] }).toEqual({ origin, size, root: [...root], extensions });
      }),
    );
  });

  test.each([
    ['nothing', ''],
    ['two lines', `${origin}\n300\n`],
    ['no newline at the end', text.slice(0, -1)],
    ['an empty line at the end', `${text}\n`],
    ['an empty origin', text.replace(origin, '')],
    ['an empty line between', text.replace('\n300', '\n\n300')],
    ['an empty extension', `${text}a\n\nb\n`],
    ['CR', text.replaceAll('\n', '\r\n')],
    ['another line separator', text.replaceAll('\n', '\u2028')],
    ['a leading zero', text.replace('300', '0300')],
    ['two zeros', text.replace('300', '00')],
    ['a sign', text.replace('300', '+300')],
    ['a negative size', text.replace('300', '-300')],
    ['an exponent', text.replace('300', '3e2')],
    ['hexadecimal', text.replace('300', '0x12c')],
    ['a fraction', text.replace('300', '300.0')],
    ['a blank before the size', text.replace('300', ' 300')],
    ['a blank after the size', text.replace('300', '300 ')],
    ['Arabic digits', text.replace('300', '\u0663\u0660\u0660')],
    ['a size past 2^53 - 1', text.replace('300', '9007199254740992')],
    ['a size past 2^64', text.replace('300', '99999999999999999999')],
    ['a root of 31 bytes', text.replace(/\n[^\n]+\n$/, `\n${Buffer.alloc(31).toString('base64')}\n`)],
    ['a root of 33 bytes', text.replace(/\n[^\n]+\n$/, `\n${Buffer.alloc(33).toString('base64')}\n`)],
    ['a root without padding', text.replace('=\n', '\n')],
    ['a root with stray bits', text.replace('dU=', 'dV=')],
    ['a root in hex', text.replace(/\n[^\n]+\n$/, `\n${Buffer.alloc(32).toString('hex')}\n`)],
    ['a blank after the root', text.replace('=\n', '= \n')],
  ])('with %s is refused', (_, text) => {
    expect(parseCheckpoint(text)).toMatchObject({ ok: false, code: 'malformed', reason: expect.stringMatching(/\.$/) });
  });

  test('is not made of what could not be read', () => {
    const checkpoint = { origin, size: 1, root: mth(0, 1), extensions: [] };
    const wrongs = [{ origin: '' }, { origin: 'a\nb' }, { origin: 'a\r' }, { size: -1 }, { size: 2 ** 53 }, { size: 1.5 }, { root: Buffer.alloc(31) }, { extensions: [''] }, { extensions: ['a\nb'] }];
    for (const wrong of wrongs) expect(() => formatCheckpoint({ ...checkpoint, ...wrong })).toThrow(RangeError);
  });

  test('any text is read or refused, and what is read is written the same', () => {
    const almost = fc.tuple(fc.nat(text.length), fc.string({ unit: 'binary', maxLength: 2 }), fc.nat(2)).map(([at, put, cut]) => text.slice(0, at) + put + text.slice(at + cut));
    fc.assert(
      fc.property(fc.oneof(fc.string(), almost, fc.array(fc.string(), { maxLength: 5 }).map((lines) => lines.join('\n'))), (input) => {
        const read = parseCheckpoint(input);
        if (read.ok) expect(formatCheckpoint(read.value)).toBe(input);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('opening a checkpoint', () => {
  const signed = formatNote({ text, signatures: [signNote(text, log)] });
  const cosigned = formatNote({ text, signatures: [signNote(text, log), ...witnesses.map((witness, at) => cosignCheckpoint(text, witness, 1_700_000_000 + at))] });

  test('ours is the one that Go writes, byte for byte', () => {
    expect(signed).toBe(goCheckpoint);
    expect(openCheckpoint(Buffer.from(goCheckpoint), policy)).toMatchObject({ ok: true, value: { checkpoint: { origin, size: 300, extensions: [] }, text, cosignatures: [] } });
  });

  test('so is a cosignature', () => {
    const witness = testKey('witness.example', 'cosignature/v1', 9);
    const note = `${goCheckpoint}${goCosignature}`;
    expect(formatNote({ text, signatures: [signNote(text, log), cosignCheckpoint(text, witness, 1_795_703_702)] })).toBe(note);
    expect(openCheckpoint(note, { ...policy, witnessKeys: [witness.verifier], witnessesMin: 1 })).toMatchObject({ ok: true, value: { cosignatures: [{ timestampS: 1_795_703_702 }] } });
  });

  test('counts the witnesses that cosigned', () => {
    const opened = openCheckpoint(cosigned, { ...policy, witnessesMin: 2 });
    expect(opened.ok && opened.value.cosignatures.map(({ key, timestampS }) => [key.name, timestampS])).toEqual([['w1.example', 1_700_000_000], ['w2.example', 1_700_000_001]]);
    expect(openCheckpoint(cosigned, { ...policy, witnessesMin: 3 })).toMatchObject({ ok: false, code: 'too-few-witnesses', reason: expect.stringContaining('2 of 3') });
    expect(openCheckpoint(signed, { ...policy, witnessesMin: 1 })).toMatchObject({ code: 'too-few-witnesses' });
    expect(openCheckpoint(cosigned, { origin, logKeys: [log.verifier], witnessesMin: 1 })).toMatchObject({ code: 'too-few-witnesses' });
  });

  test('two keys of one witness count once', () => {
    const rotated = testKey('w1.example', 'cosignature/v1', 13);
    const note = formatNote({ text, signatures: [signNote(text, log), cosignCheckpoint(text, witnesses[0], 1), cosignCheckpoint(text, rotated, 2)] });
    const witnessKeys = [witnesses[0].verifier, rotated.verifier];
    expect(openCheckpoint(note, { ...policy, witnessKeys, witnessesMin: 2 })).toMatchObject({ code: 'too-few-witnesses' });
    expect(openCheckpoint(note, { ...policy, witnessKeys, witnessesMin: 1 })).toMatchObject({ ok: true, value: { cosignatures: [{ timestampS: 1 }, { timestampS: 2 }] } });
  });

  test('while keys rotate the old one, the new one, or both sign', () => {
    for (const keys of [[log], [nextLog], [log, nextLog]]) {
      expect(openCheckpoint(formatNote({ text, signatures: keys.map((key) => signNote(text, key)) }), policy)).toMatchObject({ ok: true });
    }
    expect(openCheckpoint(signed, { ...policy, logKeys: [nextLog.verifier] })).toMatchObject({ code: 'unsigned' });
  });

  test('witnesses do not stand in for the log', () => {
    const note = formatNote({ text, signatures: witnesses.map((witness) => cosignCheckpoint(text, witness, 5)) });
    expect(openCheckpoint(note, { ...policy, witnessesMin: 2 })).toMatchObject({ ok: false, code: 'unsigned' });
  });

  test('another origin, a tampered head, a forged cosignature and a signed text that is no checkpoint are each named', () => {
    const elsewhere = text.replace(origin, 'log.example/other');
    const note = (text: string) => formatNote({ text, signatures: [signNote(text, log)] });
    expect(openCheckpoint(note(elsewhere), policy)).toMatchObject({ code: 'wrong-origin' });
    expect(openCheckpoint(signed.replace('\n300\n', '\n301\n'), policy)).toMatchObject({ code: 'bad-signature' });
    expect(openCheckpoint(cosigned.replace(text, text.replace('300', '301')), policy)).toMatchObject({ code: 'bad-signature' });
    expect(openCheckpoint(note('Not a checkpoint.\n'), policy)).toMatchObject({ code: 'malformed' });
    expect(openCheckpoint(text, policy)).toMatchObject({ code: 'malformed' });
  });

  test('a cosignature covers the extension lines, and only checkpoints are cosigned', () => {
    const extended = formatCheckpoint({ origin, size: 1, root: leafHash(0), extensions: ['an extension'] });
    const note = formatNote({ text: extended, signatures: [signNote(extended, log), cosignCheckpoint(extended, witnesses[0], 5)] });
    expect(openCheckpoint(note, { ...policy, witnessesMin: 1 })).toMatchObject({ ok: true });
    const parsed = parseNote(note);
    const moved = { text: extended.replace('an extension', 'another'), signatures: parsed.ok ? parsed.value.signatures.slice(1) : [] };
    expect(openCheckpoint(formatNote(moved), policy)).toMatchObject({ code: 'bad-signature' });
    expect(() => cosignCheckpoint('Not a checkpoint.\n', witnesses[0], 5)).toThrow(RangeError);
    expect(() => cosignCheckpoint(text, log, 5)).toThrow(RangeError);
  });
});
