import { queuesAt } from './agents.ts';
import { agentFigures, caseFigures, markFigures } from './catalogue.ts';
import type { Centre } from './centre.ts';
import { configAt, settingsOf } from './config.ts';
import { handlingSum, ratio, windowFigures, type Figures, type InWindow, type Scope } from './figures.ts';
import { importedOn, periodFigures } from './period.ts';
import { ALL, type RowKey } from './rows.ts';

/** A window of one row. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  readonly inWindow: InWindow;
  /** Local days it is made of, where it is made of whole days. */
  readonly dates: readonly string[];
  /** The instant of judgement. */
  readonly atMs: number;
}

/** Every figure of one row but the gauges of now. */
export function figuresOf(centre: Centre, key: RowKey, scope: Scope, span: Span): Figures {
  const { inWindow } = span;
  const figures: Figures = {
    ...windowFigures(scope, inWindow, (segment) => {
      const config = configAt(centre.timeline, segment.enteredMs);
      const settings = settingsOf(config, segment.queue, segment.channel);
      return settings.segmentKinds.includes(segment.kind) && (segment.inHours || settings.includeOutOfHours);
    }),
    ...markFigures(scope, inWindow),
  };
  const numberOf = (id: string): number => figures[id]?.value ?? 0;
  const { sumMs, partial } = handlingSum(scope, inWindow);
  figures['handle_time_per_contact'] = { ...ratio(sumMs / 1000, numberOf('handled_contacts')), ...partial };
  const inside = (place: { queue: string | undefined; channel: string | undefined }) =>
    (key.queue === ALL || place.queue === key.queue) &&
    (key.channel === ALL || place.channel === key.channel);
  const ofCases = caseFigures(
    centre.cases.filter(inside),
    centre.classified.filter(({ contact }) => inside(contact)),
    inWindow,
    span.atMs,
  );
  Object.assign(figures, ofCases);
  if (key.queue === ALL && key.channel !== ALL) return figures;
  const queue = key.queue === ALL ? undefined : key.queue;
  const consults = centre.lives.flatMap((life) =>
    life.handlings.filter(
      ({ consult, handledMs }) =>
        consult &&
        handledMs !== undefined &&
        inWindow(handledMs) &&
        (queue === undefined || queuesAt(life, handledMs).includes(queue)),
    ),
  );
  const time = {
    ...agentFigures(centre.lives, span, centre.timeline, numberOf('handled'), queue),
    consult_time: {
      value: consults.reduce((sum, h) => sum + h.untilMs - h.startMs, 0) / 1000,
      n: consults.length,
    },
  };
  if (queue !== undefined) return { ...figures, ...time };
  const counted = {
    presented: numberOf('presented'),
    handledContacts: numberOf('handled_contacts'),
    casesResolved: ofCases['cases_resolved']?.value ?? 0,
  };
  return { ...figures, ...time, ...periodFigures(importedOn(centre, span.dates), counted) };
}
