export { encodeRecord, type CanonicalRecord, type PayloadKind } from './record.ts';
export { bundleFormat, encodeCheckpointLine, encodeRecordLine, type BundledCheckpoint, type BundledRecord, type Manifest } from './bundle/format.ts';
export { writeBundle, type BundleParts, type ExtraFile } from './bundle/write.ts';
