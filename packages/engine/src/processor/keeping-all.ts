import { SYSTEM_SOURCE, type Configuration } from '@vigie/contracts';
import { windowSpecs } from '../query/window-spec.ts';
import type { PartitionId } from '../ports/event-log.ts';
import { PartitionProcessor } from './partition.ts';

/** An empty partition that forgets nothing, for whoever looks into checkpoints and logs; its clock stands at 1970. */
export function partitionKeepingAll(
  partition: PartitionId,
  configuration: Pick<Configuration, 'limits' | 'presentation' | 'semantic' | 'windows'>,
): PartitionProcessor {
  const { limits, presentation, semantic, windows } = configuration;
  const options = {
    partition,
    base: semantic,
    presentation,
    windows: windowSpecs({ windows }),
    limits,
    retainMs: Infinity,
    systemSource: SYSTEM_SOURCE,
  };
  return new PartitionProcessor(options, 0);
}
