import { describe, expect, test } from '@jest/globals';
import { sign } from 'node:crypto';
import fc from 'fast-check';
import { privateKey, testKey } from '../testing/keys.ts';
import { cosignedMessage } from './cosigned.ts';
import { formatNote, noteBytesMax, parseNote, type NoteSignature } from './note.ts';
import { cosignText, signNote } from './sign.ts';
import { verifyNote } from './verify.ts';

const log = testKey('log.example/countersign', 'ed25519', 7);
const other = testKey('other.example', 'ed25519', 8);
const witness = testKey('witness.example', 'cosignature/v1', 9);
const text = 'A text.\n\nIt has an empty line.\n';
const signed = formatNote({ text, signatures: [signNote(text, log)] });
const line = signed.slice(text.length + 1);

function read(note: Uint8Array | string) {
  const result = parseNote(note);
  if (!result.ok) throw new Error(result.reason);
  return result.value;
}

describe('a note', () => {
  test('comes back as it was, whatever its text and signatures', () => {
    const name = fc.string({ minLength: 1, unit: 'grapheme' }).filter((name) => !/[\p{White_Space}\p{Cc}+]/u.test(name));
    const signature = fc.record({ name, keyId: fc.nat(2 ** 32 - 1), signature: fc.uint8Array({ minLength: 1, maxLength: 80 }) });
    const body = fc.string({ unit: 'grapheme' }).filter((text) => !/[\u0000-\u0009\u000b-\u001f]/.test(text)).map((text) => `${text}\n`);
    fc.assert(
      fc.property(body, fc.array(signature, { minLength: 1, maxLength: 20 }), (text, signatures) => {
        const note = formatNote({ text, signatures });
        const back = read(Buffer.from(note));
        expect([back.text, back.signatures.map(plain)]).toEqual([text, signatures.map(plain)]);
        expect(formatNote(read(note))).toBe(note);
      }),
    );
  });

  test('with a hundred signatures is read', () => {
    const signatures = Array.from({ length: 100 }, (_, keyId) => ({ name: 'a', keyId, signature: Buffer.alloc(2500) }));
    expect(read(formatNote({ text, signatures })).signatures).toHaveLength(100);
    expect(parseNote(`${signed}${line.repeat(100)}`)).toMatchObject({ ok: false, reason: expect.stringContaining('100') });
    expect(() => formatNote({ text, signatures: [...signatures, ...signatures] })).toThrow(RangeError);
  });

  test.each<[string, string | Uint8Array]>([
    ['nothing', ''],
    ['text without signatures', text],
    ['no blank line before the signatures', `A text.\n${line}`],
    ['no signature after the blank line', `A text.\n\n`],
    ['no newline at the end', signed.slice(0, -1)],
    ['a second newline at the end', `${signed}\n`],
    ['text after the signatures', `${signed}more\n`],
    ['a hyphen for the em dash', signed.replace('\u2014 ', '- ')],
    ['no blank after the em dash', signed.replace('\u2014 ', '\u2014')],
    ['no name', signed.replace('\u2014 log.example/countersign', '\u2014 ')],
    ['no signature in its line', signed.replace(/ \S+\n$/, '\n')],
    ['a third word in its line', signed.replace(/\n$/, ' x\n')],
    ['two blanks', signed.replace('countersign ', 'countersign  ')],
    ['a plus in the name', signed.replace('countersign ', 'counter+sign ')],
    ['a no-break space in the name', signed.replace('countersign ', 'counter\u00a0sign ')],
    ['an em space in the name', signed.replace('countersign ', 'counter\u2003sign ')],
    ['a next-line character in the name', signed.replace('countersign ', 'counter\u0085sign ')],
    ['only a key id', signed.replace(/ \S+\n$/, ' AAAAAA==\n')],
    ['base64 with stray bits', signed.replace(/.=\n$/, 'B=\n')],
    ['base64 without padding', signed.replace(/=\n$/, '\n')],
    ['base64url', signed.replace(/[+/](?=\S*\n$)/, '_')],
    ['CR LF', signed.replaceAll('\n', '\r\n')],
    ['one CR in the text', signed.replace('A text', 'A\rtext')],
    ['a tab', signed.replace('A text', 'A\ttext')],
    ['a NUL', signed.replace('A text', 'A\0text')],
    ['half a surrogate pair', signed.replace('A text', 'A \ud800')],
    ['other than UTF-8', Buffer.from(signed, 'latin1')],
    ['overlong UTF-8', Buffer.concat([Buffer.from([0xc0, 0x8a]), Buffer.from(signed)])],
    ['more than a million bytes', `${'a'.repeat(noteBytesMax)}${signed}`],
  ])('with %s is refused', (_, note) => {
    expect(parseNote(note)).toMatchObject({ ok: false, code: 'malformed', reason: expect.stringMatching(/\.$/) });
  });

  test('is not made of what could not be read', () => {
    const signature = { name: 'a', keyId: 1, signature: Buffer.alloc(1) };
    for (const text of ['', 'no newline', 'a\r\n', 'a\0\n', '\ud800\n']) expect(() => formatNote({ text, signatures: [signature] })).toThrow(RangeError);
    for (const wrong of [{ name: '' }, { name: 'a b' }, { name: 'a+b' }, { name: 'a\nb' }, { keyId: -1 }, { keyId: 2 ** 32 }, { signature: Buffer.alloc(0) }]) {
      expect(() => formatNote({ text: 'a\n', signatures: [{ ...signature, ...wrong }] })).toThrow(RangeError);
    }
    expect(() => formatNote({ text: 'a\n', signatures: [] })).toThrow(RangeError);
    expect(() => signNote('no newline', log)).toThrow(RangeError);
  });

  test('any bytes are read or refused, and what is read is written the same', () => {
    const almost = fc.tuple(fc.nat(signed.length), fc.string({ unit: 'binary', maxLength: 3 }), fc.nat(3)).map(([at, put, cut]) => signed.slice(0, at) + put + signed.slice(at + cut));
    fc.assert(
      fc.property(fc.oneof(fc.string(), almost), (input) => {
        const result = parseNote(input);
        if (result.ok) expect(formatNote(result.value)).toBe(input);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('verifying a note', () => {
  const keys = [log.verifier, witness.verifier];

  test('gives the keys that signed, and the times of cosignatures', () => {
    const note = { text, signatures: [cosignText(text, witness, 1_700_000_000), signNote(text, other), signNote(text, log)] };
    const result = verifyNote(note, keys);
    expect(result.ok && result.value.verified.map(({ key, timestampS }) => [key.name, timestampS])).toEqual([['witness.example', 1_700_000_000], ['log.example/countersign', null]]);
    expect(result.ok && result.value.unknown.map(({ name }) => name)).toEqual(['other.example']);
  });

  test('every changed character of the text is found out', () => {
    for (let at = 0; at < text.length - 1; at += 1) {
      const changed = `${text.slice(0, at)}${text[at] === 'x' ? 'y' : 'x'}${text.slice(at + 1)}`;
      expect(verifyNote({ ...read(signed), text: changed }, keys)).toMatchObject({ ok: false, code: 'bad-signature' });
    }
  });

  test('a byte order mark is a character of the text, and is found out', () => {
    const note = read(Buffer.from(`\ufeff${signed}`));
    expect(note.text).toBe(`\ufeff${text}`);
    expect(verifyNote(note, keys)).toMatchObject({ ok: false, code: 'bad-signature' });
  });

  test('every flipped bit of a signature, a note\'s or a cosignature\'s, its time included', () => {
    for (const signature of [signNote(text, log), cosignText(text, witness, 1_700_000_000)]) {
      for (let bit = 0; bit < signature.signature.length * 8; bit += 1) {
        const bytes = Uint8Array.from(signature.signature, (byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
        expect(verifyNote({ text, signatures: [{ ...signature, signature: bytes }] }, keys)).toMatchObject({ ok: false, code: 'bad-signature' });
      }
    }
  });

  test('a signature of the wrong length, or of another key under a known name and id', () => {
    const right = signNote(text, log);
    const forged = { ...signNote(text, other), name: right.name, keyId: right.keyId };
    for (const signature of [forged, { ...right, signature: right.signature.slice(1) }, { ...right, signature: Buffer.concat([right.signature, Buffer.alloc(1)]) }]) {
      expect(verifyNote({ text, signatures: [signature] }, keys)).toMatchObject({ code: 'bad-signature' });
    }
    expect(verifyNote({ text, signatures: [{ ...cosignText(text, witness, 5), signature: Buffer.alloc(71) }] }, keys)).toMatchObject({ code: 'bad-signature' });
  });

  test('a known name with another id, or a known id with another name, is unknown', () => {
    const right = signNote(text, log);
    for (const signature of [{ ...right, keyId: right.keyId ^ 1 }, { ...right, name: 'elsewhere.example' }]) {
      expect(verifyNote({ text, signatures: [signature] }, keys)).toMatchObject({ ok: false, code: 'unsigned' });
      expect(verifyNote({ text, signatures: [signature, right] }, keys)).toMatchObject({ ok: true });
    }
    expect(verifyNote({ text, signatures: [right] }, [])).toMatchObject({ code: 'unsigned' });
  });

  test('a key counts once, and each of its signatures must hold', () => {
    const right = signNote(text, log);
    const twice = verifyNote({ text, signatures: [right, right] }, keys);
    expect(twice.ok && twice.value.verified).toHaveLength(1);
    const bad = { ...right, signature: Buffer.alloc(64) };
    for (const signatures of [[right, bad], [bad, right]]) expect(verifyNote({ text, signatures }, keys)).toMatchObject({ code: 'bad-signature' });
    const times = verifyNote({ text, signatures: [cosignText(text, witness, 7), cosignText(text, witness, 8)] }, keys);
    expect(times.ok && times.value.verified.map(({ timestampS }) => timestampS)).toEqual([7]);
  });

  test('a public key is not given twice, under whatever name or type', () => {
    expect(() => verifyNote(read(signed), [log.verifier, log.verifier])).toThrow(RangeError);
    expect(() => verifyNote(read(signed), [log.verifier, testKey('alias.example', 'cosignature/v1', 7).verifier])).toThrow(RangeError);
  });
});

describe('note signature and cosignature', () => {
  test('are never taken for each other', () => {
    const asNote = testKey('same.example', 'ed25519', 20);
    const asWitness = testKey('same.example', 'cosignature/v1', 20);
    expect(() => signNote(text, asWitness)).toThrow(RangeError);
    expect(() => cosignText(text, asNote, 1)).toThrow(RangeError);
    expect(() => signNote(`cosignature/v1\ntime 1\n${text}`, asNote)).toThrow('cosignature');
    const moved = { ...cosignText(text, asWitness, 1), keyId: asNote.verifier.keyId };
    expect(verifyNote({ text, signatures: [moved] }, [asNote.verifier])).toMatchObject({ code: 'bad-signature' });
  });

  test('times reach from 0 to 2^53 - 1 seconds', () => {
    for (const timestampS of [0, 2 ** 53 - 1]) {
      const result = verifyNote({ text, signatures: [cosignText(text, witness, timestampS)] }, [witness.verifier]);
      expect(result.ok && result.value.verified[0]?.timestampS).toBe(timestampS);
    }
    for (const timestampS of [-1, 0.5, 2 ** 53, NaN]) expect(() => cosignText(text, witness, timestampS)).toThrow(RangeError);
    const late = Buffer.concat([Buffer.from('0020000000000000', 'hex'), sign(null, cosignedMessage(text, 2 ** 53), privateKey(9))]);
    expect(verifyNote({ text, signatures: [{ ...cosignText(text, witness, 1), signature: late }] }, [witness.verifier])).toMatchObject({ code: 'bad-signature' });
  });
});

function plain({ name, keyId, signature }: NoteSignature) {
  return { name, keyId, signature: Buffer.from(signature).toString('hex') };
}
