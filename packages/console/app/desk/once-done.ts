/** Something that is done once, however often it is asked for; one that failed is tried again with the next. */
export function onceDone(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  return () => {
    running ??= run().catch((error: unknown) => {
      running = null;
      throw error;
    });
    return running;
  };
}
