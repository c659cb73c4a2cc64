/** Roles, each with what it opens. */

import { Checkbox } from '@mantine/core';
import { roles as known } from '../../session/roles.ts';
import classes from './screen.module.css';

export function RolesField({ roles, onChange }: { roles: readonly string[]; onChange(roles: readonly string[]): void }) {
  return (
    <fieldset className={classes.group}>
      <legend>Roles</legend>
      <div className={classes.roles}>
        {known.map(({ id, label, what }) => (
          <Checkbox
            key={id} label={label} description={what} checked={roles.includes(id)}
            onChange={(event) => onChange(event.currentTarget.checked ? [...roles, id] : roles.filter((role) => role !== id))}
          />
        ))}
      </div>
    </fieldset>
  );
}
