import {
  ALL,
  formatInstant,
  isInScope,
  type AcknowledgeQuestion,
  type AgentsQuestion,
  type AlarmsQuestion,
  type ContactsQuestion,
  type Correction,
  type CorrectionsQuestion,
  type Question,
  type SnapshotQuestion,
} from '@vigie/contracts';
import { quarterOf } from '@vigie/metrics';
import { rowFilter } from '../fanout/content.ts';
import { QuestionError } from '../ports/owner.ts';
import type { LiveCentre } from '../processor/live-centre.ts';
import { agentRows } from './agents.ts';
import {
  among,
  EVERY_QUEUE,
  instantAsked,
  listText,
  windowNamed,
  type AnswerContext,
  type AnswerText,
} from './asked.ts';
import { explainText } from './explain/explain.ts';
import { recentHistory } from './history.ts';
import { intervalsText } from './intervals-text.ts';
import { isContact, lookAt } from './look.ts';
import { openContacts, positionOf } from './open-contacts.ts';
import { standingOfRows } from './standing.ts';
import { pageOf } from './page.ts';
import { PastFigures } from './past.ts';
import { seriesText } from './series.ts';
import { sourcesText } from './sources-text.ts';
import { wouldFireText } from './would-fire.ts';
import { whatIfText } from './what-if.ts';

export interface Answer {
  readonly type: string;
  readonly text: AnswerText;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const CSV_TYPE = 'text/csv; charset=utf-8; header=present';

/** Answers a question about a centre. Pure: it is driven, and paced, by whoever asks. */
export function answer(centre: LiveCentre, question: Question, context: AnswerContext): Answer {
  switch (question.kind) {
    case 'snapshot':
      return { type: JSON_TYPE, text: snapshotText(centre, question, context) };
    case 'intervals': {
      const isCsv = question.format === 'csv';
      return { type: isCsv ? CSV_TYPE : JSON_TYPE, text: intervalsText(centre, question, context) };
    }
    case 'contacts':
      return { type: JSON_TYPE, text: contactsText(centre, question) };
    case 'explain':
      return { type: JSON_TYPE, text: explainText(centre, question, context) };
    case 'agents':
      return { type: JSON_TYPE, text: agentsText(centre, question, context) };
    case 'corrections':
      return { type: JSON_TYPE, text: correctionsText(centre, question) };
    case 'series':
      return { type: JSON_TYPE, text: seriesText(centre, question, context) };
    case 'sources':
      return { type: JSON_TYPE, text: sourcesText(centre, context) };
    case 'alarms':
      return { type: JSON_TYPE, text: alarmsText(centre, question) };
    case 'acknowledge':
      return { type: JSON_TYPE, text: acknowledgedText(centre, question) };
    case 'would_fire':
      return { type: JSON_TYPE, text: wouldFireText(centre, question, context) };
    case 'what_if':
      return { type: JSON_TYPE, text: whatIfText(centre, question, context) };
  }
}

function* snapshotText(centre: LiveCentre, question: SnapshotQuestion, context: AnswerContext): AnswerText {
  const { facts, timeline } = centre;
  const atMs = instantAsked(question.atMs, timeline.now, context.fineMs);
  const windows = context.windows.filter(({ name }) => question.windows?.includes(name) ?? true);
  const longestMs = Math.max(0, ...windows.map(({ sizeMs }) => sizeMs ?? 0));
  const frozen = facts.entities.freeze(Math.min(atMs - longestMs - 1000, quarterOf(atMs)));
  const contributions: (readonly number[])[] = [];
  for (const open of frozen) {
    contributions.push(lookAt(facts, open()));
    if (contributions.length % ENTITIES_A_STEP === 0) yield;
  }
  const { counted } = context.history ?? recentHistory(centre);
  const figures = new PastFigures(facts, { contributions, counted });
  const { queues, channels, kpis, scope } = question;
  const row = rowFilter({ windows: undefined, queues, channels, kpis: undefined, scope });
  const rows = yield* figures.rowsAtInSteps(atMs, windows, context.presentation, { row, kpi: among(kpis) });
  const { watermarkMs } = facts.sources;
  const head = {
    centre: centre.name,
    asOf: formatInstant(atMs),
    watermark: watermarkMs === undefined ? null : formatInstant(watermarkMs),
    ...standingOfRows(rows),
    configVersion: facts.versions.versionAt(atMs).version,
  };
  yield* listText(`${JSON.stringify(head).slice(0, -1)},"rows":[`, rows, ']}');
}

function* contactsText(centre: LiveCentre, question: ContactsQuestion): AnswerText {
  const { facts, timeline } = centre;
  const { queue, states, channels, scope } = question;
  const open = yield* openContacts(facts, facts.entities.freeze(timeline.now + 1, isContact), {
    nowMs: timeline.now,
    queue: (name) => isInScope(name, scope) && (queue === ALL || queue === EVERY_QUEUE || name === queue),
    channel: (name) => channels?.includes(name) ?? true,
    state: (state) => states?.includes(state) ?? true,
  });
  const { items: contacts, next } = pageOf(open, positionOf, question);
  yield JSON.stringify({ contacts, ...(next === undefined ? {} : { next }) });
}

function* agentsText(centre: LiveCentre, question: AgentsQuestion, context: AnswerContext): AnswerText {
  const { facts, timeline } = centre;
  const window = windowNamed(question.window, context.windows);
  const agents = yield* agentRows(facts, context.presentation, window, timeline.now, question.scope);
  yield* listText('{"agents":[', agents, ']}');
}

function* correctionsText({ corrections }: LiveCentre, question: CorrectionsQuestion): AnswerText {
  const { queue, scope } = question;
  const wanted = corrections.list.filter(
    (correction) => isInScope(correction.queue, scope) && (queue === undefined || correction.queue === queue),
  );
  const { items, next } = pageOf(wanted, placeOf, question);
  yield JSON.stringify({ corrections: items, ...(next === undefined ? {} : { next }) });
}

function* alarmsText({ alarms }: LiveCentre, { scope }: AlarmsQuestion): AnswerText {
  yield* listText('{"alarms":[', alarms.list(scope), ']}');
}

function* acknowledgedText({ alarms }: LiveCentre, question: AcknowledgeQuestion): AnswerText {
  const { alarm: id, by, scope } = question;
  const seen = alarms.acknowledge(id, by, scope);
  if (seen === undefined) throw new QuestionError(404, `alarm: nothing is known of ${JSON.stringify(id)}`);
  if (seen === 'idle') throw new QuestionError(409, `alarm: ${JSON.stringify(id)} is not up`);
  yield JSON.stringify(seen);
}

/** Newest first: the greater the id, the earlier the place. */
function placeOf({ id }: Correction): string {
  return JSON.stringify([String(Number.MAX_SAFE_INTEGER - id).padStart(16, '0')]);
}

const ENTITIES_A_STEP = 100;
