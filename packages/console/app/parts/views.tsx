/** The views of one screen, as links: each has an address of its own. */

import { useEffect, useRef } from 'react';
import { Link } from '@tanstack/react-router';
import type { LinkProps } from '@tanstack/react-router';
import { exactly } from './exactly.ts';
import classes from './views.module.css';

type View = { key: string; label: string; count?: number | undefined; link: Pick<LinkProps, 'to' | 'search'> };

export function Views({ label, views, current }: { label: string; views: readonly View[]; current: string }) {
  const nav = useRef<HTMLElement>(null);
  // Where they do not all fit, the one that is open must not be among those that are out of sight.
  useEffect(() => {
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [current]);
  return (
    <nav ref={nav} className={classes.views} aria-label={label}>
      {views.map(({ key, label: text, count, link }) => (
        <Link key={key} {...link} className={classes.view} aria-current={key === current ? 'page' : undefined} activeProps={{}} activeOptions={exactly} resetScroll={false}>
          {text}
          {count !== undefined && count > 0 && <span className={classes.count}>{count}</span>}
        </Link>
      ))}
    </nav>
  );
}
