import { Page } from '../../parts/page.tsx';

export function QueuesScreen() {
  return <Page title="Queues">{null}</Page>;
}
