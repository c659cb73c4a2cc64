import { Page } from '../../parts/page.tsx';

export function WorkScreen() {
  return <Page title="Work">{null}</Page>;
}
