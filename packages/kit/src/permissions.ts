export const roles = ['pipeline', 'reviewer', 'senior', 'supervisor', 'watcher', 'auditor', 'policy-author', 'policy-approver', 'privacy-officer', 'ops', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Who may do what: the one table. Conditions on rows (whose queue, not your own judgement) are in SQL. */
export const permissions = {
  'decisions.propose': ['pipeline'],
  'decisions.read': ['pipeline', 'auditor', 'supervisor', 'ops'],
  'outcomes.record': ['pipeline'],
  'policies.read': ['policy-author', 'policy-approver', 'reviewer', 'senior', 'supervisor', 'auditor', 'ops', 'admin'],
  'policies.draft': ['policy-author'],
  'policies.approve': ['policy-approver'],
  'policies.activate': ['policy-approver', 'policy-author'],
  'reviews.work': ['reviewer', 'senior'],
  'reviews.supervise': ['supervisor'],
  'reviews.follow': ['reviewer', 'senior', 'supervisor'],
  'people.names': ['reviewer', 'senior', 'supervisor', 'watcher', 'auditor', 'policy-author', 'policy-approver', 'privacy-officer', 'ops', 'admin'],
  'people.change': ['admin'],
  'people.availability': ['admin', 'supervisor'],
  'keys.manage': ['admin'],
  'audit.read': ['auditor', 'privacy-officer'],
  'audit.export': ['auditor'],
  'erasures.manage': ['privacy-officer'],
  'holds.manage': ['privacy-officer'],
  'retention.manage': ['privacy-officer'],
  'calibration.read': ['supervisor'],
  'metrics.read': ['supervisor', 'auditor', 'policy-author', 'policy-approver', 'ops', 'admin'],
} as const satisfies Record<string, readonly Role[]>;
export type Permission = keyof typeof permissions;
