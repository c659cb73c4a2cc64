/** Writes the JSON Schema of policy files, for editors. A test holds the file against the code. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { policySchema } from './src/policy/schema.ts';

writeFileSync(join(import.meta.dirname, '../../schemas/policy.schema.json'), `${JSON.stringify(policySchema, null, 2)}\n`);
