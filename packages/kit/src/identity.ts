import { CountersignError } from './errors.ts';
import { permissions, type Permission, type Role } from './permissions.ts';

/** Who sent a request, as the token says. */
export type Identity = {
  /** The individual or machine; what the record names. */
  subject: string;
  name: string;
  roles: readonly Role[];
  /** Systems a pipeline may speak for; `*` is every one. */
  systems: readonly string[];
  /** The session a person signed in with, which can be ended; `null` where somebody else issued the token. */
  sessionId: string | null;
};

/** Throws `forbidden` unless one of the identity's roles has the permission. */
export function requirePermission(identity: Identity, permission: Permission): void {
  const allowed: readonly Role[] = permissions[permission];
  if (!identity.roles.some((role) => allowed.includes(role))) {
    throw new CountersignError('forbidden', `${permission} needs one of the roles ${allowed.join(', ')}.`, { permission });
  }
}

/** Throws `forbidden` unless the pipeline may speak for the system. */
export function requireSystem(identity: Identity, system: string): void {
  if (!identity.systems.includes('*') && !identity.systems.includes(system)) {
    throw new CountersignError('forbidden', `Your token does not cover the system ${system}.`, { permission: 'system' });
  }
}
