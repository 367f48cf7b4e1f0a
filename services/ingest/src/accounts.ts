import type { Rejection } from '@vigie/contracts';
import type { MetricFamily } from '@vigie/service-kit';

/** Accounts of the events that ingest refused; what it accepted is counted by whoever applies it. */
type RefusedAccount = 'late' | 'future' | 'rejected';

/** Why an event was rejected, as the label of a metric: the code, or the cap that refused it. */
export type RejectionReason = Exclude<Rejection['code'], 'late' | 'future'> | 'centre_limit';

/** What ingest counts, in plain numbers: they are made into text at the scrape only. */
export class Accounts {
  readonly #refused: Record<RefusedAccount, number> = { late: 0, future: 0, rejected: 0 };
  readonly #reasons: Record<RejectionReason, number> = {
    invalid: 0,
    unknown_type: 0,
    skew: 0,
    too_big: 0,
    not_allowed: 0,
    centre_limit: 0,
  };
  /** From 0, as the reasons: a rate misses the first count of a series that begins with it. */
  readonly #system = new Map<string, number>([
    ['vigie.source.heartbeat', 0],
    ['vigie.config.changed', 0],
  ]);
  accepted = 0;
  records = 0;
  recordBytes = 0;
  appendFailures = 0;
  deadLetterFailures = 0;
  overloads = 0;

  /** An event whose refusal was answered. */
  refuse(code: Rejection['code'], isCentreLimit = false): void {
    if (code === 'late' || code === 'future') {
      this.#refused[code] += 1;
    } else {
      this.#refused.rejected += 1;
      this.#reasons[isCentreLimit ? 'centre_limit' : code] += 1;
    }
  }

  /** A record that Vigie itself appended. */
  system(type: string): void {
    this.#system.set(type, (this.#system.get(type) ?? 0) + 1);
  }

  families(): MetricFamily[] {
    return [
      counter(
        'vigie_events_total',
        'Events by the account they ended in.',
        labelled('account', Object.entries(this.#refused)),
      ),
      counter(
        'vigie_events_rejected_total',
        'Rejected events by reason.',
        labelled('reason', Object.entries(this.#reasons)),
      ),
      counter(
        'vigie_system_records_total',
        'Events that Vigie itself appended; they are in no account.',
        labelled('type', [...this.#system]),
      ),
      counter('vigie_ingest_accepted_total', 'Events that the log has.', [{ value: this.accepted }]),
      counter('vigie_ingest_records_total', 'Records appended to the log.', [{ value: this.records }]),
      counter('vigie_ingest_record_bytes_total', 'Bytes of those records.', [{ value: this.recordBytes }]),
      counter('vigie_ingest_append_failures_total', 'Appends that the log refused.', [
        { value: this.appendFailures },
      ]),
      counter('vigie_dead_letter_failures_total', 'Refused events that could not be kept as dead letters.', [
        { value: this.deadLetterFailures },
      ]),
      counter('vigie_ingest_overloads_total', 'Requests refused because too much was in flight.', [
        { value: this.overloads },
      ]),
    ];
  }
}

function counter(name: string, help: string, samples: MetricFamily['samples']): MetricFamily {
  return { name, help, type: 'counter', samples };
}

function labelled(label: string, entries: readonly (readonly [string, number])[]): MetricFamily['samples'] {
  return entries.map(([value, count]) => ({ value: count, labels: { [label]: value } }));
}
