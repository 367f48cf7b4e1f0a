/** What a recording may hold. */
export const FORMATS = ['cloudevents', 'asterisk-queue-log'] as const;
export type Format = (typeof FORMATS)[number];
