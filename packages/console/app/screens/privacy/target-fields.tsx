/** Whom or what it is about: a person's data, decisions by their names, and what else there is to name. */

import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import classes from './screen.module.css';
import { targets } from './target.ts';
import type { Target, TargetKind } from './target.ts';

const textMax = 128;

export function TargetFields({ target, kinds, onTarget }: { target: Target; kinds: readonly TargetKind[]; onTarget(target: Target): void }) {
  const text = (name: 'system' | 'subjectKind' | 'subjectId' | 'decisionType', label: string, description: string) => (
    <TextInput size="sm" label={label} description={description} required maxLength={textMax} value={target[name]} onChange={({ currentTarget: { value } }) => onTarget({ ...target, [name]: value })} />
  );
  const { of } = target;
  return (
    <>
      <NativeSelect size="sm" label="What" value={of} onChange={({ currentTarget: { value } }) => onTarget({ ...target, of: kinds.find((kind) => kind === value) ?? 'subject' })} data={kinds.map((value) => ({ value, label: targets[value] }))} />
      {of !== 'events' && text('system', 'System', 'As its pipeline names it')}
      {of === 'subject' && <div className={classes.pair}>{text('subjectKind', 'Kind of subject', 'Such as person')}{text('subjectId', 'Id of the subject', 'As pipelines send it')}</div>}
      {of === 'type' && (
        <>
          {text('decisionType', 'Decision type', 'Such as credit.application')}
          <div className={classes.pair}>
            <TextInput size="sm" type="date" label="Accepted from" description="Left empty: from the beginning" value={target.from} max={target.to} onChange={(event) => onTarget({ ...target, from: event.currentTarget.value })} />
            <TextInput size="sm" type="date" label="Accepted to" description="Left empty: also what comes" value={target.to} min={target.from} onChange={(event) => onTarget({ ...target, to: event.currentTarget.value })} />
          </div>
        </>
      )}
      {(of === 'decisions' || of === 'events') && (
        <Textarea
          label={of === 'decisions' ? 'Decision ids' : 'Event ids of the dead letters'} description="One a line, or with commas between them" required autosize minRows={2} maxRows={8} value={target.ids}
          onChange={(event) => onTarget({ ...target, ids: event.currentTarget.value })}
        />
      )}
    </>
  );
}
