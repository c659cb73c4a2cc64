/** Signs somebody out everywhere: for a lost device, or one who left. */

import type { RegisteredPerson } from '../../api/contract.ts';
import { announce } from '../../parts/announcer.tsx';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { useApi } from '../../runtime.tsx';

export function EndSessionsDialog({ person: { personId, name, active }, onClose }: { person: RegisteredPerson; onClose(): void }) {
  const api = useApi();
  const send = async () => {
    const { ended } = await api.call<{ ended: number }>({ method: 'DELETE', path: `/v1/people/${encodeURIComponent(personId)}/sessions` });
    announce(ended === 0 ? `${name} was not signed in.` : `${ended} ${ended === 1 ? 'session' : 'sessions'} of ${name} ended.`);
    onClose();
  };
  return (
    <FormDialog title={`Sign ${name} out everywhere`} submit="Sign out everywhere" danger onSubmit={send} onClose={onClose}>
      <p>Every session of {name} ends at once. Tasks they hold stay with them until their claims run out, and drafts are kept.</p>
      {active && <p>They can sign in again. To keep them out, say in their entry that they no longer work here.</p>}
    </FormDialog>
  );
}
