import { createPrivateKey, type KeyObject } from 'node:crypto';
import { signingKey, type SignatureType, type SigningKey } from '../note/key.ts';

/** The Ed25519 private key whose seed is one byte, 32 times: the same in every run. */
export function privateKey(seed: number): KeyObject {
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, seed)]);
  return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
}

export function testKey(name: string, type: SignatureType, seed: number): SigningKey {
  return signingKey(name, type, privateKey(seed));
}
