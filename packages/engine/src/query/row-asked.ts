import { ALL, formatInstant, isInScope } from '@vigie/contracts';
import { unknownText } from '../fanout/content.ts';
import { QuestionError } from '../ports/owner.ts';
import type { CentreState } from '../processor/centre-state.ts';
import type { LiveCentre } from '../processor/live-centre.ts';
import { windowNamed, type AnswerContext } from './asked.ts';
import { rowNames, type RowName } from './row-names.ts';
import { windowStart } from './window-spec.ts';

/** The row of a queue, merged where it takes several channels and none is named; throws a {@link QuestionError}. */
export function rowAsked(
  facts: CentreState,
  {
    queue,
    channel,
    scope,
  }: {
    readonly queue: string;
    readonly channel?: string | undefined;
    readonly scope?: readonly string[] | undefined;
  },
  atMs: number,
): RowName {
  const own = rowNames(facts, atMs).filter((row) => row.queue === queue && isInScope(queue, scope));
  const merged = own.find((row) => row.channel === ALL) ?? own[0];
  const row = channel === undefined ? merged : own.find((each) => each.channel === channel);
  if (row !== undefined) return row;
  const known = own.map((each) => each.channel);
  const detail =
    own.length === 0
      ? `queue: nothing is known of ${JSON.stringify(queue)}`
      : `channel: ${unknownText(channel ?? '', known)}`;
  throw new QuestionError(404, detail, { parameter: own.length === 0 ? 'queue' : 'channel' });
}

/** Where a window begins that is asked for with its single contacts; throws a {@link QuestionError} where those are gone. */
export function windowAsked(
  centre: LiveCentre,
  name: string,
  atMs: number,
  { windows, retainMs }: AnswerContext,
): { readonly fromMs: number; readonly rolling: boolean } {
  const window = windowNamed(name, windows);
  const fromMs = windowStart(window, atMs, centre.facts.versions.zoneAt(atMs));
  if (window.sizeMs !== undefined) return { fromMs, rolling: true };
  const keptMs = centre.timeline.now - retainMs;
  if (fromMs >= keptMs) return { fromMs, rolling: false };
  const detail = `at: that day began before ${formatInstant(keptMs)}, and older records are not kept`;
  throw new QuestionError(400, detail, { parameter: 'at' });
}
