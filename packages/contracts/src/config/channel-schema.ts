import Type, { type Static } from 'typebox';
import { FLOW_OUT_CAUSES, SEGMENT_KINDS } from '../events/fields.ts';
import { SERVICE_LEVEL_FORMULAS } from './formulas.ts';
import { byName, count, duration, flag, listOf, oneOf, optional, section, text } from './kinds.ts';

export const FIRST_RESPONSE_ANCHORS = [
  'customer_first_message',
  'queue_entry',
  'agent_assignment',
  'bot_handoff',
] as const;

const ServiceLevelSection = section({
  threshold: optional(
    duration({
      description: 'T: an answer within it counts as in time.',
      default: '20s voice and video, 60s chat and sms, 1h email, social and task',
      minMs: 1,
      maxMs: 30 * 86_400_000,
    }),
  ),
  shortAbandon: optional(
    duration({
      description:
        'S: who leaves within it hardly waited. At most the threshold: an inherited one is clamped to it, one set for the queue itself is refused. Not for async channels.',
      default: '5s',
      maxMs: 30 * 86_400_000,
    }),
  ),
  formula: optional(
    oneOf(SERVICE_LEVEL_FORMULAS, {
      description: 'Which exits count, and how.',
      default: 'exclude_short_abandons',
    }),
  ),
  boundary: optional(
    oneOf(['inclusive', 'exclusive'], {
      description: 'Is a wait of exactly the threshold within it?',
      default: 'inclusive',
    }),
  ),
  includeFlowOuts: optional(
    Type.Union(
      [
        Type.Boolean(),
        Type.Array(
          Type.Unsafe<(typeof FLOW_OUT_CAUSES)[number]>(Type.String({ enum: [...FLOW_OUT_CAUSES] })),
          { maxItems: 20 },
        ),
      ],
      {
        description:
          'Do contacts that left the queue otherwise count in the denominator? All, none, or these causes.',
        default: false,
        expected: `true, false, or a list of causes (${FLOW_OUT_CAUSES.join(', ')})`,
      },
    ),
  ),
  segmentKinds: optional(
    listOf(Type.Unsafe<(typeof SEGMENT_KINDS)[number]>(Type.String({ enum: [...SEGMENT_KINDS] })), {
      description: 'Kinds of queue segments in the population.',
      default: ['initial', 'overflow', 'transfer', 'requeue'],
      minItems: 1,
      maxItems: 10,
    }),
  ),
  clock: optional(
    oneOf(['segment', 'contact'], {
      description: '`contact`: after an overflow the wait runs from the first queue entry.',
      default: 'segment',
    }),
  ),
  answerEvent: optional(
    oneOf(['agent_joined', 'first_agent_message'], {
      description: 'What answers a conversation: the agent joining, or the first message.',
      default: 'agent_joined',
    }),
  ),
});

const FirstResponseSection = section({
  anchor: optional(
    oneOf(FIRST_RESPONSE_ANCHORS, {
      description: 'Where the first response time starts.',
      default: 'customer_first_message',
    }),
  ),
  target: optional(
    duration({
      description: 'A first response within it is in time.',
      default: "the channel's serviceLevel.threshold",
      minMs: 1,
      maxMs: 365 * 86_400_000,
    }),
  ),
  clock: optional(
    oneOf(['elapsed', 'business'], {
      description: '`business`: only time inside the opening calendar counts.',
      default: 'elapsed',
    }),
  ),
  responseTimeIncludesFirst: optional(
    flag({ description: 'Is the first response a sample of the average response time too?', default: true }),
  ),
});

const channelFields = {
  mode: optional(
    oneOf(['live', 'async'], {
      description: '`async`: no abandon, answered means the first human reply.',
      default: 'live; async for email and social',
    }),
  ),
  serviceLevel: optional(ServiceLevelSection),
  firstResponse: optional(FirstResponseSection),
  includeOutOfHours: optional(
    flag({
      description: 'Do contacts that arrived outside the calendar count in service level and rates?',
      default: false,
    }),
  ),
  calendar: optional(
    text({ description: 'Name of the opening calendar; `always` is always open.', default: 'always' }),
  ),
};
export const ChannelSection = section(channelFields);
export type ChannelSection = Static<typeof ChannelSection>;

export const TargetSection = section({
  target: Type.Number({
    description: 'The figure is ok when it meets it (at least, or at most where lower is better).',
    minimum: -1e12,
    maximum: 1e12,
  }),
  warn: optional(
    Type.Number({
      description: 'Between this and the target the figure warns; without it, missing the target alerts.',
      minimum: -1e12,
      maximum: 1e12,
    }),
  ),
  minSample: optional(
    count({
      description: 'With a smaller sample the status is none.',
      default: 10,
      minimum: 0,
      maximum: 1_000_000,
    }),
  ),
  hold: optional(
    duration({
      description: 'A change of status shows after it held this long.',
      default: '15s',
      maxMs: 86_400_000,
    }),
  ),
  hysteresis: optional(
    Type.Number({
      description: 'Leaving a status takes this much beyond the limit.',
      default: '0.01 for ratios, else 0',
      minimum: 0,
      maximum: 1e9,
    }),
  ),
});
export type TargetSection = Static<typeof TargetSection>;
export const Targets = byName(TargetSection, 'Targets by KPI id.');

const perChannel = section({ ...channelFields, targets: optional(Targets) });
export const QueueChannels = section({
  voice: optional(perChannel),
  chat: optional(perChannel),
  email: optional(perChannel),
  sms: optional(perChannel),
  social: optional(perChannel),
  video: optional(perChannel),
  task: optional(perChannel),
});
export const Channels = section({
  voice: optional(ChannelSection),
  chat: optional(ChannelSection),
  email: optional(ChannelSection),
  sms: optional(ChannelSection),
  social: optional(ChannelSection),
  video: optional(ChannelSection),
  task: optional(ChannelSection),
});
export { channelFields };
