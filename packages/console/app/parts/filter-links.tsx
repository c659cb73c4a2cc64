/** A few ways to look at a list, as links: the address holds which. */

import { Link } from '@tanstack/react-router';
import type { LinkProps } from '@tanstack/react-router';
import { exactly } from './exactly.ts';
import classes from './filter-links.module.css';

type Choice = { key: string; label: string; link: Pick<LinkProps, 'to' | 'search'> };

export function FilterLinks({ choices, current }: { choices: readonly Choice[]; current: string }) {
  return (
    <div className={classes.filters} role="group" aria-label="Show">
      {choices.map(({ key, label, link }) => (
        <Link key={key} {...link} className={classes.filter} aria-current={key === current ? 'true' : undefined} activeProps={{}} activeOptions={exactly} resetScroll={false}>{label}</Link>
      ))}
    </div>
  );
}
