import type { TopicName } from '@vigie/contracts';

import { type Api, ApiError, type Parameters } from '../api.ts';
import { watchCentre, watchNames } from '../catalogue.ts';
import { setChildren } from '../dom.ts';
import { nameOfRow } from '../names.ts';
import { type PastFigures, pastFigures } from '../past.ts';
import { ALL } from '../rows.ts';
import { localMinute } from '../zone.ts';
import {
  readExplained,
  readIntervals,
  readScreens,
  readSources,
  readTrends,
  type Trends,
} from './answers.ts';
import { AlarmsPage } from './alarms-page.ts';
import { Asking } from '../asking.ts';
import { correctionsView } from './corrections-view.ts';
import { dayPlot } from './day-plot.ts';
import { adviceOn } from './explain-view.ts';
import { Feeds } from './feeds.ts';
import { healthView } from './health-view.ts';
import { liveMoment, pastMoment, type Moment } from './moment.ts';
import { CorrectionsPage, HealthPage } from './pages.ts';
import { agentsView, outcomesView, type StandingView, waitingView } from './people-view.ts';
import { QueueDom } from './queue-dom.ts';
import { QueuesDom } from './queues-dom.ts';
import { columnLabels, DESK_KPIS, queuesView, rowOf, type ColumnId } from './queues-view.ts';
import { windowLengthMs } from './recover.ts';
import { Shell } from './shell.ts';
import type { Store } from './store.ts';
import { trendKpi } from './trend.ts';
import { Why } from './why.ts';

const MINUTE_MS = 60_000;
const TOPICS: Readonly<Record<string, readonly TopicName[]>> = {
  queue: ['contacts', 'agents', 'corrections'],
  corrections: ['corrections'],
  alarms: ['alarms'],
};
/** Figures of the intervals that the plot and its table show. */
const DAY_KPIS = ['offered', 'answered', 'abandoned', 'service_level'];

