/** What is one's own: availability, appearance, shortcuts, sessions, and what one was told. */

import { Radio } from '@mantine/core';
import { useMantineColorScheme } from '@mantine/core';
import { Page, Section } from '../../parts/page.tsx';
import { ShortcutSettings } from '../../keyboard/shortcut-settings.tsx';
import { usePerson, useSession } from '../../runtime.tsx';
import { roleLabel } from '../../session/roles.ts';
import { useDensity } from '../../theme/density.ts';
import { Availability } from './availability.tsx';
import classes from './screen.module.css';
import { Sessions } from './sessions.tsx';

export function SettingsScreen() {
  const { permissions } = usePerson();
  const works = permissions.includes('reviews.work');
  return (
    <Page title="Settings">
      <You />
      {works && <Availability />}
      <Appearance />
      {works && <Section title="Shortcuts"><ShortcutSettings /></Section>}
      <Sessions />
      <Told />
    </Page>
  );
}

function You() {
  const { personId, name, roles, queues } = usePerson();
  return (
    <Section title="You">
      <dl className={classes.facts}>
        <dt>Name</dt><dd>{name} <code>{personId}</code></dd>
        <dt>Roles</dt><dd>{roles.length === 0 ? 'None yet' : roles.map(roleLabel).join(', ')}</dd>
        <dt>Queues</dt><dd>{queues.includes('*') ? 'Every queue' : queues.length === 0 ? 'None' : queues.join(', ')}</dd>
      </dl>
      <p className={classes.note}>An administrator changes these.</p>
    </Section>
  );
}

function Appearance() {
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const [density, setDensity] = useDensity();
  return (
    <Section title="Appearance">
      <div className={classes.pair}>
        <Radio.Group label="Theme" value={colorScheme} onChange={(value) => setColorScheme(value)}>
          <div className={classes.choices}><Radio value="auto" label="As the system says" /><Radio value="light" label="Light" /><Radio value="dark" label="Dark" /></div>
        </Radio.Group>
        <Radio.Group label="Density" value={density} onChange={(value) => setDensity(value)}>
          <div className={classes.choices}><Radio value="comfortable" label="Comfortable" /><Radio value="compact" label="Compact: more on the screen" /></div>
        </Radio.Group>
      </div>
      <p className={classes.note}>Kept in this browser.</p>
    </Section>
  );
}

function Told() {
  const view = useSession();
  if (view.state !== 'signed-in' || view.notice === null) return null;
  return <Section title="What you were told"><p className={classes.told}>{view.notice}</p></Section>;
}
