import { defineSettings, type ValuesOf } from '@countersign/kit';

export const retentionSettings = defineSettings('audit', {
  folder: { kind: 'text', env: 'COUNTERSIGN_AUDIT_RETENTION_FOLDER', default: null, describe: 'Folder that days of records are exported to before they leave the database, as two people\'s rules say; without it none leaves. Keep what is in it as long as the law wants' },
});
export type RetentionConfig = ValuesOf<typeof retentionSettings>;
