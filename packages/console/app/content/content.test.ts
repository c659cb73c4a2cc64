import { describe, expect, test } from '@jest/globals';
import { parseCsv } from './csv.ts';
import { fileNameOf, linkOf, partViewOf, sizeText } from './part-view.ts';
import { tableOf } from './table.ts';
import { changesOf } from './word-changes.ts';

describe('how a part is shown', () => {
  const kind = (mediaType: string, content: string, encoding: 'text' | 'base64' = 'text') => partViewOf({ mediaType, content, encoding }).kind;

  test('follows its media type, whatever parameters and capitals it has', () => {
    expect([
      kind('text/plain', 'x'), kind('Text/HTML; charset=utf-8', '<b>'), kind('application/json', '{"a":1}'), kind('application/ld+json', '[1]'), kind('text/csv', 'a,b\n1,2'),
      kind('image/png', 'iVBORw0KGgo=', 'base64'), kind('image/svg+xml', '<svg/>'), kind('application/pdf', 'JVBERg==', 'base64'), kind('application/json', '[{"a":1},{"a":2}]'),
    ]).toEqual(['text', 'html', 'json', 'json', 'table', 'image', 'image', 'file', 'table']);
  });

  test('is plain text where the content is not what it says it is', () => {
    expect([kind('application/json', '{"a":'), kind('text/csv', 'one line'), kind('unheard/of', 'x')]).toEqual(['text', 'text', 'text']);
  });

  test('never becomes a type that a browser runs', () => {
    for (const mediaType of ['text/html', 'application/xhtml+xml', 'text/javascript', 'application/x-shockwave-flash']) expect(kind(mediaType, 'PHNjcmlwdD4=', 'base64')).toBe('file');
    for (const mediaType of ['text/javascript', 'application/xml', 'text/xml']) expect(kind(mediaType, '<script>')).toBe('text');
  });

  test('of broken base64 is empty, not an exception', () => {
    expect(partViewOf({ mediaType: 'image/png', content: '***', encoding: 'base64' })).toMatchObject({ kind: 'image', bytes: new Uint8Array() });
  });
});

test('CSV keeps quotes, separators and line ends inside quotes', () => {
  expect(parseCsv('a,b\r\n"x, ""y""","two\nlines"\n\nlast,')).toEqual([['a', 'b'], ['x, "y"', 'two\nlines'], ['last', '']]);
  expect(parseCsv('"never closed, \n still')).toEqual([['never closed, \n still']]);
  expect(parseCsv('')).toEqual([]);
});

describe('what a part says is not changed by drawing it', () => {
  const view = (mediaType: string, content: string) => partViewOf({ mediaType, content });

  test('a row that is longer than the first keeps its cells', () => {
    expect(view('text/csv', 'Claims of 2026\ndate,amount,paid\n2026-01-02,900,no')).toMatchObject({ kind: 'table', table: { columns: ['Claims of 2026', '', ''], rows: [['date', 'amount', 'paid'], ['2026-01-02', '900', 'no']] } });
  });

  test.each(['{"id":12345678901234567890}', '{"amount":100,"amount":900}', '{"share":0.12345678901234567890}', '{"far":1e999}', '{"10":"b","2":"a"}', '{"near":1e-999}'])('JSON that a tree would alter stays text: %s', (json) => {
    expect(view('application/json', json)).toEqual({ kind: 'text', text: json });
  });

  test.each(['{"a":1.0,"b":1e3,"c":-0,"d":0.30000000000000004,"e":"\\u00e9 \\/ \\\\\\"","f":[true,null,1E+2,0.00012,100000000000000000000]}', ' [ ] ', '"12345678901234567890"', '7'])('and other JSON is drawn: %s', (json) => {
    expect(view('application/json', json)).toMatchObject({ kind: 'json', source: json });
  });

  test('what is drawn has its source beside it', () => {
    expect(view('text/csv', 'a,b\n1,2')).toMatchObject({ kind: 'table', source: 'a,b\n1,2' });
    expect(view('application/json', '[{"a":1},{"a":2}]')).toMatchObject({ kind: 'table', source: '[{"a":1},{"a":2}]' });
  });
});

describe('content cannot keep the desk busy', () => {
  test('a table of too many columns or cells stays text', () => {
    const wide = `${','.repeat(240_000)}\nx`;
    const long = 'a,b\n'.repeat(60_000);
    expect([wide, long].map((content) => partViewOf({ mediaType: 'text/csv', content }).kind)).toEqual(['text', 'text']);
    const rows = `[${Array.from({ length: 30_000 }, () => '{"a":1}').join()}]`;
    expect(partViewOf({ mediaType: 'application/json', content: rows }).kind).toBe('json');
    // A pattern that looks for zeros at the end would begin anew at each of these.
    expect(partViewOf({ mediaType: 'application/json', content: `1${'0'.repeat(200_000)}1` }).kind).toBe('text');
  });

  test('texts that have little in common are not compared word by word', () => {
    const words = (offset: number) => Array.from({ length: 3000 }, (_, index) => `w${index * 2 + offset}`).join(' ');
    expect(changesOf(words(0), words(1))).toBeNull();
    expect(changesOf(words(0), `${words(0)} more`)?.map(({ added, value }) => [added, value])).toEqual([[false, words(0)], [true, ' more']]);
  });
});

describe('a table in JSON', () => {
  test('is a list or an object of alike objects', () => {
    expect(tableOf([{ a: 1, b: true }, { a: 2 }])).toEqual({ columns: ['a', 'b'], rows: [['1', 'true'], ['2', '']] });
    expect(tableOf({ radius: { value: 9, range: [1, 2] }, texture: { value: 3, range: [4, 5] } })).toEqual({ columns: ['', 'value', 'range'], rows: [['radius', '9', '1 – 2'], ['texture', '3', '4 – 5']] });
  });

  test('has in a cell what stands there, whatever objects inherit', () => {
    expect(tableOf([{ a: 1, constructor: 2, toString: 3 }, { a: 4, constructor: 5 }])?.rows).toEqual([['1', '2', '3'], ['4', '5', '']]);
  });

  test('is not made of what has little in common, or of what is deep', () => {
    for (const value of [[{ a: 1 }], [{ a: 1 }, { b: 2 }, { c: 3 }], [{ a: { b: 1 } }, { a: { b: 2 } }], [1, 2], null, 'x', { a: 1, b: { c: 2 } }]) expect(tableOf(value)).toBeNull();
  });
});

test('only http addresses become links', () => {
  expect(linkOf('https://doi.org/10.1/x')?.host).toBe('doi.org');
  for (const uri of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', '//evil.example', 'https://bank.example@evil.example/', 'no address', ' javascript:alert(1)']) expect(linkOf(uri)).toBeNull();
});

test('file names hold no paths, and sizes are read by people', () => {
  expect([fileNameOf('../../etc/passwd'), fileNameOf('.bashrc'), fileNameOf('Bericht März.pdf'), fileNameOf('\u202e')]).toEqual(['_.._etc_passwd', 'bashrc', 'Bericht März.pdf', '_']);
  expect([sizeText(12), sizeText(4200), sizeText(1_300_000)]).toEqual(['12 B', '4.2 kB', '1.3 MB']);
});
