export { encodeRecord, type CanonicalRecord, type PayloadKind } from './record.ts';
