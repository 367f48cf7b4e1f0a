import Type, { type Static } from 'typebox';
import { CHANNELS } from '../events/fields.ts';
import { byName, count, duration, listOf, oneOf, ofKind, optional, section, text } from './kinds.ts';

const limit = (description: string) => optional(Type.Number({ description, minimum: -1e12, maximum: 1e12 }));

/** One rule: a figure, of which queues, and from when on it is an alarm. */
export const AlarmRuleSection = section({
  kpi: text({ description: 'Id of the figure.' }),
  queue: optional(
    text({
      description:
        'Queue, or a pattern in which `*` stands for anything: an alarm for each queue it matches.',
      default: '_all',
    }),
  ),
  channel: optional(oneOf(CHANNELS, { description: 'Channel.', default: 'all channels of the queue' })),
  window: optional(
    ofKind('window', { description: 'Window of the figure.', default: '30m, or the first of `windows`' }),
  ),
  warning: limit('Beyond this it warns.'),
  critical: limit('Beyond this it is critical; a rule has at least one of the two.'),
  minSample: optional(
    count({
      description: 'With a smaller sample there is no alarm.',
      default: 10,
      minimum: 0,
      maximum: 1_000_000,
    }),
  ),
  hold: optional(
    duration({ description: 'A change counts after it held this long.', default: '15s', maxMs: 86_400_000 }),
  ),
  hysteresis: optional(
    Type.Number({
      description: 'Leaving a state takes this much beyond its limit.',
      default: '0.01 for ratios, else 0',
      minimum: 0,
      maximum: 1e9,
    }),
  ),
  hours: optional(
    text({ description: 'Calendar outside of which the alarm is off.', default: 'no such hours' }),
  ),
  centre: optional(text({ description: 'Centre of the queue.', default: "the configuration's centre.id" })),
  webhooks: optional(
    listOf(text({ description: 'A webhook.' }), {
      description: 'Names of the webhooks that are told.',
      default: [],
      maxItems: 16,
    }),
  ),
});
const WebhookSection = section({
  url: text({
    description: 'Where changes are posted.',
    pattern: '^https?://[^\\s/]+(/[^\\s]*)?$',
    expected: 'a URL such as "https://pager.example/hook"',
    secret: true,
  }),
  secretEnv: text({
    description: 'Environment variable that holds the secret by which they are signed.',
    pattern: '^[A-Za-z_][A-Za-z0-9_]{0,199}$',
    expected: 'the name of an environment variable',
  }),
});
export const AlarmsSection = section({
  rules: optional(byName(AlarmRuleSection, 'Alarms by name.')),
  webhooks: optional(byName(WebhookSection, 'Receivers of changes, by name.')),
});
export type AlarmsSection = Static<typeof AlarmsSection>;
