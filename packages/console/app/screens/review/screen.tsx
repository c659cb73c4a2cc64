import { Page } from '../../parts/page.tsx';

export function ReviewScreen() {
  return <Page title="Review">{null}</Page>;
}
