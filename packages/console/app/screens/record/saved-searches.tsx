/** Searches kept under a name: one's own, and those that others share. */

import { Button, Checkbox, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { SavedSearch } from '../../api/audit-contract.ts';
import { announce } from '../../parts/announcer.tsx';
import { exactly } from '../../parts/exactly.ts';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { Icon } from '../../parts/icon.tsx';
import { InlineProblem } from '../../parts/states.tsx';
import { useApi } from '../../runtime.tsx';
import { savedKey, useSavedSearches } from './data.ts';
import classes from './screen.module.css';
import { filterOf, foundOf, searchOf } from './search.ts';
import type { RecordSearch } from './search.ts';

export function SavedSearches() {
  const saved = useSavedSearches();
  const [removing, setRemoving] = useState<SavedSearch | null>(null);
  if (saved.error !== null) return <InlineProblem error={saved.error} />;
  const searches = saved.data?.searches ?? [];
  if (searches.length === 0) return null;
  return (
    <nav className={classes.saved} aria-label="Saved searches">
      <span className={classes.soft}>Saved</span>
      <ul>
        {searches.map((search) => (
          <li key={search.searchId} className={classes.chip}>
            <Link to="/record" search={searchOf(search)} className={classes.chipLink} activeProps={{ 'data-active': '' }} activeOptions={exactly}>{search.name}{search.mine ? '' : ` (${search.owner})`}</Link>
            {search.mine && <button type="button" aria-label={`Remove the saved search ${search.name}`} onClick={() => setRemoving(search)}><Icon name="cross" size={12} /></button>}
          </li>
        ))}
      </ul>
      {removing !== null && <RemoveDialog search={removing} onClose={() => setRemoving(null)} />}
    </nav>
  );
}

function RemoveDialog({ search: { searchId, name, shared }, onClose }: { search: SavedSearch; onClose(): void }) {
  const api = useApi();
  const queries = useQueryClient();
  const send = async () => {
    await api.call({ method: 'DELETE', path: `/v1/audit/saved-searches/${encodeURIComponent(searchId)}` });
    announce(`${name} is removed.`);
    onClose();
    await queries.invalidateQueries({ queryKey: savedKey });
  };
  return (
    <FormDialog title={`Remove ${name}?`} submit="Remove" danger onSubmit={send} onClose={onClose}>
      <p>The search is forgotten; what it finds is not touched.{shared ? ' Others lose it, too.' : ''}</p>
    </FormDialog>
  );
}

export function SaveSearch({ search }: { search: RecordSearch }) {
  const [asked, setAsked] = useState(false);
  return (
    <>
      <Button size="compact-xs" variant="subtle" onClick={() => setAsked(true)}>Save this search…</Button>
      {asked && <SaveDialog search={search} onClose={() => setAsked(false)} />}
    </>
  );
}

function SaveDialog({ search, onClose }: { search: RecordSearch; onClose(): void }) {
  const api = useApi();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [shared, setShared] = useState(false);
  const [searchId] = useState(newId);
  const send = async () => {
    const body = { name: name.trim(), of: foundOf(search), filter: filterOf(search), shared };
    await api.call<SavedSearch>({ method: 'PUT', path: `/v1/audit/saved-searches/${encodeURIComponent(searchId)}`, body });
    announce(`Saved as ${body.name}.`);
    onClose();
    await queries.invalidateQueries({ queryKey: savedKey });
  };
  return (
    <FormDialog title="Save this search" submit="Save" missing={name.trim() === '' ? 'Give it a name.' : null} onSubmit={send} onClose={onClose}>
      <TextInput size="sm" label="Name" required maxLength={100} value={name} onChange={(event) => setName(event.currentTarget.value)} />
      <Checkbox label="Others who read the record see it, too" checked={shared} onChange={(event) => setShared(event.currentTarget.checked)} />
    </FormDialog>
  );
}

/** A random UUID (RFC 9562, version 4), also where the page came without TLS. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
