import { readFileSync } from 'node:fs';
import type { SamplingKey } from '@countersign/core';

/** Reads the sampling keys, sorted by start: `{ "keys": [{ "version", "validFrom": ISO 8601, "keyBase64" }] }`. */
export function readSamplingKeys(file: string): SamplingKey[] {
  const { keys } = JSON.parse(readFileSync(file, 'utf8')) as { keys: Array<{ version: string; validFrom: string; keyBase64: string }> };
  return keys
    .map(({ version, validFrom, keyBase64 }) => {
      const key = Buffer.from(keyBase64, 'base64');
      const from = Date.parse(validFrom);
      if (key.length < 32 || Number.isNaN(from)) throw new RangeError(`Sampling key ${version} in ${file} needs 32 bytes in base64 and an ISO 8601 validFrom.`);
      return { version, validFrom: from * 1000, key };
    })
    .sort((a, b) => a.validFrom - b.validFrom);
}
