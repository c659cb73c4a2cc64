import { formatLogProof, proveInclusion, verifyInclusion, type NoteSignature } from '@countersign/merkle';
import { checkpointOf, withCosignatures } from './checkpoint.ts';
import type { TileFolder } from './tile-folder.ts';

/**
 * The proof of one record under a checkpoint, as C2SP tlog-proof has it. Verified before it is handed on, since tiles are only bytes on a disk: rejects
 * where they do not lead to the root. 0 <= index < size of the checkpoint.
 */
export async function proofOf(folder: TileFolder, index: number, note: string, cosignatures: readonly NoteSignature[]): Promise<string> {
  const { size, root } = checkpointOf(note);
  const [tile] = await folder.readTiles([{ level: 0, index: Math.floor(index / 256), width: Math.min(256, size - Math.floor(index / 256) * 256) }]);
  const at = (index % 256) * 32;
  const leafHash = tile?.subarray(at, at + 32) ?? new Uint8Array();
  const proof = await proveInclusion(folder.readTiles, index, size);
  const check = verifyInclusion({ leafHash, index, size, root, proof });
  if (!check.ok) throw new Error(`The tiles on disk do not lead to the checkpoint of ${size} records: ${check.reason}`);
  return formatLogProof({ index, proof, checkpoint: withCosignatures(note, cosignatures), extra: null });
}
