import type { KpiValue, TopicName } from '@vigie/contracts';

/** Figures of an agent that move with the clock alone, and in what steps a reader sees them. */
const STEPS: Readonly<Record<string, number>> = {
  occupancy: 0.01,
  utilization: 0.01,
  concurrency: 0.1,
  handled_per_agent_hour: 0.1,
  agent_day_equivalents: 0.1,
};

/**
 * What a reader can see of a thing of a topic: things that say the same are not told again. Figures of agents that move
 * as long as somebody is logged in count by their steps; otherwise nearly every agent would be told anew each second.
 */
export function seenOf(topic: TopicName, item: Readonly<Record<string, unknown>>): string {
  if (topic !== 'agents') return JSON.stringify(item);
  const kpis = Object.entries((item['kpis'] ?? {}) as Record<string, KpiValue>).map(([id, figure]) => {
    const step = STEPS[id];
    if (step === undefined || figure.value === null) return [id, figure];
    return [id, Math.round(figure.value / step)];
  });
  return JSON.stringify({ ...item, kpis });
}