/** The desk: what its address says, painted from the feeds and from what is asked. */
export class Desk {
  readonly #store: Store;
  readonly #api: Api;
  readonly #feeds: Feeds;
  readonly #shell: Shell;
  readonly #why: Why;
  readonly #queues: QueuesDom;
  readonly #queue: QueueDom;
  readonly #alarms: AlarmsPage;
  readonly #corrections = new CorrectionsPage();
  readonly #health = new HealthPage();
  readonly #trend;
  readonly #totalTrend;
  readonly #day;
  readonly #level;
  readonly #latest;
  readonly #sources;
  readonly #screens;
  readonly #waitingThen;
  #past: {
    readonly key: string;
    readonly figures: PastFigures | null;
    readonly error: string | null;
  } | null = null;
  #shown = '';
  #language = '';

  constructor(root: HTMLElement, api: Api, store: Store) {
    const { address } = store;
    const repaint = (): void => this.paint();
    this.#store = store;
    this.#api = api;
    this.#feeds = new Feeds(api, address.centre, address.window, repaint);
    this.#trend = new Asking(api, readTrends, repaint);
    this.#totalTrend = new Asking(api, readTrends, repaint);
    this.#day = new Asking(api, readIntervals, repaint);
    this.#level = new Asking(api, readExplained, repaint);
    this.#latest = new Asking(api, readExplained, repaint);
    this.#sources = new Asking(api, readSources, repaint);
    this.#screens = new Asking(api, readScreens, repaint);
    this.#why = new Why(api, repaint);
    this.#alarms = new AlarmsPage(api, repaint);
    this.#waitingThen = new Asking(api, readExplained, repaint);
    this.#queues = new QueuesDom({
      change: (change) => store.go(change, 'replace'),
      open: (queue, channel) => store.go({ view: 'queue', queue, channel }),
      hrefOf: (queue, channel) => store.hrefOf({ view: 'queue', queue, channel }),
      why: (kpi, queue, channel) => this.#explain(kpi, queue, channel),
    });
    this.#queue = new QueueDom({
      back: () => store.go({ view: 'queues' }),
      why: (kpi) => this.#explain(kpi, store.address.queue, store.address.channel),
    });
    this.#shell = new Shell(store);
    root.append(this.#shell.root, this.#why.root);
    watchNames(api, (names) => (store.names = names), address.centre);
    watchCentre(api, (centre) => store.know(centre));
  }

  /** Brings the page up to date: cheap when nothing has changed. */
  paint(): void {
    const { address, language, names, formats } = this.#store;
    const nowMs = Date.now();
    if (this.#language !== language) {
      this.#language = language;
      this.#queues.forget();
    }
    this.#feeds.useWindow(address.window);
    this.#feeds.follow(
      new Set(address.atMs === null || address.view !== 'queue' ? (TOPICS[address.view] ?? []) : []),
    );
    const { figures } = this.#feeds;
    const reader = { language, formats, names, window: address.window };
    const live = liveMoment(figures.state, nowMs, reader);
    const past = address.atMs === null ? null : this.#pastOf(address.atMs);
    const moment =
      address.atMs === null
        ? live
        : pastMoment(address.atMs, past?.figures ?? null, past?.error ?? null, reader);
    this.#shell.paint(moment, live.context.atMs, figures.health());
    this.#show();
    if (address.view === 'queues') this.#paintQueues(moment);
    else if (address.view === 'queue') this.#paintQueue(moment);
    else if (address.view === 'corrections') this.#paintCorrections(live);
    else if (address.view === 'alarms') this.#alarms.paint(this.#feeds.items('alarms'), address.centre, live);
    else this.#paintHealth(live);
    this.#why.paint(moment, { centre: address.centre, atMs: address.atMs });
    this.#announce(moment);
  }

  /** Puts the page of the address in place; one that is new takes the focus. */
  #show(): void {
    const { view, queue, channel } = this.#store.address;
    const key = JSON.stringify(view === 'queue' ? [view, queue, channel] : [view]);
    if (key === this.#shown) return;
    const isFirst = this.#shown === '';
    this.#shown = key;
    const page = {
      queues: this.#queues,
      queue: this.#queue,
      alarms: this.#alarms,
      corrections: this.#corrections,
      health: this.#health,
    }[view];
    setChildren(this.#shell.main, page.root);
    if (view !== 'queue') this.#stopQueue();
    if (view !== 'health') for (const asking of [this.#sources, this.#screens]) asking.stop();
    if (isFirst) return;
    scrollTo(0, 0);
    if (view === 'queue') this.#queue.focus();
    else this.#shell.main.focus({ preventScroll: true });
  }

  #stopQueue(): void {
    for (const asking of [this.#day, this.#level, this.#latest, this.#waitingThen]) asking.stop();
  }

  #paintQueues(moment: Moment): void {
    const { address } = this.#store;
    this.#askTrends(rowOf(moment.rows, ALL, ALL, address.window) !== null);
    const trends: Trends = new Map([
      ...(this.#trend.last.answer ?? []),
      ...(this.#totalTrend.last.answer ?? []),
    ]);
    const view = queuesView(moment, address, trends, this.#queues.heldOrder(address));
    this.#queues.paint(view, address, moment);
  }

  /** A key for some queues sees no total: asking for its trend would only be refused. */
  #askTrends(hasTotal: boolean): void {
    const { atMs, window, centre, sort } = this.#store.address;
    // a day does not slide: its trend is that of half an hour
    const sliding = windowLengthMs(window) === null ? '30m' : window;
    const at = atMs === null ? null : new Date(atMs).toISOString();
    const asked = { kpi: trendKpi(sort), window: sliding, centre, at };
    const everyMs = atMs === null ? MINUTE_MS / 2 : null;
    this.#trend.ask('v1/queues/*/series', asked, everyMs);
    if (hasTotal) this.#totalTrend.ask('v1/queues/_all/series', asked, everyMs);
  }

  #paintQueue(moment: Moment): void {
    const { address, theme, names, formats } = this.#store;
    const { queue, channel, atMs, window, centre } = address;
    const isLive = atMs === null;
    const path = `v1/queues/${encodeURIComponent(queue)}`;
    const at = isLive ? null : new Date(atMs).toISOString();
    const of = { centre, channel: channel === ALL ? null : channel };
    const date = isLive ? null : localMinute(atMs, formats.timeZone).slice(0, 10);
    this.#day.ask(`${path}/intervals`, { centre, kpi: DAY_KPIS, date }, isLive ? 10_000 : null);
    const level = { ...of, kpi: 'service_level_live', at, limit: 1000 };
    this.#level.ask(`${path}/explain`, { ...level, window }, isLive ? 5_000 : null);
    this.#latest.ask(`${path}/explain`, { ...level, window: '5m' }, isLive ? 5_000 : null);
    const row = rowOf(moment.rows, queue, channel, window);
    const name =
      queue === ALL
        ? moment.context.text.allQueues
        : row === null
          ? (names.queues.get(queue)?.name ?? queue)
          : nameOfRow(
              row,
              names,
              new Set(channel === ALL ? [] : severalOf(moment, queue)),
              moment.context.text,
            );
    const target = row?.kpis['service_level_live']?.target ?? null;
    const explained = this.#level.last.answer;
    const threshold = this.#thresholdOf(queue, channel);
    const day = this.#day.last.answer?.filter((interval) =>
      row === null ? interval.channel === channel : interval.channel === row.channel,
    );
    this.#queue.paint(
      {
        name,
        row,
        target,
        theme: document.documentElement.getAttribute('data-theme') ?? theme,
        advice: explained === null ? [] : adviceOn(explained, moment, { window, target, threshold }),
        day: day === undefined ? null : dayPlot(day, moment.context.atMs, isLive),
        date: isLive ? null : formats.date(moment.context.atMs),
        waiting: isLive ? this.#waitingNow(moment) : this.#waitedThen(path, of, at ?? '', moment),
        agents: isLive ? agentsView(this.#feeds.items('agents'), queue, moment) : null,
        outcomes: outcomesView(this.#latest.last.answer?.entities ?? [], moment),
        corrections: isLive
          ? correctionsView(
              this.#feeds.items('corrections'),
              { queue, kpis: [...DESK_KPIS, ...DAY_KPIS] },
              moment,
            )
          : null,
      },
      moment,
    );
  }

  #waitingNow(moment: Moment): readonly StandingView[] {
    const { address } = this.#store;
    const contacts = this.#feeds.items('contacts');
    return waitingView(contacts, address, (queue, channel) => this.#thresholdOf(queue, channel), moment);
  }

  /** Who waited at a past instant: those behind the figure of then. */
  #waitedThen(path: string, of: Parameters, at: string, moment: Moment): readonly StandingView[] | null {
    this.#waitingThen.ask(`${path}/explain`, { ...of, kpi: 'waiting_now', at, limit: 1000 }, null);
    const { answer } = this.#waitingThen.last;
    const { queue, channel } = this.#store.address;
    if (answer === null) return null;
    return waitingView(
      answer.entities.map(({ id, atMs }) => ({
        ...{ contact: id, queue, channel, state: 'waiting', overThreshold: false },
        since: new Date(atMs).toISOString(),
      })),
      { queue, channel },
      (one, on) => this.#thresholdOf(one, on),
      moment,
    );
  }

  #thresholdOf(queue: string, channel: string): number | null {
    const thresholds = this.#store.names.queues.get(queue)?.thresholds;
    if (thresholds === undefined) return null;
    const own = thresholds.get(channel);
    if (own !== undefined) return own;
    const [only, ...others] = new Set(thresholds.values());
    return others.length === 0 ? (only ?? null) : null;
  }

  #paintCorrections(moment: Moment): void {
    const corrections = this.#feeds.items('corrections');
    this.#corrections.paint(correctionsView(corrections, { queue: null, kpis: null }, moment), moment);
  }

  #paintHealth(moment: Moment): void {
    this.#sources.ask('v1/sources', { centre: this.#store.address.centre }, 2_000);
    this.#screens.ask('v1/screens', {}, 2_000);
    const { figures } = this.#feeds;
    this.#health.paint(
      healthView(
        figures.state,
        figures.health(),
        this.#sources.last.answer,
        this.#screens.last.answer,
        moment,
      ),
      moment,
    );
  }

  #explain(kpi: ColumnId, queue: string, channel: string): void {
    const { address, language, names, formats } = this.#store;
    const reader = { language, formats, names, window: address.window };
    const moment =
      address.atMs === null
        ? liveMoment(this.#feeds.figures.state, Date.now(), reader)
        : pastMoment(address.atMs, this.#past?.figures ?? null, null, reader);
    const row = rowOf(moment.rows, queue, channel, address.window);
    const label = columnLabels(moment)[kpi];
    const name = queue === ALL ? moment.context.text.allQueues : (names.queues.get(queue)?.name ?? queue);
    this.#why.open({
      ...{ kpi, queue, channel: row?.channel ?? channel, window: address.window },
      title: moment.desk.whyTitle(label, name),
      unit: names.kpis.get(kpi)?.unit ?? 'number',
      target: row?.kpis[kpi]?.target ?? null,
      threshold: this.#thresholdOf(queue, channel),
    });
  }

  /** Figures of a past instant: asked once, and kept while it is shown. */
  #pastOf(atMs: number) {
    const { window, centre } = this.#store.address;
    const key = JSON.stringify([atMs, window, centre]);
    if (this.#past?.key === key) return this.#past;
    this.#past = { key, figures: this.#past?.figures ?? null, error: null };
    const settle = (figures: PastFigures | null, error: string | null): void => {
      if (this.#past?.key !== key) return;
      this.#past = { key, figures, error };
      this.paint();
    };
    const { timeZone } = this.#store.formats;
    pastFigures(this.#api, { atMs, windows: [window], kpis: DESK_KPIS, centre, timeZone }).then(
      (figures) => settle(figures, null),
      (error: unknown) => settle(null, error instanceof ApiError ? error.message : String(error)),
    );
    return this.#past;
  }

  /** Tells a screen reader which queues need an act, when that changes; the tab's title counts them. */
  #announce(moment: Moment): void {
    const view = queuesView(moment, { ...this.#store.address, filter: '', group: 'none' }, new Map());
    const alarmed = view.groups.flatMap(({ rows }) => rows).filter(({ status }) => status === 'alert');
    this.#shell.announce(alarmed.map(({ name, statusWord }) => `${name}: ${statusWord}`).join('. '));
    const count = alarmed.length === 0 ? '' : `(${alarmed.length}) `;
    const title = `${count}Vigie · ${moment.desk.title}`;
    if (document.title !== title) document.title = title;
    if (document.documentElement.lang !== this.#store.language)
      document.documentElement.lang = this.#store.language;
  }
}

/** The queue itself, where it stands in several rows. */
function severalOf({ rows }: Moment, queue: string): readonly string[] {
  const channels = new Set(
    rows.filter((row) => row.queue === queue && row.channel !== ALL).map(({ channel }) => channel),
  );
  return channels.size > 1 ? [queue] : [];
}
