export { encodeRecord, type CanonicalRecord, type PayloadKind } from './record.ts';
export { bundleFormat, encodeCheckpointLine, encodeRecordLine, type BundledCheckpoint, type BundledRecord, type Manifest } from './bundle/format.ts';
export { writeBundle, type BundleParts, type ExtraFile } from './bundle/write.ts';
export { BundleError, openBundle, type EvidenceSource } from './bundle/read.ts';
export { notesIn, type Trust } from './verify/checkpoints.ts';
export { findingCodes, reportText, type Finding, type FindingCode, type Gap, type Report } from './verify/report.ts';
export { verifyEvidence, type VerifyOptions } from './verify/verify.ts';
export { samplingKeysIn, type SamplingKey } from './rules/world.ts';
export { recordOfEntry } from './verify/line.ts';
