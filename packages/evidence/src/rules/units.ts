/** Microseconds. */
export const minuteUs = 60_000_000;
export const dayUs = 86_400_000_000;
