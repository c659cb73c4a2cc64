import { Page } from '../../parts/page.tsx';

export function KeysScreen() {
  return <Page title="API keys">{null}</Page>;
}
