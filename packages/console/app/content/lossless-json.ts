/** Reads JSON only where nothing of it is lost: a person must not be shown another amount than the case has. Pure. */

/**
 * The value, or undefined where it is not what the text says: numbers that a double cannot hold, a name that comes twice, names that would change their order.
 * What is read is written again, and its texts and numbers are compared with those of the text, one after the other. Throws where the text is no JSON.
 */
export function readLossless(text: string): unknown {
  const value: unknown = JSON.parse(text);
  const [read, written] = [scalarsOf(text), scalarsOf(JSON.stringify(value))];
  return read.length === written.length && read.every((scalar, index) => scalar === written[index]) ? value : undefined;
}

/** Of valid JSON. The same text gives the same, and so does the same amount, however they are written. */
function scalarsOf(json: string): string[] {
  return (json.match(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g) ?? []).map((scalar) => (scalar.startsWith('"') ? plainText(scalar) : amountOf(scalar)));
}

function plainText(text: string): string {
  return text.includes('\\') ? JSON.stringify(JSON.parse(text)) : text;
}

/** `1.50e1` is `15e0`, whole whatever its size. */
function amountOf(number: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  return end === 0 ? '0' : `${sign}${digits.slice(0, end)}e${Number(exponent) - fraction.length + digits.length - end}`;
}
