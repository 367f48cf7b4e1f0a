import type { Fact } from './facts.ts';
import { placeOf, type Judged, type Mark } from './mark.ts';

/** Scales of the kinds of survey that state none. */
const SCALES: Readonly<Record<string, readonly [min: number, max: number]>> = {
  csat: [1, 5],
  ces: [1, 5],
  nps: [0, 10],
  thumbs: [0, 1],
  stars: [1, 5],
};

/** Surveys, evaluations, analyses and sales of one contact (`kpis.md` §4.5, §4.6). */
export function feedbackMarks({ scan, contact }: Judged): Mark[] {
  const marks: Mark[] = [];
  const { channel } = contact;
  const mark = (id: string, fact: Fact, value: number, more: Partial<Mark> = {}): void => {
    const place = placeOf(scan, fact, channel);
    marks.push({ id, ...place, atMs: fact.timeMs, value, agent: fact.data.agent?.id, ...more });
  };
  const of = (type: string) => scan.facts.filter((fact) => fact.type === type);

  for (const fact of of('survey.response')) surveyMarks(fact, mark);
  for (const fact of of('qa.evaluated')) {
    const { score = 0, max = 1, calibration } = fact.data;
    if (calibration !== true) mark('qa_score', fact, score / Number(max));
  }

  const analyses = of('contact.analysed');
  const felt = analyses.filter((fact) => fact.data.sentiment !== undefined).at(-1);
  if (felt?.data.sentiment !== undefined) {
    const { score, min, max } = felt.data.sentiment;
    mark('sentiment_score', felt, (2 * (score - min)) / (max - min) - 1);
  }
  const hits = new Map<string, { readonly fact: Fact; hits: number }>();
  for (const fact of analyses) {
    for (const keyword of fact.data.keywords ?? []) {
      if (keyword.hits === 0) continue;
      const known = hits.get(keyword.id);
      if (known === undefined) hits.set(keyword.id, { fact, hits: keyword.hits });
      else known.hits += keyword.hits;
    }
  }
  const told = analyses.find((fact) => fact.data.transcribed === true);
  if (told !== undefined) mark('transcribed', told, 1, { atMs: contact.endedMs ?? told.timeMs });
  const any = [...hits.values()][0];
  if (any !== undefined) mark('keyword_contact', any.fact, 1, { atMs: contact.endedMs ?? any.fact.timeMs });
  for (const [word, hit] of hits) {
    const atMs = contact.endedMs ?? hit.fact.timeMs;
    mark('keyword_contacts', hit.fact, 1, { word, atMs });
    mark('keyword_hits', hit.fact, hit.hits, { word, atMs });
  }

  const sale = of('contact.converted')[0];
  if (sale !== undefined) mark('conversions', sale, 1);
  return marks;
}

function surveyMarks(
  fact: Fact,
  mark: (id: string, fact: Fact, value: number, more?: Partial<Mark>) => void,
): void {
  const { kind = '', score = Number.NaN, verbatim, polarity } = fact.data;
  const [least = 1, most = 5] = SCALES[kind] ?? [];
  const min = typeof fact.data.min === 'number' ? fact.data.min : least;
  const max = typeof fact.data.max === 'number' ? fact.data.max : most;
  if (score < min || score > max) return;
  mark('survey_responses', fact, 1, { word: kind });
  if (verbatim === true) mark('verbatim_count', fact, 1);
  switch (kind) {
    case 'csat':
    case 'thumbs': {
      // Five or seven boxes have two on top, two or three only one.
      const top = max - min + 1 <= 3 ? [max] : [max - 1, max];
      mark('csat', fact, top.includes(score) ? 1 : 0);
      if (kind === 'csat') mark('csat_mean', fact, score);
      break;
    }
    case 'ces': {
      const ease = polarity === 'effort' ? min + max - score : score;
      mark('ces_score', fact, ease);
      const easyBoxes = max - min + 1 >= 7 ? 3 : 2;
      mark('ces_easy_rate', fact, ease > max - easyBoxes ? 1 : 0);
      break;
    }
    case 'nps':
      mark('nps', fact, score >= 9 ? 100 : score <= 6 ? -100 : 0);
      break;
    case 'stars':
      mark('review_rating', fact, score);
      break;
  }
}
