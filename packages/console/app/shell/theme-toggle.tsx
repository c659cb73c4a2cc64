/** Light and dark. Until somebody chooses, as their system says. */

import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { Icon } from '../parts/icon.tsx';
import classes from './shell.module.css';

export function ThemeToggle() {
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const dark = useComputedColorScheme('light', { getInitialValueInEffect: false }) === 'dark';
  const label = dark ? 'Light theme' : 'Dark theme';
  return (
    <button type="button" className={classes.tool} onClick={() => setColorScheme(dark ? 'light' : 'dark')} aria-label={label} title={label}>
      <Icon name={dark ? 'sun' : 'moon'} size={18} />
      <span className={classes.label}>{label}</span>
    </button>
  );
}
