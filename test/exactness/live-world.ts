import {
  parseEvent,
  resolveSemantic,
  type ParsedEvent,
  type Presentation,
  type SemanticConfig,
} from '@vigie/contracts';
import { LiveCentre, type AnswerContext, type LiveCentreOptions, type WindowSpec } from '@vigie/engine';
import type { RandomCentre } from '@vigie/testkit/generator';

/** No figure has a target. */
export const NO_TARGETS = { targetsOf: () => new Map() } as never as Presentation;

/** What questions about a world are answered with. */
export const contextWith = (windows: readonly WindowSpec[]): AnswerContext => ({
  ...{ windows, presentation: NO_TARGETS, retainMs: 60 * 3_600_000, fineMs: 26 * 3_600_000 },
});

/** An event of a world, as ingest would have checked it. */
export function parsed(event: unknown): ParsedEvent {
  const result = parseEvent(event);
  if (!result.ok) throw new Error(`${result.rejection.reason}: ${JSON.stringify(event)}`);
  return result.parsed;
}

export const configOf = ({ config }: RandomCentre): SemanticConfig =>
  resolveSemantic(config as Record<string, unknown>);

type Options = Partial<LiveCentreOptions> & Pick<LiveCentreOptions, 'windows'>;

/** The centre of a world before anything happened in it. */
export function centreOf(world: RandomCentre, options: Options): LiveCentre {
  return new LiveCentre('default', {
    base: configOf(world),
    limits: { queues: 5000, factsPerContact: 2000, factsPerEntity: 1000 },
    targetsOf: NO_TARGETS.targetsOf,
    retainMs: 60 * 3_600_000,
    now: world.startMs,
    ...options,
  });
}

/** The same at the end of what happened. */
export function livedThrough(world: RandomCentre, options: Options): LiveCentre {
  const centre = centreOf(world, options);
  for (const event of world.events) centre.apply(parsed(event));
  centre.advance(world.endMs);
  return centre;
}
