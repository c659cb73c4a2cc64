/** The parts of the record, as links. */

import { usePerson } from '../../runtime.tsx';
import { Views } from '../../parts/views.tsx';

export type RecordView = 'search' | 'exports' | 'log' | 'privacy';

const views = [
  { key: 'search', label: 'Search', to: '/record', permission: 'audit.read' },
  { key: 'exports', label: 'Exports', to: '/record/exports', permission: 'audit.export' },
  { key: 'log', label: 'The log', to: '/record/log', permission: 'audit.read' },
  { key: 'privacy', label: 'Privacy', to: '/record/privacy', permission: 'audit.read' },
] as const satisfies ReadonlyArray<{ key: RecordView; label: string; to: string; permission: string }>;

export function RecordViews({ current }: { current: RecordView }) {
  const { permissions } = usePerson();
  return <Views label="Views" current={current} views={views.filter(({ permission }) => permissions.includes(permission)).map(({ key, label, to }) => ({ key, label, link: { to, search: {} } }))} />;
}
