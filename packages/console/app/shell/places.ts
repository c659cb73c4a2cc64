/** The places of the console, in the order of the navigation, and who may go there. */

import type { IconName } from '../parts/icon.tsx';

export type Place = {
  path: string;
  label: string;
  icon: IconName;
  /** Any one of these opens it; none at all means everybody. */
  permissions: readonly string[];
  group: 'desk' | 'house' | 'own';
};

export const places = [
  { path: '/work', label: 'Work', icon: 'work', permissions: ['reviews.work'], group: 'desk' },
  { path: '/history', label: 'History', icon: 'history', permissions: ['reviews.work'], group: 'desk' },
  { path: '/queues', label: 'Queues', icon: 'queues', permissions: ['reviews.supervise'], group: 'desk' },
  { path: '/oversight', label: 'Oversight', icon: 'oversight', permissions: ['metrics.read'], group: 'house' },
  { path: '/policies', label: 'Policies', icon: 'policies', permissions: ['policies.draft', 'policies.approve', 'policies.activate'], group: 'house' },
  { path: '/record', label: 'Record', icon: 'record', permissions: ['audit.read'], group: 'house' },
  { path: '/people', label: 'People', icon: 'people', permissions: ['people.change'], group: 'house' },
  { path: '/keys', label: 'API keys', icon: 'keys', permissions: ['keys.manage'], group: 'house' },
  { path: '/settings', label: 'Settings', icon: 'settings', permissions: [], group: 'own' },
] as const satisfies readonly Place[];

export type PlacePath = (typeof places)[number]['path'];

/** The places somebody with these permissions may go to. */
export function placesFor(permissions: readonly string[]): readonly (typeof places)[number][] {
  return places.filter((place) => mayGo(place, permissions));
}

export function mayGo(place: Place, permissions: readonly string[]): boolean {
  return place.permissions.length === 0 || place.permissions.some((permission) => permissions.includes(permission));
}

/** The place a path belongs to: a task under review is work. */
export function placeOf(path: string): Place | undefined {
  if (path.startsWith('/review/')) return places[0];
  return places.find((place) => path === place.path || path.startsWith(`${place.path}/`));
}
