import type { Manifest } from './format.ts';

/** What whoever opens a bundle reads first. */
export function readmeOf({ kind, origin, first, last, madeAt, madeBy }: Manifest): string {
  const what = kind === 'range' ? `every record from index ${first} to ${last}` : `some records between index ${first} and ${last}, each with a proof that it is in the log`;
  return `This is evidence from the Countersign audit log ${origin}: ${what}.
Made at ${madeAt} by ${madeBy}. It can be checked without the system it came from, and without trusting whoever sent it.

You need
- Node.js 20.12 or newer, and the script countersign-verify.mjs, which has no dependencies; get it from somewhere you trust, not from whoever
  sent this bundle. countersign-verify-plain.mjs checks the same, was written apart from it, and can be read in about an hour;
- the verifier key of the log, from the organisation that runs it or from its witness. The keys in manifest.json only say which one to
  ask for: whoever could forge this bundle could have put them there.

  node countersign-verify.mjs BUNDLE.tar --key KEYS.pub

Give it checkpoints that you, or a witness, kept (--checkpoints FILE): only with them can it tell whether records were cut off at the end, or
the whole log was replaced. The report says what was checked, how many, what failed and where, and what could not be checked and why.

Files
  manifest.json        what this bundle says it is
  schemas.json         how payloads are encoded (Apache Avro), by record name, every release
  checkpoints/         signed checkpoints of the log (C2SP tlog-checkpoint), each with the consistency proof from the one before
  records/             one JSON object a line: the record (RFC 8785), its leaf hash, its payload, and, where it is sealed and disclosed,
                       the key to it
  end.json             how many there are of each
Anything else (a case file to print, tables) is there to be read, and is not what is checked.
`;
}
