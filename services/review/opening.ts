import { ErasedError } from '@countersign/kit';

/** What was opened, or `null` where its key was destroyed: an erasure must not keep a decision from ending. */
export async function unlessErased<T>(opening: Promise<T>): Promise<T | null> {
  try {
    return await opening;
  } catch (error) {
    if (error instanceof ErasedError) return null;
    throw error;
  }
}
