/** All shortcuts at a glance, on `?`. They can be changed on the spot. */

import { Dialog } from '../parts/dialog.tsx';
import { ShortcutSettings } from './shortcut-settings.tsx';

export function ShortcutHelp({ onClose }: { onClose: () => void }) {
  return <Dialog title="Shortcuts" onClose={onClose}><ShortcutSettings /></Dialog>;
}
