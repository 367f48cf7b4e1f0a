import type { Configuration } from '@vigie/contracts';
import type { CentrePlan } from '@vigie/engine';

/** What configuration promises of each centre: its windows, and of the default one its queues. */
export function planner(configuration: Configuration): (centre: string) => CentrePlan {
  const { presentation, semantic } = configuration;
  const windows = configuration.windows.map(({ id }) => id);
  const queues = presentation.queues.map((queue) => {
    const channels = semantic.queueChannels.get(queue);
    return { queue, channels: channels ?? (['voice'] as const), named: channels !== undefined };
  });
  const ofDefault: CentrePlan = { windows, queues, presentation };
  const ofOther: CentrePlan = { windows, queues: [], presentation };
  return (centre) => (centre === configuration.centre ? ofDefault : ofOther);
}
