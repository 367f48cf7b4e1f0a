/**
 * Why a figure that was shown has changed: `late`, something was told too late; `corrected`, something told before was
 * taken back or changed; `restarted`, a source restarted and what was open there is lost; `configuration`, another one
 * holds.
 */
export const CORRECTION_REASONS = ['late', 'corrected', 'restarted', 'configuration'] as const;
export type CorrectionReason = (typeof CORRECTION_REASONS)[number];

/** Late truth: figures of a quarter hour that had been shown otherwise. */
export interface Correction {
  /** Rises with each, per centre. */
  readonly id: number;
  /** When it was told. */
  readonly at: string;
  readonly queue: string;
  readonly channel: string;
  /** The quarter hour that the figures are of. */
  readonly start: string;
  readonly end: string;
  readonly reason: CorrectionReason;
  /** Some of the contacts that the late word was about. */
  readonly contacts: readonly string[];
  /** By KPI id: what it had been, and what it is. */
  readonly kpis: Readonly<
    Record<
      string,
      {
        readonly from: { readonly value: number | null; readonly n?: number };
        readonly to: { readonly value: number | null; readonly n?: number };
      }
    >
  >;
}
