import { CHANNELS, type Channel } from '../events/fields.ts';
import type { ChannelSection } from './channel-schema.ts';
import { ALWAYS, CHANNEL_DEFAULTS } from './defaults.ts';
import { nearest, problem, type ConfigProblem } from './problems.ts';
import type { ConfigurationFile, QueueSection } from './schema.ts';
import { configuredChannels, layersOf, resolveSettings } from './semantic.ts';
import { formatDuration, parseClockTime, parseDuration } from './values.ts';

const DAY_MS = 86_400_000;
const QUARTER_MS = 15 * 60_000;

/** What a well-formed file still gets wrong in its semantic part: values that contradict each other. */
export function semanticProblems(file: ConfigurationFile): ConfigProblem[] {
  return [
    ...centreProblems(file),
    ...calendarProblems(file),
    ...CHANNELS.flatMap((channel) => channelProblems(file.channels?.[channel], channel)),
    ...Object.entries(file.queues ?? {}).flatMap(([queue, section]) => queueProblems(file, queue, section)),
  ];
}

function centreProblems(file: ConfigurationFile): ConfigProblem[] {
  const found: ConfigProblem[] = [];
  const dayStart = file.centre?.dayStart;
  const dayStartMs = parseClockTime(dayStart ?? '00:00') ?? 0;
  if (dayStartMs % QUARTER_MS !== 0 || dayStartMs >= DAY_MS) {
    found.push(problem('centre.dayStart', dayStart, 'a multiple of 15 minutes from "00:00" to "23:45"'));
  }
  const bucket = file.time?.bucket;
  if (bucket !== undefined && parseDuration(bucket) !== 1000) {
    found.push(problem('time.bucket', bucket, '"1s", the only width there is for now'));
  }
  return found;
}

function calendarProblems(file: ConfigurationFile): ConfigProblem[] {
  const names = [ALWAYS, ...Object.keys(file.calendars ?? {})];
  const found: ConfigProblem[] = [];
  if (Object.hasOwn(file.calendars ?? {}, ALWAYS)) {
    found.push(
      problem(`calendars.${ALWAYS}`, file.calendars?.[ALWAYS], 'another name: this one is built in'),
    );
  }
  const check = (section: ChannelSection | undefined, path: string) => {
    const name = section?.calendar;
    if (name === undefined || names.includes(name)) return;
    const near = nearest(name, names);
    const hint = near === undefined ? '' : ` (did you mean "${near}"?)`;
    found.push(problem(`${path}.calendar`, name, `one of the calendars ${names.join(', ')}${hint}`));
  };
  for (const channel of CHANNELS) check(file.channels?.[channel], `channels.${channel}`);
  for (const [queue, section] of Object.entries(file.queues ?? {})) {
    check(section, `queues.${queue}`);
    for (const channel of CHANNELS) check(section.channels?.[channel], `queues.${queue}.channels.${channel}`);
  }
  return found;
}

const NO_ABANDON = 'no such key on an async channel: nobody abandons it';

function channelProblems(section: ChannelSection | undefined, channel: Channel): ConfigProblem[] {
  const shortAbandon = section?.serviceLevel?.shortAbandon;
  const mode = section?.mode ?? CHANNEL_DEFAULTS[channel].mode;
  if (shortAbandon === undefined || mode === 'live') return [];
  return [problem(`channels.${channel}.serviceLevel.shortAbandon`, shortAbandon, NO_ABANDON)];
}

function queueProblems(file: ConfigurationFile, queue: string, section: QueueSection): ConfigProblem[] {
  const path = `queues.${queue}`;
  const found: ConfigProblem[] = [];
  if (section.channel !== undefined && section.channels !== undefined) {
    found.push(problem(`${path}.channels`, section.channels, 'either channel or channels, not both'));
  }
  if (section.channels !== undefined && configuredChannels({ channels: section.channels }).length === 0) {
    found.push(problem(`${path}.channels`, section.channels, `at least one of ${CHANNELS.join(', ')}`));
  }
  const configured = configuredChannels(section);
  const channels = configured.length > 0 ? configured : (['voice'] as const);
  const resolved = channels.map((channel) => ({
    channel,
    settings: resolveSettings(channel, layersOf(file, section, channel)),
  }));
  const own = section.serviceLevel?.shortAbandon;
  if (own !== undefined) {
    const live = resolved.filter(({ settings }) => settings.mode === 'live');
    const inherits = live.filter(
      ({ channel }) => section.channels?.[channel]?.serviceLevel?.shortAbandon === undefined,
    );
    if (live.length === 0) found.push(problem(`${path}.serviceLevel.shortAbandon`, own, NO_ABANDON));
    const lowestMs = Math.min(...inherits.map(({ settings }) => settings.serviceLevel.thresholdMs));
    found.push(...tooLong(`${path}.serviceLevel.shortAbandon`, own, lowestMs));
  }
  for (const { channel, settings } of resolved) {
    const ofChannel = section.channels?.[channel]?.serviceLevel?.shortAbandon;
    if (ofChannel === undefined) continue;
    const where = `${path}.channels.${channel}.serviceLevel.shortAbandon`;
    if (settings.mode === 'async') found.push(problem(where, ofChannel, NO_ABANDON));
    else found.push(...tooLong(where, ofChannel, settings.serviceLevel.thresholdMs));
  }
  return found;
}

function tooLong(path: string, shortAbandon: string, thresholdMs: number): ConfigProblem[] {
  if ((parseDuration(shortAbandon) ?? 0) <= thresholdMs) return [];
  return [problem(path, shortAbandon, `at most the queue's threshold (${formatDuration(thresholdMs)})`)];
}
