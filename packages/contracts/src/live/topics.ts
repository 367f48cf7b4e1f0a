/** Topics beside `kpis`. */
export const TOPIC_NAMES = ['agents', 'contacts', 'corrections', 'alarms'] as const;
export type TopicName = (typeof TOPIC_NAMES)[number];

/** The fields that tell the things of a topic apart. */
export const TOPIC_KEYS: Readonly<Record<TopicName, readonly string[]>> = {
  agents: ['agent'],
  contacts: ['contact', 'segment', 'state'],
  corrections: ['id'],
  alarms: ['id'],
};
