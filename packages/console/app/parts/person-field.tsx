/** Somebody to look for: chosen by name, or by the id as it is typed, for services and keys act too and are not in the register. */

import { Autocomplete } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useApi } from '../runtime.tsx';
import { nameKey, useNames } from './names.tsx';
import classes from './person-field.module.css';

type Found = { personId: string; name: string };
/** What is typed in one go is searched once. */
const searchAfterMs = 200;
const none: readonly Found[] = [];

type PersonFieldProps = { label: string; maxLength: number; /** An id. */ value: string; onChange(id: string): void };

export function PersonField({ label, maxLength, value, onChange }: PersonFieldProps) {
  /** `null` where somebody is chosen: then their name stands there. */
  const [typed, setTyped] = useState<string | null>(null);
  const nameOf = useNames([typed === null ? value : null]);
  const chosen = useRef<string | null>(null);
  const found = useFound(typed?.trim() ?? '');
  const queries = useQueryClient();
  const names = new Map(found.map(({ personId, name }) => [personId, name]));
  return (
    <Autocomplete
      size="sm" label={label} maxLength={maxLength} value={typed ?? nameOf(value)} data={[...names.keys()]} filter={({ options }) => options} openOnFocus={false}
      classNames={{ option: classes.choice }} renderOption={({ option: { value: id } }) => <><bdi>{names.get(id)}</bdi> <code>{id}</code></>}
      comboboxProps={{ withinPortal: false }}
      onOptionSubmit={(id) => {
        queries.setQueryData(nameKey(id), names.get(id));
        chosen.current = id;
      }}
      onChange={(text) => {
        // What is chosen arrives as if it was typed.
        setTyped(text === chosen.current ? null : text);
        chosen.current = null;
        onChange(text);
      }}
    />
  );
}

/** People whose name or id has this in it. What was found before stays while more is asked. */
function useFound(typed: string): readonly Found[] {
  const api = useApi();
  const [wanted] = useDebouncedValue(typed, searchAfterMs);
  const { data } = useQuery({
    queryKey: ['people found', wanted],
    queryFn: async () => (await api.call<{ names: Found[] }>({ method: 'GET', path: '/v1/reviews/names/search', query: { q: wanted } })).names,
    enabled: wanted !== '',
    placeholderData: keepPreviousData,
  });
  return typed === '' ? none : (data ?? none);
}
