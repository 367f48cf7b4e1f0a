import type { FeedState } from '@vigie/client';
import type { Row } from '@vigie/contracts';

import { type BannerView, standingOf } from '../feed-view.ts';
import type { Formats } from '../format.ts';
import type { Names } from '../names.ts';
import { type PastFigures, pastStanding } from '../past.ts';
import { TEXT, type Language } from '../text.ts';
import type { Context } from '../view-context.ts';
import { DESK_TEXT, type DeskText } from './text.ts';

/** Figures of one instant, and how far they may be believed. */
export interface Moment {
  readonly rows: readonly Row[];
  readonly context: Context;
  readonly desk: DeskText;
  readonly banner: BannerView | null;
  readonly isPast: boolean;
}

export interface Reader {
  readonly language: Language;
  readonly formats: Formats;
  readonly names: Names;
  readonly window: string;
}

/** The present, as the feed has it at `nowMs` of the local clock. */
export function liveMoment(feed: FeedState, nowMs: number, reader: Reader): Moment {
  const { language, formats, names, window } = reader;
  const text = TEXT[language];
  const { banner, ...standing } = standingOf(feed, nowMs, text, formats);
  const context: Context = { ...standing, text, formats, names, language, window };
  return { rows: [...feed.rows.values()], context, desk: DESK_TEXT[language], banner, isPast: false };
}

/** A past instant; before its answer came there are no rows. Nothing of it ages. */
export function pastMoment(
  atMs: number,
  figures: PastFigures | null,
  error: string | null,
  reader: Reader,
): Moment {
  const { language, formats, names, window } = reader;
  const text = TEXT[language];
  const { banner, ...standing } = pastStanding(atMs, figures, error, { text, formats });
  const context: Context = { ...standing, text, formats, names, language, window };
  return { rows: figures?.rows ?? [], context, desk: DESK_TEXT[language], banner, isPast: true };
}
