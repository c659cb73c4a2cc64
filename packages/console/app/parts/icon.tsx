/** The console's own drawings, 16 pixels, in the colour of the text. Always beside a word or in a labelled button. */

const paths = {
  work: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h6',
  history: 'M8 4.5V8l2.5 1.5M2.6 6.2A5.75 5.75 0 1 1 2.3 9M2.3 3v3.2h3.2',
  queues: 'M2.5 12.5v-4M6.2 12.5v-9M9.8 12.5v-6M13.5 12.5v-2.5',
  people: 'M6 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM1.5 13.5c0-2.5 2-4 4.5-4s4.5 1.5 4.5 4M11 7.2a2.2 2.2 0 0 0 0-4.2M12 9.8c1.6.5 2.5 1.9 2.5 3.7',
  keys: 'M10.5 9a3.5 3.5 0 1 0-3.3-2.3L2 12v2h2.5v-1.5H6V11h1.5l1-1c.6.2 1.3 0 2-1ZM11 5.3h.01',
  settings: 'M2 4.5h6M11.5 4.5H14M2 11.5h2.5M8 11.5h6M9.75 6.25a1.75 1.75 0 1 0 0-3.5 1.75 1.75 0 0 0 0 3.5ZM6.25 13.25a1.75 1.75 0 1 0 0-3.5 1.75 1.75 0 0 0 0 3.5Z',
  policies: 'M4 2.5h5.5L12.5 5.5v8H4zM9 2.5V6h3.5M6 8.5h4.5M6 11h3',
  oversight: 'M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8ZM8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z',
  record: 'M3 2.5h10v11H3zM5.5 5.5h5M5.5 8h5M5.5 10.5h3',
  sun: 'M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8 1.5v1.2M8 13.3v1.2M1.5 8h1.2M13.3 8h1.2M3.4 3.4l.85.85M11.75 11.75l.85.85M12.6 3.4l-.85.85M4.25 11.75l-.85.85',
  moon: 'M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8Z',
  help: 'M6.2 6.2a1.9 1.9 0 1 1 2.6 1.75c-.6.25-.8.6-.8 1.3M8 11.4h.01M8 14a6 6 0 1 0 0-12 6 6 0 0 0 0 12Z',
  check: 'M3 8.5l3.3 3.3L13 5',
  cross: 'M4 4l8 8M12 4l-8 8',
  pencil: 'M10.5 3l2.5 2.5L6 12.5l-3.2.7.7-3.2z',
  up: 'M8 13V3.5M4 7.5l4-4 4 4',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  back: 'M9.5 3.5L5 8l4.5 4.5',
  forward: 'M6.5 3.5L11 8l-4.5 4.5',
  swap: 'M3 5.5h9.5L10 3M13 10.5H3.5L6 13',
  clock: 'M8 4.5V8l2.5 1.5M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Z',
  file: 'M4 2.5h5.5L12.5 5.5v8H4zM9 2.5V6h3.5',
  signout: 'M6.5 2.5h-4v11h4M10 5l3 3-3 3M13 8H6',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.4" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
