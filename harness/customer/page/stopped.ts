/**
 * With what everything here is stopped. The exception that a browser makes of it otherwise holds the calls that led to it, and with them a
 * key that was shown before the page was cleared.
 */
export const stopped = 'stopped'
