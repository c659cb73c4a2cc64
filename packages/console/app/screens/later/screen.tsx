/** Places that are kept for what is served by the API only so far. */

import { EmptyState } from '../../parts/states.tsx';
import { Page } from '../../parts/page.tsx';

function Later({ title, what, where }: { title: string; what: string; where: string }) {
  return (
    <Page title={title}>
      <EmptyState title="No screen yet" action={<a href="/docs">Open the API reference</a>}>{what} Until then it is served at <code>{where}</code>.</EmptyState>
    </Page>
  );
}

export function OversightScreen() {
  return <Later title="Oversight" what="Whether the oversight works, in figures, will be here." where="/v1/metrics/oversight" />;
}

export function PoliciesScreen() {
  return <Later title="Policies" what="Writing, comparing and putting policies in force will be here." where="/v1/policies" />;
}

export function RecordScreen() {
  return <Later title="Record" what="The log of everything that was decided, and its proof, will be here." where="/v1/audit" />;
}
