import { encodeCheckpointLine, encodeRecordLine } from './encode.ts';
import { bundleFormat, chunkBytes, chunkName, fileNames, type BundledCheckpoint, type BundledRecord, type Manifest } from './format.ts';
import { readmeOf } from './readme.ts';
import { tarEnd, tarHeader, tarPadding } from './tar.ts';

/** A file for people (a case file, CSV, Parquet): it is carried along, and never what is checked. */
export type ExtraFile = { name: string; bytes: number; content: AsyncIterable<Uint8Array> | Iterable<Uint8Array> };

type Many<Item> = AsyncIterable<Item> | Iterable<Item>;

export type BundleParts = {
  manifest: Omit<Manifest, 'format'>;
  /** Every Avro schema by record name, that of today first, then those of earlier releases. */
  schemas: Readonly<Record<string, readonly unknown[]>>;
  /** Ascending by size. */
  checkpoints: Many<BundledCheckpoint>;
  /** Ascending by index. */
  records: Many<BundledRecord>;
  extras?: Many<ExtraFile>;
};

/**
 * A bundle as the bytes of a tar, in pieces of at most a few MiB: memory does not grow with what is in it, whatever the
 * consumer's pace. What comes in lines is cut into files, since a tar has the size of a file before the file. Throws a
 * `RangeError` where an extra file has another length than it said, or a name that is ours.
 */
export async function* writeBundle({ manifest, schemas, checkpoints, records, extras = [] }: BundleParts): AsyncGenerator<Buffer> {
  const whole: Manifest = { format: bundleFormat, ...manifest };
  yield* fileOf(fileNames.readme, Buffer.from(readmeOf(whole)));
  yield* fileOf(fileNames.manifest, Buffer.from(`${JSON.stringify(whole, null, 2)}\n`));
  yield* fileOf(fileNames.schemas, Buffer.from(`${JSON.stringify(schemas)}\n`));
  const counts = { checkpoints: 0, records: 0 };
  yield* linesOf(fileNames.checkpoints, checkpoints, (checkpoint) => (counts.checkpoints += 1, encodeCheckpointLine(checkpoint)));
  yield* linesOf(fileNames.records, records, (record) => (counts.records += 1, encodeRecordLine(record)));
  for await (const extra of extras) yield* extraOf(extra);
  // The last file: without it the bundle was cut off.
  yield* fileOf(fileNames.end, Buffer.from(`${JSON.stringify(counts)}\n`));
  yield tarEnd();
}

function* fileOf(name: string, content: Buffer): Generator<Buffer> {
  yield tarHeader(name, content.length);
  yield content;
  yield tarPadding(content.length);
}

async function* linesOf<Item>(prefix: string, items: Many<Item>, encode: (item: Item) => string): AsyncGenerator<Buffer> {
  let [lines, bytes, files]: [Buffer[], number, number] = [[], 0, 0];
  for await (const item of items) {
    const line = Buffer.from(`${encode(item)}\n`);
    if (bytes > 0 && bytes + line.length > chunkBytes) {
      yield* fileOf(chunkName(prefix, files), Buffer.concat(lines));
      [lines, bytes, files] = [[], 0, files + 1];
    }
    lines.push(line);
    bytes += line.length;
  }
  if (bytes > 0) yield* fileOf(chunkName(prefix, files), Buffer.concat(lines));
}

async function* extraOf({ name, bytes, content }: ExtraFile): AsyncGenerator<Buffer> {
  if (Object.values(fileNames).some((own) => name.startsWith(own))) throw new RangeError(`${name} is a file that every bundle has.`);
  yield tarHeader(name, bytes);
  let written = 0;
  for await (const piece of content) {
    written += piece.length;
    yield Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
  }
  if (written !== bytes) throw new RangeError(`${name} has ${written} bytes and was announced with ${bytes}.`);
  yield tarPadding(bytes);
}
