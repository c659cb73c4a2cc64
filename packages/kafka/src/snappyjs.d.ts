declare module 'snappyjs' {
  const snappy: {
    compress(data: Uint8Array): Uint8Array;
    /** Throws when the data says that it unpacks to more than `bytesMax`. */
    uncompress(data: Uint8Array, bytesMax?: number): Uint8Array;
  };
  export default snappy;
}
