import { hitsOf } from '../domain/words.ts';
import { SURVEY_KINDS } from '../domain/contact/measures.ts';
import { counter, entry } from './declare.ts';
import { ANALYSES, EVALUATIONS, KEYWORDS, SALES, SURVEYS } from './events.ts';
import {
  count,
  countBy,
  nothing,
  ratio,
  sum,
  sumsBy,
  tallyBy,
  type Figure,
  type Kpi,
  type Measures,
} from './kpi.ts';

const surveys = sum('surveys');
const surveysBy = sumsBy('surveys', SURVEY_KINDS);
const verbatims = sum('verbatims');
const csat = sum('csat');
const csatTop = sum('csatTop');
const csatScored = sum('csatScored');
const csatMicros = sum('csatMicros');
const ces = sum('ces');
const cesEasy = sum('cesEasy');
const cesMicros = sum('cesMicros');
const nps = sum('nps');
const npsPromoters = sum('npsPromoters');
const npsDetractors = sum('npsDetractors');
const stars = sum('stars');
const starsMicros = sum('starsMicros');
const evaluations = sum('evaluations');
const evaluationMicros = sum('evaluationMicros');
const analysed = sum('analysed');
const sentimentMicros = sum('sentimentMicros');
const transcribed = sum('transcribed');
const keywordContacts = sum('keywordContacts');
const keywordsFound = sum('keywordsFound');
const keywordsBy = tallyBy('keywords');
const keywordHits = sum('keywordHits');
const hitsBy = tallyBy('keywordHits');

function hitsByKeyword(m: Measures): Record<string, number> {
  const by: Record<string, number> = {};
  for (const [word, times] of Object.entries(hitsBy(m))) {
    const { hits, keyword } = hitsOf(word);
    by[keyword] = (by[keyword] ?? 0) + hits * times;
  }
  return Object.fromEntries(Object.entries(by).sort(([a], [b]) => (a < b ? -1 : 1)));
}
const conversions = sum('conversions');
const handledContactsSales = sum('handledContactsSales');
const handledContactsConverted = sum('handledContactsConverted');

const MICROS = 1_000_000;

function meanScore(micros: number, n: number): Figure {
  return n === 0 ? nothing() : { value: micros / n / MICROS, n };
}

function netPromoterScore(promoters: number, detractors: number, n: number): Figure {
  return n === 0 ? nothing() : { value: (100 * (promoters - detractors)) / n, n };
}

const ofSurvey = { instant: 'the response', events: SURVEYS };

