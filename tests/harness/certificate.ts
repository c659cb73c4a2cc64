import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** `name`.key and `name`.crt in a folder, for servers on the loopback interface or for a client; it is its own authority. */
export async function makeCertificate(folder: string, name: string, commonName: string): Promise<void> {
  await run('openssl', [
    'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${commonName}`, '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost',
    '-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.crt`),
  ]);
}
