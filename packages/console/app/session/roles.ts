/** The roles there are, in words, and what each opens. A test holds this against the server's own table. */

export const roles = [
  { id: 'reviewer', label: 'Reviewer', what: 'Judges decisions in their queues' },
  { id: 'senior', label: 'Senior reviewer', what: 'Also second signatures, escalations and adjudications' },
  { id: 'supervisor', label: 'Supervisor', what: 'Queues, absences, confirmed errors, calibration' },
  { id: 'watcher', label: 'Watcher', what: 'Running actions' },
  { id: 'auditor', label: 'Auditor', what: 'Reads and exports the record' },
  { id: 'policy-author', label: 'Policy author', what: 'Writes and proposes policies' },
  { id: 'policy-approver', label: 'Policy approver', what: 'Approves what others proposed' },
  { id: 'privacy-officer', label: 'Privacy officer', what: 'Erasure of personal data, two of them together' },
  { id: 'ops', label: 'Operations', what: 'Figures and health of the system' },
  { id: 'admin', label: 'Administrator', what: 'People and API keys' },
  { id: 'pipeline', label: 'Pipeline', what: 'For machines: proposes decisions and reports outcomes' },
] as const;

export type RoleId = (typeof roles)[number]['id'];

/** Which roles open what the console asks for. */
export const rolesOf: Readonly<Record<string, readonly RoleId[]>> = {
  'reviews.work': ['reviewer', 'senior'],
  'reviews.supervise': ['supervisor'],
  'people.change': ['admin'],
  'people.availability': ['admin', 'supervisor'],
  'keys.manage': ['admin'],
  'policies.read': ['policy-author', 'policy-approver', 'reviewer', 'senior', 'supervisor', 'auditor', 'ops', 'admin'],
  'policies.draft': ['policy-author'],
  'policies.approve': ['policy-approver'],
  'policies.activate': ['policy-approver', 'policy-author'],
  'audit.read': ['auditor', 'privacy-officer'],
  'audit.export': ['auditor'],
  'erasures.manage': ['privacy-officer'],
  'holds.manage': ['privacy-officer'],
  'retention.manage': ['privacy-officer'],
  'calibration.read': ['supervisor'],
  'metrics.read': ['supervisor', 'auditor', 'policy-author', 'policy-approver', 'ops', 'admin'],
};

/** `Supervisor`, also of a role this page does not know. */
export function roleLabel(id: string): string {
  return roles.find((role) => role.id === id)?.label ?? id;
}

/** What somebody is told who lacks every one of these permissions. */
export function refusalText(permissions: readonly string[]): string {
  const named = [...new Set(permissions.flatMap((permission) => rolesOf[permission] ?? []))].map((id) => roleLabel(id).toLowerCase());
  const [first = 'another'] = named;
  const which = named.length <= 1 ? `the role of ${first}` : `one of the roles ${named.slice(0, -1).join(', ')} or ${named.at(-1)}`;
  return `It takes ${which}. An administrator can give it to you.`;
}
