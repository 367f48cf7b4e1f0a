import { parseEvent, resolveSemantic, type ExplainQuestion } from '@vigie/contracts';
import { expect, test } from 'vitest';
import { LiveCentre } from '../../processor/live-centre.ts';
import { answer } from '../answer.ts';
import type { Explanation } from './explain.ts';

/** A Saturday afternoon: the office is closed, the line of sales is always open. */
const NOW = Date.parse('2026-11-21T15:00:00Z');
const WINDOWS = [{ name: '60m', sizeMs: 3_600_000 }];
const CONFIG = {
  calendars: { office: { mon: ['09:00-18:00'] } },
  queues: { sales: { channel: 'voice' }, office: { channel: 'voice', calendar: 'office' } },
};

class Story {
  readonly centre = new LiveCentre('default', {
    base: resolveSemantic(CONFIG),
    limits: { queues: 100, factsPerContact: 2000, factsPerEntity: 1000 },
    windows: WINDOWS,
    targetsOf: () => new Map(),
    retainMs: 27 * 3_600_000,
    now: NOW - 3_600_000,
  });
  #id = 0;

  tell(type: string, contact: string, minutesAgo: number, data: object = {}): this {
    const event = {
      ...{ specversion: '1.0', id: String(this.#id++), source: 'test://pbx', type: `vigie.${type}` },
      time: new Date(NOW - minutesAgo * 60_000).toISOString(),
      data: {
        contact: { id: contact, segmentId: `${contact}/1`, channel: 'voice' },
        queue: { id: 'sales' },
        ...data,
      },
    };
    const result = parseEvent(event);
    if (!result.ok) throw new Error(result.rejection.reason);
    this.centre.apply(result.parsed);
    return this;
  }

  explain(kpi: string, queue = 'sales'): readonly (readonly [string | undefined, string, string])[] {
    this.centre.advance(NOW);
    const question = {
      ...{ kind: 'explain', partition: 0, centre: 'default', queue, kpi, window: '60m', limit: 1000 },
    } as ExplainQuestion;
    const context = {
      ...{ windows: WINDOWS, presentation: { targetsOf: () => new Map() } as never },
      ...{ retainMs: 27 * 3_600_000, fineMs: 26 * 3_600_000 },
    };
    const text = [...answer(this.centre, question, context).text].join('');
    return (JSON.parse(text) as Explanation).entities.map(
      ({ contact, effect, reason }) => [contact, effect, reason] as const,
    );
  }
}

const ann = { agent: { id: 'ann' } };

test('each contact of a service level is told with the reason why it counts as it does', () => {
  const story = new Story()
    .tell('contact.queued', 'fast', 50)
    .tell('contact.answered', 'fast', 49.9, ann)
    .tell('contact.queued', 'slow', 45)
    .tell('contact.answered', 'slow', 44, ann)
    .tell('contact.queued', 'short', 40)
    .tell('contact.abandoned', 'short', 39.95)
    .tell('contact.queued', 'gone', 38)
    .tell('contact.abandoned', 'gone', 36)
    .tell('contact.queued', 'elsewhere', 35)
    .tell('contact.flow_out', 'elsewhere', 34, { cause: 'overflow' })
    .tell('contact.queued', 'asked', 33, { kind: 'consult' })
    .tell('contact.answered', 'asked', 32.9, { agent: { id: 'bob' } })
    .tell('contact.queued', 'moved', 31, { kind: 'transfer' })
    .tell('contact.answered', 'moved', 30.9, { agent: { id: 'cid' } })
    .tell('contact.abandoned', 'unknown', 29)
    .tell('contact.queued', 'mended', 28)
    .tell('contact.answered', 'mended', 27, ann)
    .tell('contact.answered', 'mended', 27.9, { ...ann, authority: 'record' });
  expect(story.explain('service_level')).toEqual([
    ['fast', 'for', 'answered within the threshold'],
    ['slow', 'against', 'answered after the threshold'],
    ['short', 'excluded', 'short abandon'],
    ['gone', 'against', 'abandoned'],
    ['elsewhere', 'excluded', 'left the queue: overflow'],
    ['asked', 'excluded', 'consult between agents: in no figure of customers'],
    ['moved', 'for', 'answered within the threshold (transferred here)'],
    ['unknown', 'excluded', 'set aside: the outcome contradicts the entry, or the entry is unknown'],
    ['mended', 'for', 'answered within the threshold (corrected since)'],
  ]);
});

test('who came out of hours, or is lost, is left out and says so', () => {
  const office = { queue: { id: 'office' } };
  const story = new Story()
    .tell('contact.queued', 'late', 50, office)
    .tell('contact.abandoned', 'late', 48, office)
    .tell('contact.queued', 'open', 47)
    .tell('source.restarted', 'x', 40);
  expect(story.explain('service_level', 'office')).toEqual([['late', 'excluded', 'out of hours']]);
  expect(story.explain('answer_rate')).toEqual([
    ['open', 'excluded', 'lost: nobody knows how the wait ended'],
  ]);
  expect(story.explain('qos_rate', '_all')).toEqual([
    ['late', 'excluded', 'out of hours'],
    ['open', 'excluded', 'lost: nobody knows how the wait ended'],
  ]);
});

test('a figure of now is explained by those who are in it', () => {
  const story = new Story()
    .tell('contact.queued', 'first', 3)
    .tell('contact.queued', 'second', 0.1)
    .tell('contact.queued', 'done', 5)
    .tell('contact.abandoned', 'done', 4);
  expect(story.explain('waiting_now')).toEqual([
    ['first', 'for', 'waiting'],
    ['second', 'for', 'waiting'],
  ]);
  expect(story.explain('over_threshold_now')).toEqual([['first', 'for', 'waiting beyond the threshold']]);
  expect(story.explain('service_level_live').filter(([contact]) => contact === 'first')).toEqual([
    ['first', 'against', 'waiting beyond the threshold'],
  ]);
});
