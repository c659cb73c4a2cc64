import { defineSettings, type ValuesOf } from '@countersign/kit';

const gigabyte = 1_000_000_000;

/** Where exports are made and kept, and how much of them. */
export const exportSettings = defineSettings('audit', {
  folder: { kind: 'text', env: 'COUNTERSIGN_AUDIT_EXPORT_FOLDER', default: null, describe: 'Folder of the files of exports, which all instances of audit share; without it none are made. What is in it was disclosed to whoever asked: keep it as closed as the log' },
  bytesMax: { kind: 'integer', env: 'COUNTERSIGN_AUDIT_EXPORT_BYTES_MAX', default: 20 * gigabyte, min: 1_000_000, max: 100_000 * gigabyte, describe: 'Bytes that all exports together may take; one that would take more fails' },
  reserveBytes: { kind: 'integer', env: 'COUNTERSIGN_AUDIT_EXPORT_RESERVE_BYTES', default: gigabyte, min: 0, max: 1000 * gigabyte, describe: 'Bytes of the disk that exports leave free: one that would take them fails' },
  fontFiles: { kind: 'list', env: 'COUNTERSIGN_AUDIT_EXPORT_FONTS', default: [], describe: 'Font files (TrueType or OpenType; of a collection PATH#POSTSCRIPT-NAME), separated by commas, for letters that the fonts of case files lack, such as Chinese, Japanese and Korean' },
  keepHours: { kind: 'integer', env: 'COUNTERSIGN_AUDIT_EXPORT_KEEP_HOURS', default: 72, min: 1, max: 24 * 365, describe: 'Hours after which an export is deleted' },
});
export type ExportConfig = ValuesOf<typeof exportSettings>;
