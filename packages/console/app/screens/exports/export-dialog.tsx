/** Asks for an export: what of it, in which formats, with or without content, and why. */

import { Checkbox, Radio, Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { ExportFormat, ExportJob, ExportKind, SearchFilter } from '../../api/audit-contract.ts';
import { announce } from '../../parts/announcer.tsx';
import { instantsOf } from '../../parts/day-range.ts';
import type { DayRange } from '../../parts/day-range.ts';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { useApi } from '../../runtime.tsx';
import { exportsKey } from './data.ts';
import classes from './dialog.module.css';
import { formats, missingOf, reasonCharactersMax, reasonCharactersMin, whatText } from './words.ts';

type ExportDialogProps = {
  kind: ExportKind;
  /** Of a range it is asked for here. */
  filter?: SearchFilter;
  onClose(): void;
};

export function ExportDialog({ kind, filter = {}, onClose }: ExportDialogProps) {
  const api = useApi();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [days, setDays] = useState<DayRange>({});
  const [chosen, setChosen] = useState<readonly ExportFormat[]>(kind === 'case' ? ['bundle', 'pdf'] : ['bundle']);
  const [disclose, setDisclose] = useState<boolean | null>(null);
  const [reason, setReason] = useState('');
  const send = async () => {
    const body = { kind, filter: kind === 'range' ? instantsOf(days) : filter, formats: chosen, disclose: disclose === true, reason: reason.trim() };
    const made = await api.call<ExportJob>({ method: 'POST', path: '/v1/audit/exports', body });
    announce('The export is being made.');
    onClose();
    await queries.invalidateQueries({ queryKey: exportsKey });
    await navigate({ to: '/record/exports', search: { made: made.exportId } });
  };
  return (
    <FormDialog title={kind === 'range' ? 'Export a range' : 'Export'} submit="Make the export" missing={missingOf({ formats: chosen, disclose, reason })} onSubmit={send} onClose={onClose}>
      {kind === 'range' ? <Days days={days} onDays={setDays} /> : <p className={classes.what}><bdi>{whatText({ kind, filter })}</bdi></p>}
      <Checkbox.Group label="Formats" value={[...chosen]} onChange={(values) => setChosen(formats.map(({ format }) => format).filter((format) => values.includes(format)))}>
        <div className={classes.choices}>
          {formats.filter(({ kinds }) => kinds.includes(kind)).map(({ format, label, description }) => <Checkbox key={format} value={format} label={label} description={description} />)}
        </div>
      </Checkbox.Group>
      <Radio.Group label="Content" value={disclose === null ? '' : String(disclose)} onChange={(value) => setDisclose(value === 'true')}>
        <div className={classes.choices}>
          <Radio value="false" label="Without content" description="Who did what and when, with proofs. What was shown and said stays sealed." />
          <Radio value="true" label="With content" description="Whoever has the file can read what was shown and said. An erasure later does not reach it." />
        </div>
      </Radio.Group>
      <Textarea label="Why" description={`On the record, with the export. At least ${reasonCharactersMin} characters.`} required autosize minRows={2} maxLength={reasonCharactersMax} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
    </FormDialog>
  );
}

function Days({ days, onDays }: { days: DayRange; onDays(days: DayRange): void }) {
  const change = (name: 'from' | 'to', value: string) => onDays({ ...(name === 'from' || days.from === undefined ? {} : { from: days.from }), ...(name === 'to' || days.to === undefined ? {} : { to: days.to }), ...(value === '' ? {} : { [name]: value }) });
  return (
    <div className={classes.pair}>
      <TextInput size="sm" type="date" label="Recorded from" description="Left empty: from the beginning" value={days.from ?? ''} max={days.to} onChange={(event) => change('from', event.currentTarget.value)} />
      <TextInput size="sm" type="date" label="Recorded to" description="Left empty: until now" value={days.to ?? ''} min={days.from} onChange={(event) => change('to', event.currentTarget.value)} />
    </div>
  );
}
