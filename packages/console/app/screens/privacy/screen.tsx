import { Page } from '../../parts/page.tsx';
export function PrivacyScreen() { return <Page title="Record"><p>soon</p></Page>; }
