import { entry, gauge } from './declare.ts';
import { HANDLINGS } from './events.ts';
import { count, level, meanSeconds, nothing, sum, type Figure, type Kpi, type Measures } from './kpi.ts';

const handled = sum('handled');
const talkMs = sum('talkMs');
const holdMs = sum('holdMs');
const acwMs = sum('acwMs');
const holdReported = sum('holdReported');
const acwReported = sum('acwReported');
const inProgress = level('inProgress');

/** A mean over the handlings whose source reports the part at all: unknown is not 0. */
function reportedMean(sumMs: number, reported: number, handled: number): Figure {
  if (handled > 0 && reported === 0) return nothing('not_reported');
  return meanSeconds(sumMs, reported);
}

function withoutAcw(figure: Figure, m: Measures): Figure {
  return handled(m) > 0 && acwReported(m) < handled(m) ? { ...figure, partial: ['acw'] } : figure;
}

/** How long agents work on a contact. */
export const HANDLING_KPIS: readonly Kpi[] = [
  entry({
    id: 'aht',
    name: { en: 'Average handling time', fr: 'Durée moyenne de traitement' },
    abbreviation: { en: 'AHT', fr: 'DMT' },
    unit: 'seconds',
    formula: 'Σ (talk + hold + acw) / handlings ended',
    description: 'How long an agent works on a contact, waiting not included.',
    better: 'neither',
    instant: 'end of after-contact work',
    events: HANDLINGS,
    metric: 'vigie_aht_seconds',
    compute: (m) => withoutAcw(meanSeconds(talkMs(m) + holdMs(m) + acwMs(m), handled(m)), m),
  }),
  entry({
    id: 'avg_communication_time',
    name: { en: 'Talk and hold', fr: 'Durée moyenne de communication' },
    abbreviation: { fr: 'DMC' },
    unit: 'seconds',
    formula: 'Σ (talk + hold) / handlings ended',
    description: 'How long agent and customer are connected.',
    better: 'neither',
    instant: 'end of after-contact work',
    events: HANDLINGS,
    metric: 'vigie_average_communication_time_seconds',
    compute: (m) => meanSeconds(talkMs(m) + holdMs(m), handled(m)),
  }),
  entry({
    id: 'avg_talk_time',
    name: { en: 'Talk', fr: 'Conversation' },
    unit: 'seconds',
    formula: 'Σ talk / handlings ended',
    description: 'How long agent and customer talk, hold not included where the source reports it.',
    better: 'neither',
    instant: 'end of after-contact work',
    events: HANDLINGS,
    metric: 'vigie_average_talk_time_seconds',
    compute: (m) => meanSeconds(talkMs(m), handled(m)),
  }),
  entry({
    id: 'avg_hold_time',
    name: { en: 'Hold', fr: 'Mise en garde' },
    unit: 'seconds',
    formula: 'Σ hold / handlings ended whose source reports hold',
    description: 'How long the customer is on hold.',
    better: 'lower',
    instant: 'end of after-contact work',
    events: HANDLINGS,
    metric: 'vigie_average_hold_time_seconds',
    compute: (m) => reportedMean(holdMs(m), holdReported(m), handled(m)),
  }),
  entry({
    id: 'avg_acw',
    name: { en: 'After-contact work', fr: 'Post-appel' },
    abbreviation: { en: 'ACW' },
    unit: 'seconds',
    formula: 'Σ acw / handlings ended whose source reports it',
    description: 'How long agents work after the contact.',
    better: 'lower',
    instant: 'end of after-contact work',
    events: HANDLINGS,
    metric: 'vigie_average_acw_seconds',
    compute: (m) => reportedMean(acwMs(m), acwReported(m), handled(m)),
  }),
  gauge({
    id: 'in_progress_now',
    name: { en: 'In conversation or wrap-up', fr: 'En cours de traitement' },
    unit: 'count',
    formula: 'open handlings',
    description: 'How many contacts agents work on.',
    better: 'neither',
    events: HANDLINGS,
    metric: 'vigie_contacts_in_progress',
    compute: (m) => count(inProgress(m)),
  }),
];
