/** For links to views and filters of a screen: each is current by itself, not because the address of another begins like its own. */
export const exactly = { exact: true, includeSearch: true } as const;
