/** On paper nothing can be opened: what is folded is unfolded while the page is printed. Content folds itself (`parts/printing.ts`). */

import { useEffect } from 'react';

export function useOpenOnPaper(): void {
  useEffect(() => {
    let opened: HTMLDetailsElement[] = [];
    const unfold = () => {
      opened = [...document.querySelectorAll<HTMLDetailsElement>('main details:is([data-evidence], [data-shown], [data-similar]):not([open])')];
      for (const each of opened) each.open = true;
    };
    const fold = () => {
      for (const each of opened) each.open = false;
      opened = [];
    };
    window.addEventListener('beforeprint', unfold);
    window.addEventListener('afterprint', fold);
    return () => {
      window.removeEventListener('beforeprint', unfold);
      window.removeEventListener('afterprint', fold);
    };
  }, []);
}
