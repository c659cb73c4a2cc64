import { Page } from '../../parts/page.tsx';

export function HistoryScreen() {
  return <Page title="History">{null}</Page>;
}
