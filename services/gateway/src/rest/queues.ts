import { ALL, CHANNELS, formatInstant, type Channel, type Configuration } from '@vigie/contracts';
import type { CentreView } from '@vigie/engine';
import { openingHours, type Calendar } from '@vigie/metrics';
import type { Principal } from '@vigie/service-kit';
import type { QueueEntry } from './schemas.ts';

/** Configured queues and those with traffic that may be seen, with what their figures are judged by. Durations are seconds. */
export function queueList(
  centre: CentreView,
  configuration: Configuration,
  principal: Principal,
  nowMs: number,
): readonly QueueEntry[] {
  const { presentation } = configuration;
  const known = centre.queues();
  const names = new Set([...centre.plan.queues.map(({ queue }) => queue), ...known.keys()]);
  names.delete(ALL);
  const seen = [...names].filter((queue) => principal.seesQueue(queue));
  return seen.map((queue) => {
    const planned = centre.plan.queues.find((each) => each.queue === queue)?.channels ?? [];
    const channels = CHANNELS.filter(
      (each) => planned.includes(each) || known.get(queue)?.has(each) === true,
    );
    return {
      queue,
      name: presentation.queueName(queue),
      team: presentation.queueTeam(queue) ?? null,
      site: presentation.queueSite(queue) ?? null,
      channels: Object.fromEntries(
        channels.map((channel) => [channel, channelEntry(queue, channel, configuration, nowMs)]),
      ),
    };
  });
}

function channelEntry(queue: string, channel: Channel, configuration: Configuration, nowMs: number) {
  const { semantic, presentation } = configuration;
  const { thresholdMs, shortAbandonMs, formula } = semantic.settings(queue, channel).serviceLevel;
  const targets = [...presentation.targetsOf(queue, channel)].map(([kpi, setting]) => {
    const { target, warn, minSample, holdMs, hysteresis } = setting;
    const limits = warn === undefined ? { target } : { target, warn };
    return [kpi, { ...limits, minSample, hold: holdMs / 1000, hysteresis }] as const;
  });
  return {
    threshold: thresholdMs / 1000,
    shortAbandon: shortAbandonMs === undefined ? null : shortAbandonMs / 1000,
    formula,
    ...opening(openingHours(semantic, queue, channel), nowMs),
    targets: Object.fromEntries(targets),
  };
}

/** When a closed calendar opens next; nothing of one that is open, or never will be again. */
function opening(calendar: Calendar, nowMs: number): { readonly opensAt?: string } {
  if (calendar.isOpen(nowMs)) return {};
  const opensMs = calendar.nextChange(nowMs);
  return Number.isFinite(opensMs) ? { opensAt: formatInstant(opensMs) } : {};
}
