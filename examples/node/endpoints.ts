import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export type Endpoints = { http: string; kafka: string; registry: string; topicPrefix: string };

/** Where the Countersign that `npm start` runs can be reached. */
export async function readEndpoints(): Promise<Endpoints> {
  const home = process.env['COUNTERSIGN_HOME'] ?? join(import.meta.dirname, '..', '..', '.countersign');
  const endpoints = JSON.parse(await readFile(join(home, 'endpoints.json'), 'utf8')) as Omit<Endpoints, 'topicPrefix'>;
  return { ...endpoints, topicPrefix: process.env['COUNTERSIGN_TOPIC_PREFIX'] ?? 'countersign.' };
}
