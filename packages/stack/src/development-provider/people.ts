import type { Role } from '@countersign/kit';

export type SeededPerson = { personId: string; name: string; roles: readonly Role[]; does: string };

/** Somebody for every role, and enough of them where two must agree, or a third must break a tie. */
export const seededPeople: readonly SeededPerson[] = [
  { personId: 'rita', name: 'Rita Moreno', roles: ['reviewer'], does: 'Reviews' },
  { personId: 'ravi', name: 'Ravi Menon', roles: ['reviewer'], does: 'Reviews' },
  { personId: 'rosa', name: 'Rosa Lindqvist', roles: ['reviewer'], does: 'Reviews' },
  { personId: 'sami', name: 'Sami Haddad', roles: ['reviewer', 'senior'], does: 'Reviews, also what is escalated' },
  { personId: 'sofia', name: 'Sofia Petrova', roles: ['reviewer', 'senior'], does: 'Reviews, also what is escalated' },
  { personId: 'sue', name: 'Sue Okafor', roles: ['supervisor'], does: 'Looks after queues, findings and incidents' },
  { personId: 'wanda', name: 'Wanda Kowalska', roles: ['watcher'], does: 'Watches running actions' },
  { personId: 'olga', name: 'Olga Ivanova', roles: ['auditor'], does: 'Reads and exports the record' },
  { personId: 'ada', name: 'Ada Nkemelu', roles: ['policy-author'], does: 'Writes policies' },
  { personId: 'ben', name: 'Ben Sato', roles: ['policy-approver'], does: 'Approves policies' },
  { personId: 'priya', name: 'Priya Raman', roles: ['privacy-officer'], does: 'Asks for erasures' },
  { personId: 'pavel', name: 'Pavel Novak', roles: ['privacy-officer'], does: 'Confirms erasures' },
  { personId: 'otto', name: 'Otto Brandt', roles: ['ops'], does: 'Keeps it running' },
  { personId: 'alma', name: 'Alma Reyes', roles: ['admin'], does: 'Enters people and keys' },
];
