import type { Api } from '../api.ts';
import { type Behind, type Explained, readExplained, readTried, type Tried } from './answers.ts';
import { Asking } from '../asking.ts';
import { type DialogState, type EffectName, ExplainDialog, type Subject } from './explain-dialog.ts';
import type { Moment } from './moment.ts';
import type { Trial } from './what-if-form.ts';

/** An explanation follows its figure; one that is paged through stands still. */
const AGAIN_MS = 5_000;
const A_PAGE = 200;

/** The dialog that explains a figure, with what is asked for it. */
export class Why {
  readonly #api: Api;
  readonly #onAnswer: () => void;
  readonly #dialog: ExplainDialog;
  readonly #explained: Asking<Explained>;
  readonly #tried: Asking<Tried>;
  #subject: Subject | null = null;
  #effect: EffectName = 'all';
  #trial: Trial | null = null;
  /** What was paged to beyond the first page, and where it ends; `null`: the first page alone. */
  #paged: {
    readonly first: Explained;
    readonly behind: readonly Behind[];
    readonly next: string | null;
  } | null = null;
  #where: { readonly centre: string | null; readonly atMs: number | null } = { centre: null, atMs: null };

  constructor(api: Api, onAnswer: () => void) {
    this.#api = api;
    this.#onAnswer = onAnswer;
    this.#explained = new Asking(api, readExplained, onAnswer);
    this.#tried = new Asking(api, readTried, onAnswer);
    this.#dialog = new ExplainDialog({
      close: () => this.#closed(),
      more: () => void this.#more(),
      effect: (effect) => {
        this.#effect = effect;
        this.#paged = null;
        this.#onAnswer();
      },
      try: (trial) => {
        this.#trial = trial;
        if (trial === null) this.#tried.stop();
        this.#onAnswer();
      },
    });
  }

  get root(): HTMLElement {
    return this.#dialog.root;
  }

  open(subject: Subject): void {
    this.#subject = subject;
    this.#effect = 'all';
    this.#paged = null;
    this.#trial = null;
    this.#tried.stop();
    this.#onAnswer();
  }

  #closed(): void {
    this.#subject = null;
    this.#explained.stop();
    this.#tried.stop();
  }

  paint(moment: Moment, where: { readonly centre: string | null; readonly atMs: number | null }): void {
    this.#where = where;
    const subject = this.#subject;
    if (subject === null) return this.#dialog.paint(null, moment);
    const everyMs = where.atMs === null && this.#paged === null ? AGAIN_MS : null;
    if (this.#paged === null) this.#explained.ask(this.#path(subject), this.#parameters(subject), everyMs);
    if (this.#trial !== null) this.#ask(subject, this.#trial, where.atMs === null ? AGAIN_MS : null);
    const { answer, error } = this.#explained.last;
    const first = this.#paged?.first ?? answer;
    const behind = [...(first?.entities ?? []), ...(this.#paged?.behind ?? [])];
    const state: DialogState = {
      subject,
      explained: first,
      error,
      behind,
      hasMore: this.#nextOf(first) !== null,
      effect: this.#effect,
      tried: this.#trial === null ? null : this.#tried.last.answer,
      triedError: this.#trial === null ? null : this.#tried.last.error,
    };
    this.#dialog.paint(state, moment);
  }

  #ask({ queue, channel, window }: Subject, trial: Trial, everyMs: number | null): void {
    const { centre, atMs } = this.#where;
    const at = atMs === null ? null : new Date(atMs).toISOString();
    const of = channel === '_all' ? null : channel;
    this.#tried.ask(
      `v1/queues/${encodeURIComponent(queue)}/what-if`,
      { window, centre, at, channel: of, ...trial },
      everyMs,
    );
  }

  #nextOf(first: Explained | null): string | null {
    return this.#paged === null ? (first?.next ?? null) : this.#paged.next;
  }

  #path({ queue }: Subject): string {
    return `v1/queues/${encodeURIComponent(queue)}/explain`;
  }

  #parameters({ kpi, window, channel }: Subject) {
    const { centre, atMs } = this.#where;
    return {
      ...{ kpi, window, centre, limit: A_PAGE },
      channel: channel === '_all' ? null : channel,
      at: atMs === null ? null : new Date(atMs).toISOString(),
      effect: this.#effect === 'all' ? null : this.#effect,
    };
  }

  async #more(): Promise<void> {
    const subject = this.#subject;
    const first = this.#paged?.first ?? this.#explained.last.answer;
    const after = this.#nextOf(first);
    if (subject === null || first === null || after === null) return;
    const page = readExplained(
      await this.#api
        .get(this.#path(subject), { ...this.#parameters(subject), at: null, after })
        .catch(() => null),
    );
    this.#paged = { first, behind: [...(this.#paged?.behind ?? []), ...page.entities], next: page.next };
    this.#onAnswer();
  }
}
