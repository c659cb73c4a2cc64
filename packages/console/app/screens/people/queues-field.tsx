/** Which queues somebody is qualified for: all, all of a decision type, or single ones. */

import { Button, Switch, TextInput } from '@mantine/core';
import { useId, useRef, useState } from 'react';
import { announce } from '../../parts/announcer.tsx';
import { Icon } from '../../parts/icon.tsx';
import { useDecisionTypes } from './data.ts';
import { queueSuggestions } from './person.ts';
import classes from './screen.module.css';

export function QueuesField({ queues, onChange }: { queues: readonly string[]; onChange(queues: readonly string[]): void }) {
  const types = useDecisionTypes();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState('');
  const every = queues.includes('*');
  const add = () => {
    const queue = typed.trim();
    if (queue === '' || queues.includes(queue)) return;
    onChange([...queues, queue]);
    setTyped('');
    announce(`${queue} added.`);
  };
  const remove = (queue: string) => {
    onChange(queues.filter((each) => each !== queue));
    announce(`${queue} removed.`);
    field.current?.focus();
  };
  return (
    <fieldset className={classes.group}>
      <legend>Queues</legend>
      <Switch label="Every queue" description="Also of decision types that are yet to come" checked={every} onChange={(event) => onChange(event.currentTarget.checked ? ['*'] : [])} />
      {!every && (
        <>
          <ul className={classes.chips} aria-label="Chosen queues">
            {queues.length === 0 && <li className={classes.note}>None yet: they will be given no work.</li>}
            {queues.map((queue) => (
              <li key={queue} className={classes.chip}>
                <span>{queue}</span>
                <button type="button" aria-label={`Remove ${queue}`} onClick={() => remove(queue)}><Icon name="cross" size={12} /></button>
              </li>
            ))}
          </ul>
          <div className={classes.adding}>
            <TextInput
              ref={field} size="sm" label="Add a decision type or a queue" description="For example loans.application, or loans.application/senior for one queue of it" maxLength={300} list={id} value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              onKeyDown={(event) => {
                if (event.key !== 'Enter') return;
                event.preventDefault();
                add();
              }}
            />
            <datalist id={id}>{queueSuggestions(types, queues).map((queue) => <option key={queue} value={queue} />)}</datalist>
            <Button size="sm" variant="default" onClick={add}>Add</Button>
          </div>
        </>
      )}
    </fieldset>
  );
}
