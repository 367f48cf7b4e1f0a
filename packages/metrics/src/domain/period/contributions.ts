import { ALL, CHANNELS, type Channel } from '@vigie/contracts';
import type { Contributions } from '../../windowing/contribution.ts';
import type { ConfigVersions } from '../config-versions.ts';
import { CODE } from '../codes.ts';
import type { JudgeContext } from '../contact/context.ts';
import type { Fact } from '../fact.ts';
import { FIGURE_NAMES, isFigureName, scaled } from './figures.ts';

const DAY_MS = 86_400_000;
/** This long after local midnight the centre's day of that date has begun, whenever its days begin. */
const LATE_EVENING_MS = DAY_MS - 600_000;
const DATE_LENGTH = 'yyyy-mm-dd'.length;

/**
 * What the imported values of one name and local date add: at the first instant of that day, so that only today and
 * whole days hold them sensibly. A value for a queue (and channel) counts there; the total is the value given without
 * dimensions, failing that the sum of all. `id` is `period|name|date`.
 */
export function periodContributions(
  id: string,
  facts: readonly Fact[],
  context: JudgeContext,
): Contributions {
  const name = id.slice('period|'.length, -DATE_LENGTH - 1);
  const at = startOfDate(id.slice(-DATE_LENGTH), context.versions);
  if (at === undefined || !isFigureName(name)) return [];
  const out: Contributions = [];
  const add = (group: number, value: number): void =>
    void out.push(
      group,
      at,
      CODE.figure(name),
      value,
      group,
      at,
      CODE.figureGiven,
      FIGURE_NAMES.indexOf(name),
    );
  let total = 0;
  let stated: number | undefined;
  let placed = 0;
  let isOfCentre = false;
  for (const { word, amount = 0, queue, channel } of standing(facts)) {
    const value = scaled(amount);
    if (word === '') stated = value;
    else total += value;
    if (queue === undefined) isOfCentre = true;
    else {
      placed += value;
      add(context.groupOf(queue, channelOf(queue, channel, at, context.versions)), value);
    }
  }
  if (isOfCentre) add(context.groupOf(ALL, ALL), (stated ?? total) - placed);
  return out;
}

/** Of each set of dimensions the value told with the highest authority, then revision, then last: it replaces the others. */
function standing(facts: readonly Fact[]): Iterable<Fact> {
  const best = new Map<string | undefined, Fact>();
  for (const fact of facts) {
    const rival = best.get(fact.word);
    const isWeaker =
      rival !== undefined &&
      (fact.authority < rival.authority ||
        (fact.authority === rival.authority && fact.revision < rival.revision));
    if (!isWeaker) best.set(fact.word, fact);
  }
  return best.values();
}

function channelOf(queue: string, named: string | undefined, at: number, versions: ConfigVersions): Channel {
  const known = CHANNELS.find((channel) => channel === named);
  return known ?? versions.at(at).queueChannels.get(queue)?.[0] ?? 'voice';
}

/** First instant of the centre's day of a local date such as `2026-11-21`; `undefined` when there is no such date. */
function startOfDate(date: string, versions: ConfigVersions): number | undefined {
  const midnight = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(`${date}T00:00:00.000Z`) : Number.NaN;
  if (Number.isNaN(midnight)) return undefined;
  const evening = midnight + LATE_EVENING_MS;
  const zone = versions.zoneAt(evening);
  const near = evening - zone.offsetMinutes(evening) * 60_000;
  return zone.dayStart(evening - zone.offsetMinutes(near) * 60_000);
}
