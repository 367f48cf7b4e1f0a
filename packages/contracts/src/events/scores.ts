import type { CanonicalEvent, EventData } from './types.ts';

/** Least and greatest answer. */
export interface Scale {
  readonly min: number;
  readonly max: number;
}

type Survey = EventData<'vigie.survey.response'>;

/** Scales of answers that name none. */
const USUAL: Readonly<Record<Survey['kind'], Scale>> = {
  csat: { min: 1, max: 5 },
  nps: { min: 0, max: 10 },
  ces: { min: 1, max: 5 },
  thumbs: { min: 0, max: 1 },
  stars: { min: 1, max: 5 },
};

/** The scale of a survey's answer: what it says, else the usual one of its kind. */
export function surveyScale({ kind, min = USUAL[kind].min, max = USUAL[kind].max }: Survey): Scale {
  return { min, max };
}

/** What is wrong with the scores of an event: an answer outside its scale would spoil every mean. */
export function scoreFault(event: CanonicalEvent): string | undefined {
  switch (event.type) {
    case 'vigie.survey.response': {
      const { kind, score } = event.data;
      const scale = surveyScale(event.data);
      if (kind === 'nps' && (scale.min !== 0 || scale.max !== 10))
        return `data.min and data.max are ${scale.min} and ${scale.max}: an NPS is asked from 0 to 10`;
      return outside('data.score', score, scale);
    }
    case 'vigie.qa.evaluated':
      return outside('data.score', event.data.score, { min: 0, max: event.data.max });
    case 'vigie.contact.analysed': {
      const { sentiment } = event.data;
      return sentiment === undefined
        ? undefined
        : outside('data.sentiment.score', sentiment.score, sentiment);
    }
    default:
      return undefined;
  }
}

function outside(field: string, score: number, { min, max }: Scale): string | undefined {
  if (min >= max) return `the scale of ${field} runs from ${min} to ${max}: must rise`;
  return score < min || score > max ? `${field} is ${score}: must be from ${min} to ${max}` : undefined;
}
