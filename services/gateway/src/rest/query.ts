import { isInScope, nearest } from '@vigie/contracts';
import { select, unknownText, type CentreView, type FeedReader, type Selection } from '@vigie/engine';
import { ProblemError, type Principal } from '@vigie/service-kit';

/** Parameters as the web server gives them: one that is repeated is a list. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Refuses parameters that do not exist, naming the nearest that does. */
export function onlyKnown(query: Query, known: readonly string[]): void {
  const unknown = Object.keys(query).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const near = nearest(unknown, known);
  const hint = near === undefined ? '' : ` (did you mean "${near}"?)`;
  const which = known.length === 0 ? 'there are none here' : `known are ${known.join(', ')}`;
  throw refused(
    unknown.slice(0, 80),
    `${JSON.stringify(unknown.slice(0, 80))} is no parameter${hint}: ${which}`,
  );
}

/** All values of a parameter; `undefined` when it is absent. */
export function valuesOf(query: Query, name: string): readonly string[] | undefined {
  const value = query[name];
  return typeof value === 'string' ? [value] : value;
}

/** The value of a parameter that may be given once; `undefined` when it is absent. */
export function valueOf(query: Query, name: string): string | undefined {
  const values = valuesOf(query, name) ?? [];
  if (values.length > 1) throw refused(name, `${name}: is given more than once: expected one value`);
  return values[0];
}

/** The centre asked for, or the default one; others than those of the key are not told from such as do not exist. */
export function centreOf(
  query: Query,
  reader: FeedReader,
  byDefault: string,
  principal: Principal,
): CentreView {
  const id = valueOf(query, 'centre') ?? byDefault;
  if (!principal.seesCentre(id)) throw outside('centre', id);
  const centre = reader.centre(id);
  if (centre !== undefined) return centre;
  const known = [...reader.centres].map((each) => each.id).filter((each) => principal.seesCentre(each));
  throw refused('centre', `centre: ${unknownText(id, known)}`);
}

const FILTERS = { windows: 'window', queues: 'queue', channels: 'channel', kpis: 'kpi' } as const;

/** The filters of a snapshot, checked against what is configured or known. */
export function selectionOf(query: Query, centre: CentreView, { scope }: Principal): Selection {
  const wanted = {
    windows: valuesOf(query, FILTERS.windows),
    queues: valuesOf(query, FILTERS.queues),
    channels: valuesOf(query, FILTERS.channels),
    kpis: valuesOf(query, FILTERS.kpis),
  };
  for (const queue of wanted.queues ?? []) mustBeSeen(queue, scope);
  const known = [...centre.plan.queues.map(({ queue }) => queue), ...centre.queues().keys()];
  const queues = new Set(known.filter((queue) => isInScope(queue, scope)));
  const result = select(wanted, { windows: centre.plan.windows, queues });
  if (result.ok) return scope === undefined ? result.selection : { ...result.selection, scope };
  const name = FILTERS[result.unknown.field];
  throw refused(name, `${name}: ${result.unknown.message}`);
}

/** Refuses a queue that may not be seen with these patterns, whether it exists or not. */
export function mustBeSeen(queue: string, scope: readonly string[] | undefined): void {
  if (queue !== '*' && !isInScope(queue, scope)) throw outside('queue', queue);
}

/** The problem document of something that the key may not see. */
function outside(parameter: string, value: string): ProblemError {
  const detail = `${parameter}: ${JSON.stringify(value.slice(0, 80))} is not among the ${parameter}s of this key`;
  return new ProblemError(403, detail, { extensions: { parameter } });
}

/** The problem document of a parameter that is wrong. */
export function refused(parameter: string, detail: string): ProblemError {
  return new ProblemError(400, detail, { extensions: { parameter } });
}
