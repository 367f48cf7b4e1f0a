import { surveyScale, type EventData } from '@vigie/contracts';
import { FLAG, type FactType } from '../fact.ts';

/** Scores are whole millionths inside, so that sums of them subtract back to exactly nothing. */
export const MICROS = 1_000_000;

type Survey = EventData<'vigie.survey.response'>;
type Evaluation = EventData<'vigie.qa.evaluated'>;

/** The answer × 10⁶; of an effort question asked the other way round, so that high is easy. */
export function surveyMicros(survey: Survey): number {
  const { kind, polarity, score } = survey;
  const { min, max } = surveyScale(survey);
  const eased = kind === 'ces' && polarity === 'effort' ? min + max - score : score;
  return Math.round(eased * MICROS);
}

/**
 * Where the answer stands (`kpis.md` §4.5): satisfied is one of the two top boxes, of a scale of two or three the top
 * one; easy lies above the middle of the scale; promoters answer 9 or 10, detractors 0 to 6.
 */
export function surveyFlags(survey: Survey): number {
  const { kind, verbatim = false } = survey;
  const { min, max } = surveyScale(survey);
  const score = surveyMicros(survey) / MICROS;
  const words = verbatim ? FLAG.verbatim : 0;
  switch (kind) {
    case 'csat':
      return words | (score >= (max - min <= 2 ? max : max - 1) ? FLAG.top : 0);
    case 'thumbs':
      return words | (score === max ? FLAG.top : 0);
    case 'ces':
      return words | (2 * score > min + max ? FLAG.top : 0);
    case 'nps':
      return words | (score >= 9 ? FLAG.top : score <= 6 ? FLAG.bottom : 0);
    case 'stars':
      return words;
  }
}

/** Evaluations that calibrate the evaluators are remembered, but count nowhere. */
export function evaluationType({ calibration }: Pick<Evaluation, 'calibration'>): FactType {
  return calibration === true ? 'noted' : 'evaluation';
}

/** Share of the greatest score, × 10⁶. */
export function evaluationMicros({ score, max }: Evaluation): number {
  return Math.round((score / max) * MICROS);
}

/** −10⁶ to 10⁶, whatever the scale. */
export function sentimentMicros({ score, min, max }: { score: number; min: number; max: number }): number {
  return Math.round(((2 * (score - min)) / (max - min) - 1) * MICROS);
}