/** What customers and evaluators say of contacts, and what comes of them. */
export const SATISFACTION_KPIS: readonly Kpi[] = [
  entry({
    id: 'csat',
    name: { en: 'Customer satisfaction', fr: 'Satisfaction client' },
    abbreviation: { en: 'CSAT', fr: 'CSAT' },
    unit: 'ratio',
    formula: 'responses in the top boxes (two; one of a scale of two or three) / responses',
    description: 'Share of satisfied answers: 4 and 5 of 5, 6 and 7 of 7, 3 of 3, yes, thumbs up.',
    better: 'higher',
    ...ofSurvey,
    metric: 'vigie_csat_ratio',
    compute: (m) => ratio(csatTop(m), csat(m)),
  }),
  entry({
    id: 'csat_mean',
    name: { en: 'Mean satisfaction', fr: 'Satisfaction moyenne' },
    unit: 'score',
    formula: 'Σ score / responses, on the scale that was asked; thumbs left out',
    description: 'Mean of the satisfaction scores as they were given.',
    better: 'higher',
    ...ofSurvey,
    metric: 'vigie_csat_mean',
    compute: (m) => meanScore(csatMicros(m), csatScored(m)),
  }),
  entry({
    id: 'ces_score',
    name: { en: 'Customer effort (ease)', fr: 'Score d’effort client' },
    abbreviation: { en: 'CES', fr: 'CES' },
    unit: 'score',
    formula: 'mean score, high is easy; questions about effort reversed: min + max − x',
    description: 'How easy customers found it, on the scale that was asked.',
    better: 'higher',
    ...ofSurvey,
    metric: 'vigie_ces',
    compute: (m) => meanScore(cesMicros(m), ces(m)),
  }),
  entry({
    id: 'ces_easy_rate',
    name: { en: 'Share finding it easy', fr: 'Part « facile »' },
    unit: 'ratio',
    formula: 'responses above the middle of the scale / responses',
    description: 'Share of customers who found it easy: 4 and 5 of 5, 5 to 7 of 7.',
    better: 'higher',
    ...ofSurvey,
    metric: 'vigie_ces_easy_ratio',
    compute: (m) => ratio(cesEasy(m), ces(m)),
  }),
  entry({
    id: 'nps',
    name: { en: 'Net Promoter Score', fr: 'Net Promoter Score' },
    abbreviation: { en: 'NPS', fr: 'NPS' },
    unit: 'score',
    formula: '100 × (promoters 9–10 − detractors 0–6) / responses, −100 to 100',
    description: 'Would customers recommend us? Passives, 7 and 8, count in the denominator.',
    better: 'higher',
    ...ofSurvey,
    metric: 'vigie_nps',
    compute: (m) => netPromoterScore(npsPromoters(m), npsDetractors(m), nps(m)),
  }),
  entry({
    id: 'review_rating',
    name: { en: 'Star ratings', fr: 'Notes en étoiles' },
    unit: 'score',
    formula: 'Σ stars / ratings',
    description: 'Mean of the stars that customers gave.',
    better: 'higher',
    ...ofSurvey,
    metric: 'vigie_review_rating',
    compute: (m) => meanScore(starsMicros(m), stars(m)),
  }),
  counter({
    id: 'survey_responses',
    name: { en: 'Survey responses', fr: 'Réponses aux enquêtes' },
    formula: 'responses within their scale, by kind',
    description: 'How many customers answered a survey.',
    better: 'neither',
    ...ofSurvey,
    metric: 'vigie_survey_responses_total',
    compute: (m) => countBy(surveys(m), surveysBy(m)),
  }),
  counter({
    id: 'verbatim_count',
    name: { en: 'Free-text answers', fr: 'Verbatims' },
    formula: 'responses with words of the customer’s own',
    description: 'How many customers wrote something. The words themselves are never carried.',
    better: 'neither',
    ...ofSurvey,
    metric: 'vigie_verbatim_count_total',
    compute: (m) => count(verbatims(m)),
  }),
  entry({
    id: 'qa_score',
    name: { en: 'Quality assurance', fr: 'Assurance qualité' },
    abbreviation: { en: 'QA', fr: 'QA' },
    unit: 'ratio',
    formula: 'Σ (score / greatest score) / evaluations, calibrations left out',
    description: 'How well contacts were handled, by those who evaluate them.',
    better: 'higher',
    instant: 'submission of the evaluation',
    events: EVALUATIONS,
    metric: 'vigie_qa_ratio',
    compute: (m) => meanScore(evaluationMicros(m), evaluations(m)),
  }),
  entry({
    id: 'sentiment_score',
    name: { en: 'Sentiment', fr: 'Sentiment' },
    unit: 'score',
    formula: 'Σ sentiment, −1 to 1 / contacts analysed',
    description: 'Mood of the contacts, whatever the scale of the analysis; of several analyses the last.',
    better: 'higher',
    instant: 'the analysis',
    events: ANALYSES,
    metric: 'vigie_sentiment',
    compute: (m) => meanScore(sentimentMicros(m), analysed(m)),
  }),
  counter({
    id: 'keyword_contacts',
    name: { en: 'Contacts with keywords', fr: 'Contacts avec mots-clés' },
    formula: 'distinct contacts with a hit, for each keyword; their sum',
    description:
      'In how many contacts each keyword came up: five hits in one contact count once, a contact with two keywords in both.',
    better: 'neither',
    instant: 'the contact’s end; while it lasts, the hit',
    events: KEYWORDS,
    metric: 'vigie_keyword_contacts_total',
    compute: (m) => countBy(keywordsFound(m), keywordsBy(m)),
  }),
  entry({
    id: 'keyword_contact_rate',
    name: { en: 'Share with keywords', fr: 'Part avec mots-clés' },
    unit: 'ratio',
    formula: 'contacts with a hit of any keyword / contacts transcribed',
    description: 'In how many of the transcribed contacts something came up that was looked for.',
    better: 'neither',
    instant: 'the contact’s end; while it lasts, the analysis',
    events: KEYWORDS,
    metric: 'vigie_keyword_contact_ratio',
    compute: (m) => ratio(keywordContacts(m), transcribed(m)),
  }),
  entry({
    id: 'keyword_hits',
    name: { en: 'Keyword hits', fr: 'Occurrences de mots-clés' },
    unit: 'count',
    formula: 'Σ hits, by keyword',
    description: 'How often something came up that was looked for.',
    better: 'neither',
    instant: 'the contact’s end; while it lasts, the hit',
    events: KEYWORDS,
    metric: 'vigie_keyword_hits',
    compute: (m) => countBy(keywordHits(m), hitsByKeyword(m)),
  }),
  counter({
    id: 'conversions',
    name: { en: 'Conversions', fr: 'Conversions d’appels' },
    formula: 'contacts with at least one sale',
    description: 'Contacts that led to a sale; two sales in one are one.',
    better: 'higher',
    instant: 'the first sale',
    events: SALES,
    metric: 'vigie_conversions_total',
    compute: (m) => count(conversions(m)),
  }),
  entry({
    id: 'conversion_rate',
    name: { en: 'Conversion rate', fr: 'Pourcentage de conversion' },
    unit: 'ratio',
    formula: 'handled contacts with a sale / handled contacts, both of sales-eligible queues',
    description: 'Share of the contacts of sales-eligible queues that led to a sale.',
    better: 'higher',
    instant: 'end of after-contact work of the contact’s last handling',
    events: [...SALES, 'vigie.contact.answered', 'vigie.contact.ended', 'vigie.wrapup.ended'],
    metric: 'vigie_conversion_ratio',
    compute: (m) => ratio(handledContactsConverted(m), handledContactsSales(m)),
  }),
];
