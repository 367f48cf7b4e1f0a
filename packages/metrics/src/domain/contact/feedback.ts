import { FLAG, type Fact } from '../fact.ts';
import type { Box } from './codes.ts';
import type { SurveyKind } from './measures.ts';
import type { Happening } from './view.ts';

/** A score × 10⁶, at the instant it was given. */
export interface Score extends Happening {
  readonly micros: number;
  /** Whom it is about, if the event says. */
  readonly agent: string | undefined;
}

/** A customer's answer to a survey. */
export interface SurveyAnswer extends Score {
  readonly kind: SurveyKind;
  readonly box: Box;
  readonly verbatim: boolean;
}

/** What was said of a contact: surveys, evaluations, analyses, and whether something was sold. Fed in fold order. */
export class Feedback {
  readonly surveys: SurveyAnswer[] = [];
  readonly evaluations: Score[] = [];
  /** Of several analyses the last one tells the sentiment. */
  sentiment: Score | undefined;
  /** First transcription. */
  transcribed: Happening | undefined;
  /** By keyword: its first hit, and how many there were. */
  readonly keywords = new Map<string, Happening & { hits: number }>();
  /** First sale. */
  sold: Happening | undefined;

  add(fact: Fact, queue: string | undefined): void {
    const { type, at, amount: micros = 0, word = '', flags, agent } = fact;
    switch (type) {
      case 'survey': {
        const box = (flags & FLAG.top) !== 0 ? 'top' : (flags & FLAG.bottom) !== 0 ? 'bottom' : 'middle';
        const verbatim = (flags & FLAG.verbatim) !== 0;
        this.surveys.push({ at, queue, micros, agent, kind: word as SurveyKind, box, verbatim });
        return;
      }
      case 'evaluation':
        this.evaluations.push({ at, queue, micros, agent });
        return;
      case 'sentiment':
        this.sentiment = { at, queue, micros, agent };
        return;
      case 'transcribed':
        this.transcribed ??= { at, queue };
        return;
      case 'keyword': {
        if (micros === 0) return;
        const known = this.keywords.get(word);
        if (known === undefined) this.keywords.set(word, { at, queue, hits: micros });
        else known.hits += micros;
        return;
      }
      case 'sale':
        this.sold ??= { at, queue };
        return;
      default:
        return;
    }
  }
}
