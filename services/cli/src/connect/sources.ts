/** What `vigie connect` can follow. */
export const LIVE_FORMATS = ['asterisk-queue-log'] as const;
