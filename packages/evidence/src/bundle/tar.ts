/** Bytes of a header, and what every file is filled up to (POSIX.1-2017, pax, "ustar Interchange Format"). */
const tarBlockBytes = 512;
/** Eleven octal digits. */
const sizeMax = 8 ** 11 - 1;
const nameBytesMax = 100;

/**
 * The header of one file in a tar: name in ASCII, at most 100 bytes, and size below 8 GiB; a `RangeError` for anything else. Owner and
 * time are left empty, so that the same content gives the same bytes.
 */
export function tarHeader(name: string, bytes: number): Buffer {
  if (!/^[\x21-\x7e]+$/.test(name) || name.length > nameBytesMax) throw new RangeError(`${name} is no name for a file of a bundle.`);
  if (!Number.isSafeInteger(bytes) || bytes < 0 || bytes > sizeMax) throw new RangeError(`A file of a bundle has at most ${sizeMax} bytes, not ${bytes}.`);
  const header = Buffer.alloc(tarBlockBytes);
  const write = (text: string, at: number): void => void header.write(text, at, 'ascii');
  write(name, 0);
  write('0000644\0', 100);
  write('0000000\0', 108);
  write('0000000\0', 116);
  write(`${octal(bytes, 11)}\0`, 124);
  write('00000000000\0', 136);
  write('        ', 148);
  write('0', 156);
  write('ustar\x0000', 257);
  write(`${octal(checksumOf(header), 6)}\0 `, 148);
  return header;
}

/** What follows a file of so many bytes, up to the next block. */
export function tarPadding(bytes: number): Buffer {
  return Buffer.alloc((tarBlockBytes - (bytes % tarBlockBytes)) % tarBlockBytes);
}

/** What a tar ends with: two empty blocks. */
export function tarEnd(): Buffer {
  return Buffer.alloc(2 * tarBlockBytes);
}

/** The sum of a header's bytes, its own field taken as blanks. */
function checksumOf(header: Buffer): number {
  let sum = 0;
  for (const byte of header) sum += byte;
  return sum;
}

function octal(number: number, digits: number): string {
  return number.toString(8).padStart(digits, '0');
}
