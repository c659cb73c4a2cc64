/** What the address of the privacy screen says: which view. */

export const privacyViews = ['erasures', 'holds', 'retention'] as const;
export type PrivacyView = (typeof privacyViews)[number];
export type PrivacySearch = { view?: PrivacyView };

/** What is not understood is left out: an old link still opens the screen. */
export function readPrivacySearch(search: Record<string, unknown>): PrivacySearch {
  const view = privacyViews.find((each) => each === search['view']);
  return view === undefined ? {} : { view };
}
