import { described, jsonAnswer, listOf } from '@countersign/kit';

const { flag, instant, number, optionalInstant, optionalText, text } = described;
const bytes = (description: string, type: string, example: string) => ({ 200: { description, content: { [type]: { schema: { type: 'string', description, examples: [example] } } } } });

const note = 'example.com/countersign\n40214\nAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n\n\u2014 example.com/countersign gpEhFvSE8ZwFDhBcnmZkDuNcBm5pYmQzcWc2pGzM2sWgmQ==\n';
const key = 'example.com/countersign+2a90a01c+ARuS5Yf1qk4AeVQy2ZaJpB1YFwxoMdT2v1cyvHPiAVmD';

export const tilePathParam = { '*': { type: 'string', maxLength: 80, description: 'Index and, of a partial one, its width, as C2SP tlog-tiles spells them', examples: ['x001/234'] } } as const;
export const levelParam = { level: { type: 'string', pattern: '^\\d{1,2}$', description: 'Level of the tile; 0 has the leaf hashes', examples: ['0'] } } as const;
export const indexParam = { index: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: '`logIndex` of a record', examples: [40_213] } } as const;
export const cosignedQuery = { type: 'object', additionalProperties: false, properties: { cosigned: { type: 'boolean', default: false, description: 'The newest that a witness cosigned, which is a little behind' } } } as const;
export const cosignedBody = { type: 'string', maxLength: 20_000, description: 'A checkpoint of this log as a signed note, with the cosignature of a witness', examples: [note] } as const;

export const answers = {
  checkpoint: bytes('The checkpoint with the cosignatures it has (C2SP tlog-checkpoint)', 'text/plain; charset=utf-8', note),
  tile: bytes('Hashes of 32 bytes, one after another (C2SP tlog-tiles)', 'application/octet-stream', '256 hashes'),
  bundle: bytes('Canonical records, each with its length before it as two bytes (C2SP tlog-tiles)', 'application/octet-stream', '256 records'),
  keys: bytes('Every key that ever signed, one verifier key a line, the newest first (C2SP signed-note)', 'text/plain; charset=utf-8', `${key}\n`),
  proof: bytes('The proof under that checkpoint (C2SP tlog-proof)', 'text/plain; charset=utf-8', `c2sp.org/tlog-proof@v1\nindex 40213\nAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n\n${note}`),
  cosigned: { 200: jsonAnswer('Kept', { size: number('Records under the checkpoint'), witnesses: listOf('Names of the witnesses whose cosignatures it has') }, { size: 40_214, witnesses: ['witness.example.org'] }) },
  status: {
    200: jsonAnswer('How far the log is, and what protects it', {
      origin: optionalText('Name of the log'), size: number('Records that have their place'), checkpointSize: number('Records under the newest checkpoint'), checkpointAt: optionalInstant('When that was signed'),
      anchoredSize: number('Records under the newest checkpoint that is kept outside the database'), unprotectedRows: number('Rows recorded since'), unprotectedSeconds: number('Age of the oldest of them'),
      leading: flag('Whether the instance that answers keeps the log'), problems: listOf('Why it stands still, if it does'),
      keys: listOf('Keys that sign, or did', { verifierKey: text('C2SP signed-note'), addedAt: instant('In use since'), retiredAt: optionalInstant('Until') }),
      witnesses: listOf('Who may cosign', { name: text('Name of the witness'), size: { type: ['integer', 'null'], description: 'The largest tree it cosigned' }, signedAt: optionalInstant('When, as it says') }),
    }, {
      origin: 'example.com/countersign', size: 40_214, checkpointSize: 40_214, checkpointAt: '2026-02-03T09:00:00.123Z', anchoredSize: 40_214, unprotectedRows: 0, unprotectedSeconds: 0, leading: true, problems: [],
      keys: [{ verifierKey: key, addedAt: '2026-01-01T00:00:00.000Z', retiredAt: null }], witnesses: [{ name: 'witness.example.org', size: 40_180, signedAt: '2026-02-03T08:59:00.000Z' }],
    }),
  },
} as const;
