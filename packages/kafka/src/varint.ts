/** Zigzag, then seven bits a byte, least significant first; for 31-bit numbers. Returns where the next field begins. */
export function writeVarint(buffer: Buffer, start: number, value: number): number {
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  let at = start;
  for (; rest > 0x7f; rest >>>= 7) buffer[at++] = (rest & 0x7f) | 0x80;
  buffer[at] = rest;
  return at + 1;
}

export function sizeOfVarint(value: number): number {
  const rest = ((value << 1) ^ (value >> 31)) >>> 0;
  return rest < 0x80 ? 1 : rest < 0x4000 ? 2 : rest < 0x20_0000 ? 3 : rest < 0x1000_0000 ? 4 : 5;
}

/** Reads one at `cursor.at` and moves the cursor behind it. Behind the end everything is zero. */
export function readVarint(buffer: Buffer, cursor: { at: number }): number {
  let value = 0;
  let shift = 0;
  let byte: number;
  do {
    byte = buffer[cursor.at++] ?? 0;
    value |= (byte & 0x7f) << shift;
    shift += 7;
  } while (byte > 0x7f && shift < 35);
  return (value >>> 1) ^ -(value & 1);
}

/** As `readVarint`, for 64-bit numbers as far as a number holds them exactly. */
export function readVarlong(buffer: Buffer, cursor: { at: number }): number {
  let value = 0;
  let scale = 1;
  let byte: number;
  do {
    byte = buffer[cursor.at++] ?? 0;
    value += (byte & 0x7f) * scale;
    scale *= 128;
  } while (byte > 0x7f && scale < 2 ** 70);
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
