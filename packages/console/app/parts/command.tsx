/** A line to run in a shell, with a button that copies it. */

import { Button } from '@mantine/core';
import { announce } from './announcer.tsx';
import classes from './command.module.css';

export function Command({ label, command }: { label: string; command: string }) {
  return (
    <div className={classes.command}>
      <pre tabIndex={0} aria-label={label}>{command}</pre>
      {navigator.clipboard !== undefined && <Button size="compact-xs" variant="default" aria-label={`Copy: ${label}`} onClick={() => void navigator.clipboard.writeText(command).then(() => announce('Copied.'))}>Copy</Button>}
    </div>
  );
}
