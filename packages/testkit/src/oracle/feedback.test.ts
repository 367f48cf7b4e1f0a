import { describe, expect, test } from 'vitest';
import { event, figure, segment, value } from './hand-events.ts';

const all = { queue: '_all', channel: '_all' };
const call = segment('x', 0, 5, 'answered');
let serial = 0;
const survey = (kind: string, score: number, more: object = {}) => {
  serial += 1;
  return event('survey.response', 60, { c: 'x', kind, score, responseId: `r${serial}`, ...more });
};
const of = (id: string, ...surveys: ReturnType<typeof survey>[]) => value([...call, ...surveys], id, 90, all);

describe('surveys', () => {
  test('count the top boxes of their scale as satisfied', () => {
    expect(of('csat', survey('csat', 4), survey('csat', 3))).toBe(0.5);
    expect(of('csat', survey('csat', 6, { min: 1, max: 7 }), survey('csat', 5, { min: 1, max: 7 }))).toBe(
      0.5,
    );
    expect(of('csat', survey('csat', 3, { min: 1, max: 3 }), survey('csat', 2, { min: 1, max: 3 }))).toBe(
      0.5,
    );
    expect(of('csat', survey('thumbs', 1), survey('thumbs', 0))).toBe(0.5);
  });

  test('refuse what is out of scale', () => {
    expect(of('survey_responses', survey('csat', 6), survey('csat', 5))).toBe(1);
  });

  test('measure ease, whichever way the question was put', () => {
    expect(of('ces_score', survey('ces', 2, { polarity: 'effort' }))).toBe(4);
    expect(of('ces_easy_rate', survey('ces', 5, { min: 1, max: 7 }), survey('ces', 3))).toBe(0.5);
  });

  test('promoters less detractors', () => {
    expect(of('nps', survey('nps', 9), survey('nps', 10), survey('nps', 8), survey('nps', 6))).toBe(25);
  });
});

test('evaluations count by their share of the best score, calibrations not at all', () => {
  const evaluated = (formId: string, score: number, more: object = {}) =>
    event('qa.evaluated', 60, { c: 'x', formId, score, max: 20, ...more });
  const events = [...call, evaluated('a', 10), evaluated('b', 20), evaluated('c', 0, { calibration: true })];
  expect(value(events, 'qa_score', 90, all)).toBe(0.75);
});

test('two sales in a contact are one conversion, hits of a keyword one contact', () => {
  const sale = (saleId: string, seconds: number) => event('contact.converted', seconds, { c: 'x', saleId });
  const heard = event('contact.analysed', 70, {
    c: 'x',
    keywords: [{ id: 'refund', hits: 5 }],
    sentiment: { score: 5, min: -5, max: 5 },
  });
  const events = [...call, sale('a', 30), sale('b', 40), heard];
  expect(value(events, 'conversions', 90, all)).toBe(1);
  expect(figure(events, 'keyword_contacts', 90, all)).toMatchObject({ value: 1, by: { refund: 1 } });
  expect(value(events, 'keyword_hits', 90, all)).toBe(5);
  expect(value(events, 'sentiment_score', 90, all)).toBe(1);
});
