import type { Rejection } from '@vigie/contracts';
import type { DeadLetter, EventLog } from '@vigie/engine';
import type { Principal } from '@vigie/service-kit';

import type { Accounts } from './accounts.ts';
import { admit, type TimeLimits } from './admission.ts';
import type { Centres } from './centres.ts';
import type { EncodedEvent } from './group-commit.ts';
import { MAX_APPEND_BYTES, MAX_DEAD_LETTER_BYTES } from './limits.ts';
import type { LogWriter } from './log-writer.ts';
import type { Candidate } from './request-body.ts';

/** One refused event of a request. */
export interface RejectedEvent {
  /** Its place among the events of the request, from 0. */
  readonly index: number;
  /** `null` when it has none that can be read. */
  readonly id: string | null;
  readonly code: Rejection['code'];
  readonly reason: string;
}

/** What became of the events of a request; each is in one of the two. */
export interface IntakeResult {
  readonly accepted: number;
  readonly rejected: readonly RejectedEvent[];
}

export interface IntakeOptions {
  readonly writer: LogWriter;
  readonly centres: Centres;
  readonly log: Pick<EventLog, 'deadLetter'>;
  readonly accounts: Accounts;
  readonly clock: () => number;
  readonly limits: TimeLimits;
  readonly maxCentres: number;
  readonly onDeadLetterFailure: (error: unknown, events: number) => void;
}

interface Refused {
  readonly answer: RejectedEvent;
  readonly letter: DeadLetter;
  readonly isCentreLimit: boolean;
}

/** The one way in: judges events, appends the accepted ones, keeps the refused ones as dead letters. */
export class Intake {
  readonly #options: IntakeOptions;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /**
   * Resolves once the log has every accepted event and the refused ones are counted. When it rejects, nothing was
   * acknowledged and nothing counted: the same events may be sent again.
   *
   * @throws {LogUnavailableError} when the log can't be reached.
   */
  async take(
    candidates: readonly Candidate[],
    {
      defaultCentre,
      isHistory,
      principal,
    }: { readonly defaultCentre: string; readonly isHistory?: boolean; readonly principal?: Principal },
  ): Promise<IntakeResult> {
    const { accounts, centres, clock, limits, maxCentres, writer } = this.#options;
    const nowMs = clock();
    const accepted: EncodedEvent[] = [];
    const refused: Refused[] = [];
    const named = new Set<string>();
    let newCentres = 0;
    for (const [index, candidate] of candidates.entries()) {
      if ('rejection' in candidate) {
        refused.push(refusal(index, candidate, candidate.rejection, { defaultCentre }));
        continue;
      }
      const admission = admit(candidate.value, {
        nowMs,
        limits,
        defaultCentre,
        ...(isHistory === undefined ? {} : { isHistory }),
      });
      if (!admission.ok) {
        refused.push(refusal(index, candidate, admission.rejection, { defaultCentre }));
        continue;
      }
      const { centre } = admission.event;
      const forbidden = principal === undefined ? undefined : notAllowed(candidate.value, centre, principal);
      if (forbidden !== undefined) {
        refused.push(refusal(index, candidate, forbidden, { defaultCentre }));
        continue;
      }
      if (!named.has(centre)) {
        const isNew = !centres.isKnown(centre);
        if (isNew && !centres.hasRoom(newCentres)) {
          const reason = `centre is "${centre}": ${maxCentres} others are known, and no more are taken (limits.centres)`;
          refused.push(
            refusal(index, candidate, { code: 'invalid', reason }, { defaultCentre, isCentreLimit: true }),
          );
          continue;
        }
        named.add(centre);
        if (isNew) newCentres += 1;
      }
      accepted.push(admission.event);
    }
    await Promise.all([...named].map((centre) => centres.ensure(centre)));
    await writer.submit(accepted);
    accounts.accepted += accepted.length;
    for (const { answer, isCentreLimit } of refused) accounts.refuse(answer.code, isCentreLimit);
    await this.#bury(refused.map(({ letter }) => letter));
    return { accepted: accepted.length, rejected: refused.map(({ answer }) => answer) };
  }

  /** Best effort: a refusal is answered and counted even when the dead letter can't be kept. */
  async #bury(letters: readonly DeadLetter[]): Promise<void> {
    const { accounts, log, onDeadLetterFailure } = this.#options;
    for (const batch of batches(letters)) {
      try {
        await log.deadLetter(batch);
      } catch (error) {
        accounts.deadLetterFailures += batch.length;
        onDeadLetterFailure(error, batch.length);
      }
    }
  }
}

/** Why this sender may not send this event. */
function notAllowed(value: unknown, centre: string, principal: Principal): Rejection | undefined {
  const { source } = value as { readonly source: string };
  if (!principal.sendsOf(source))
    return { code: 'not_allowed', reason: `source is ${shown(source)}: not among the sources of this key` };
  if (principal.seesCentre(centre)) return undefined;
  return { code: 'not_allowed', reason: `centre is ${shown(centre)}: not among the centres of this key` };
}

const shown = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);

function* batches(letters: readonly DeadLetter[]): Generator<readonly DeadLetter[]> {
  let batch: DeadLetter[] = [];
  let length = 0;
  for (const letter of letters) {
    if (batch.length > 0 && length + letter.line.length > MAX_APPEND_BYTES / 2) {
      yield batch;
      batch = [];
      length = 0;
    }
    batch.push(letter);
    length += letter.line.length;
  }
  if (batch.length > 0) yield batch;
}

function refusal(
  index: number,
  candidate: Candidate,
  { code, reason }: Rejection,
  { defaultCentre, isCentreLimit = false }: { defaultCentre: string; isCentreLimit?: boolean },
): Refused {
  const { id, centre } = ('value' in candidate ? (candidate.value ?? {}) : {}) as Record<string, unknown>;
  const answer = { index, id: isShort(id) ? id : null, code, reason };
  const letter = { centre: isShort(centre) ? centre : defaultCentre, code, reason, line: textOf(candidate) };
  return { answer, letter, isCentreLimit };
}

function isShort(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 200;
}

function textOf(candidate: Candidate): string {
  const text = 'text' in candidate ? candidate.text : printed(candidate.value);
  if (text.length * 3 <= MAX_DEAD_LETTER_BYTES) return text;
  const bytes = Buffer.from(text);
  return bytes.length <= MAX_DEAD_LETTER_BYTES ? text : bytes.toString('utf8', 0, MAX_DEAD_LETTER_BYTES);
}

/** What is nested too deeply for the engine to print is kept as a remark. */
function printed(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch {
    return '"nested too deeply to be kept"';
  }
}
