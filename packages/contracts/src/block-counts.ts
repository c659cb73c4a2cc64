import avro from 'avsc';

type Tap = { buf: Buffer; pos: number; readLong(): number; readString(): string; skipString(): void };
type Items = { _read(tap: Tap): unknown; _skip(tap: Tap): void };
type Blocks = { prototype: { itemsType: Items; valuesType: Items; _read(tap: Tap): unknown; _skip(tap: Tap): void } };

/**
 * avsc believes the count before the items of a list or map, and reads on behind the end of the bytes: twelve hostile
 * bytes make it fill the memory or loop for hours. Every item of ours takes a byte at least, so a count above the bytes
 * that are left, or a block that ends before it begins, is refused with a `RangeError` instead.
 */
export function patchBlockCounts(): void {
  const { ArrayType, MapType } = avro.types as unknown as { ArrayType: Blocks; MapType: Blocks };
  ArrayType.prototype._read = function readList(tap) {
    const items: unknown[] = [];
    for (let left = blockCount(tap); left > 0; left = blockCount(tap)) {
      for (; left > 0; left -= 1) items.push(this.itemsType._read(tap));
    }
    return items;
  };
  ArrayType.prototype._skip = function skipList(tap) {
    for (let left = blockCount(tap); left > 0; left = blockCount(tap)) {
      for (; left > 0; left -= 1) this.itemsType._skip(tap);
    }
  };
  MapType.prototype._read = function readMap(tap) {
    const values: Record<string, unknown> = {};
    for (let left = blockCount(tap); left > 0; left = blockCount(tap)) {
      for (; left > 0; left -= 1) {
        const name = tap.readString();
        values[name] = this.valuesType._read(tap);
      }
    }
    return values;
  };
  MapType.prototype._skip = function skipMap(tap) {
    for (let left = blockCount(tap); left > 0; left = blockCount(tap)) {
      for (; left > 0; left -= 1) {
        tap.skipString();
        this.valuesType._skip(tap);
      }
    }
  };
}

/** Avro 1.12: a negative count is that of a block whose size in bytes follows. */
function blockCount(tap: Tap): number {
  const count = tap.readLong();
  const items = Math.abs(count);
  if (count < 0 && tap.readLong() < 0) throw new RangeError('a block of a list has fewer than no bytes');
  if (items > tap.buf.length - tap.pos) throw new RangeError(`a list of ${items} items does not fit the ${Math.max(0, tap.buf.length - tap.pos)} bytes that are left`);
  return items;
}
