import { Page } from '../../parts/page.tsx';

export function PeopleScreen() {
  return <Page title="People">{null}</Page>;
}
