/** The whole story in a few lines, each leading to its chapter. */

import { useNames } from '../../parts/names.tsx';
import { peopleIn } from '../record/telling.ts';
import { Clock } from './clock-text.tsx';
import classes from './screen.module.css';
import { spanOf } from './story.ts';
import type { Chapter } from './story.ts';
import { headlineOf } from './words.ts';

export function Outline({ chapters }: { chapters: readonly Chapter[] }) {
  const nameOf = useNames(chapters.flatMap(({ events }) => events.flatMap(peopleIn)));
  return (
    <nav className={classes.outline} aria-label="What happened">
      <ol>
        {chapters.map((chapter, index) => {
          const { title, detail, tone } = headlineOf(chapter, nameOf);
          return (
            <li key={chapter.key}>
              <Clock instant={spanOf(chapter).from} />
              <a href={`#chapter-${index}`} data-tone={tone} onClick={(event) => {
                // The router would take it for another address of its own.
                event.preventDefault();
                document.getElementById(`chapter-${index}`)?.scrollIntoView({ block: 'start' });
                document.getElementById(`chapter-${index}-title`)?.focus({ preventScroll: true });
              }}>{title}</a>
              <bdi>{detail}</bdi>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
