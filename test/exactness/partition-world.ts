import { checkConfiguration, resolveSemantic, SYSTEM_SOURCE } from '@vigie/contracts';
import { PartitionProcessor, windowSpecs, type PartitionOptions } from '@vigie/engine';

const checked = checkConfiguration({});
if (!checked.ok) throw new Error('the empty configuration is right');
/** What holds where nothing is configured. */
export const { configuration } = checked;
export const windows = windowSpecs(configuration);

/** A partition before anything was read, with the limits that are usual. `config`: what its centres are judged by. */
export function processorFor(
  config: unknown,
  nowMs: number,
  options: Partial<PartitionOptions> = {},
): PartitionProcessor {
  return new PartitionProcessor(
    {
      partition: 0,
      base: resolveSemantic(config as Record<string, unknown>),
      presentation: configuration.presentation,
      windows,
      limits: { queues: 5000, factsPerContact: 2000, factsPerEntity: 1000, centres: 10 },
      retainMs: 30 * 3_600_000,
      systemSource: SYSTEM_SOURCE,
      ...options,
    },
    nowMs,
  );
}
