import { hash } from 'node:crypto';

/** SHA-256. By way of hex, since a digest that is asked for as bytes gets a piece of memory of its own, which costs more. */
export function sha256(data: Buffer | string): Buffer {
  return Buffer.from(hash('sha256', data, 'hex'), 'hex');
}

export function sha256Hex(data: Buffer | string): string {
  return hash('sha256', data, 'hex');
}
