import avro from 'avsc';

type Tap = { buf: Buffer; pos: number; readLong(): number };
type Bytes = { prototype: { _read(tap: Tap): Buffer | undefined } };

/**
 * avsc copies every `bytes` field into zeroed memory of its own, and so many small pieces of memory cost the collector
 * more than all decoding. A decoded event is read and let go: its bytes stay where they came in.
 */
export function patchBytes(): void {
  const { BytesType } = avro.types as unknown as { BytesType: Bytes };
  BytesType.prototype._read = (tap) => {
    const length = tap.readLong();
    const start = tap.pos;
    tap.pos += length;
    if (length >= 0 && tap.pos <= tap.buf.length) return tap.buf.subarray(start, tap.pos);
    // Behind the end, which the caller takes for cut off.
    tap.pos = tap.buf.length + 1;
    return undefined;
  };
}
