import { type FeedHealth, feedHealth, serverNowMs } from '@vigie/client';

import { AlarmFeed } from './alarm-feed.ts';
import { accessKey, sameOriginApi } from './api.ts';
import { watchNames } from './catalogue.ts';
import { type Formats, formatsOf } from './format.ts';
import { KeyDialog } from './key-dialog.ts';
import { burnInShift, isReloadDue } from './lasting.ts';
import { type Layout, planLayout } from './layout.ts';
import { memoryIn } from './memory.ts';
import { NO_NAMES } from './names.ts';
import { readOptions } from './options.ts';
import { Page } from './page.ts';
import { type PageView, pageView, pageViewOf } from './page-view.ts';
import { PaintClock } from './paint-clock.ts';
import { PastWall } from './past-wall.ts';
import { nextPage, shareOfTurn, type Shown } from './rotation.ts';
import { screenName, screenReporter } from './screen-report.ts';
import { settingsForm } from './settings.ts';
import { keepShell } from './service-shell.ts';
import { ARC } from './sizes.ts';
import { Sounding } from './sounding.ts';
import type { StripView } from './strip.ts';
import { wantedBy, WallFeed } from './subscription.ts';
import { TEXT } from './text.ts';
import { alarmLines, isAlarmed, needsAct, type Speaking } from './wall-alarms.ts';
import { NO_WALL, readWall, type ScreenPage, screenPages } from './wall-pages.ts';
import { WallTrends } from './wall-trends.ts';
import { isWithinHours, localMinute } from './zone.ts';

/** Looking for news takes at most this share of the time, however much a page has to tell. */
const LOOKING_SHARE = 0.05;
const MOST_REST_MS = 500;
/** Narrower than this and not stated to be a wall: somebody's desk or hand. */
const DESK_BELOW_PX = 900;
/** How often it is asked what the wall is to show. */
const LAYOUT_MS = 10_000;
/** Figures older than this are no sign that the server is there. */
const FRESH_MS = 5_000;

const memory = memoryIn(() => localStorage);
const query = new URLSearchParams(location.search);
const tab = memoryIn(() => sessionStorage);
const key = accessKey(location.hash, tab);
const keys = new KeyDialog(tab);
const api = sameOriginApi(new URL('.', location.href).href, key, (error) => {
  if (error.status === 401) keys.ask(options.language, key === null ? '' : error.message);
});
const root = document.getElementById('app') as HTMLElement;
const page = new Page(root);
// bad news does not wait
const feed = new WallFeed(api, (isBad) => (isBad ? paint() : look()));
const frames = new PaintClock();
const sounding = new Sounding();
const loadedMs = Date.now();
const spread = Math.random();
const screen = screenName(query, memory);
const report = screenReporter(screen);
const at = Date.parse(query.get('at') ?? '');
const past = Number.isNaN(at) ? null : new PastWall(api, at);

let options = readOptions(query, memory, navigator.languages);
const alarmFeed = past === null ? new AlarmFeed(api, options.centre) : null;
const trends = new WallTrends(api, options.centre, past?.atMs ?? null, () => undefined);
let wall = NO_WALL;
let build: string | null = null;
let pages: readonly ScreenPage[] = [];
let shown: Shown = { page: 0, sinceMs: Date.now() };
let names = NO_NAMES;
let layout: Layout | null = null;
let arranged = '';
/** When the second that is shown began here. */
let secondMs = 0;
let waking: number | undefined;
/** Until then nobody looks for news: the last look took long. */
let restsUntilMs = 0;
const formats = new Map<string, Formats>();

const darkScreen = matchMedia('(prefers-color-scheme: dark)');
function speakingOf({ language, timeZone }: ScreenPage): Speaking {
  const kind = `${language} ${timeZone ?? ''}`;
  const known = formats.get(kind) ?? formatsOf(language, options.locales, timeZone ?? undefined);
  formats.set(kind, known);
  return { text: TEXT[language], formats: known, names, language };
}
const viewingStated = (): boolean =>
  options.viewingStated ||
  wall.pages.some(({ distance, diagonal }) => distance !== null || diagonal !== null);
const isWall = (): boolean => viewingStated() || innerWidth >= DESK_BELOW_PX;
const health = (): FeedHealth => feedHealth(feed.current.state, Date.now());

/** Settles the pages anew: from the address, the server, and what the screen remembers. */
function settle(): void {
  options = readOptions(query, memory, navigator.languages);
  pages = screenPages(wall, options, query);
  const wanted = wantedBy(pages, options.centre);
  if (past === null) feed.follow(wanted);
  else past.ask(wanted, pages[0]?.timeZone ?? null, paint);
}

function viewOf(one: ScreenPage, nowMs: number, isShown: boolean): PageView {
  const settings = {
    ...{ name: one.name, queues: one.queues, figures: one.figures, window: one.window },
    ...speakingOf(one),
    keepOrder: isShown ? page.table.heldOrder() : undefined,
  };
  return past === null
    ? pageView({ ...settings, feed: feed.current.state, nowMs, atMs: frames.secondMs })
    : pageViewOf(past.rows, past.standing(settings.text, settings.formats), settings);
}

function paint(): void {
  const nowMs = Date.now();
  const due = frames.turn(pageTimeMs(nowMs));
  if (due !== 'between') frames.begin(pageTimeMs(nowMs));
  if (due === 'second') secondMs = nowMs;
  const alarms = alarmFeed?.alarms ?? [];
  const views = pages.map((one, index) => viewOf(one, nowMs, index === shown.page));
  const alarmed = pages.flatMap((one, index) =>
    views[index]?.isAlarmed === true || isAlarmed(one, alarms) ? [index] : [],
  );
  const turns = { count: pages.length, alarmed, rotationMs: wall.rotationMs };
  shown = nextPage(shown, turns, nowMs);
  const one = pages[shown.page];
  const view = views[shown.page];
  if (one === undefined || view === undefined) return;
  const speaking = speakingOf(one);
  const strip = stripOf(views, speaking);
  const trend = view.total === null ? [] : trends.of(one, view.total.key);
  dress(one, nowMs);
  arrange(one, view.rows.length, strip !== null);
  const centre = options.centre ?? (wall.centre.name === '' ? null : wall.centre.name);
  const turn = {
    page: shown.page,
    pages: pages.length,
    passed: shareOfTurn(shown, turns, Math.max(secondMs, shown.sinceMs)),
  };
  page.paint(view, speaking.text, nowMs, { centre, notice: noticeOn(one, nowMs), turn, strip, trend });
  sound(one, speaking, nowMs);
  const { x, y } = burnInShift(nowMs);
  root.style.transform = isWall() ? `translate(${x}px, ${y}px)` : '';
  // a screen with a name or a key of its own says that it lives, as long as its page paints
  if (past === null && (screen !== null || key !== null))
    report(feed.current, { version: build ?? 'unknown', page: one.name }, nowMs);
}

/** The line that stands on every page: none where there is one page, and no alarm is known. */
function stripOf(views: readonly PageView[], speaking: Speaking): StripView | null {
  const alarms = alarmFeed?.alarms ?? [];
  const hasAlarms = alarms.length > 0;
  if (pages.length < 2 && !hasAlarms) return null;
  const [hero] = pages.length < 2 ? [] : [...(views[0]?.tiles.values() ?? [])];
  const lines = alarmFeed?.isKnown === true ? alarmLines(alarms, pages, speaking) : null;
  return { hero: hero ?? null, alarms: lines, hasAlarms };
}

/** The time that the page tells: the server's. */
const pageTimeMs = (nowMs: number): number =>
  past === null ? serverNowMs(feed.current.state, nowMs) : nowMs;

/** Paints what is due, and sees to it that the next look comes in time. */
function look(): void {
  const nowMs = Date.now();
  const atMs = pageTimeMs(nowMs);
  const turn = frames.turn(atMs);
  // ages move on with the second: what moves before it does is news
  const news = turn === 'between' && nowMs < restsUntilMs ? null : newsNow(nowMs);
  const dueMs = typeof news === 'number' ? frames.dueMs(atMs, news + atMs - nowMs) : null;
  const isDue = turn !== 'between' || news === 'urgent' || dueMs === atMs;
  if (isDue) paint();
  if (isDue && (news === 'urgent' || (news !== null && news <= nowMs))) frames.moved(atMs);
  clearTimeout(waking);
  waking = setTimeout(look, frames.waitMs(atMs, isDue ? null : dueMs));
}

/** What the page shown has to tell; pages with much to tell are looked at less often. */
function newsNow(nowMs: number): ReturnType<Page['newsOf']> {
  const one = pages[shown.page];
  if (past !== null || one === undefined || frames.secondMs < 0) return null;
  const beganMs = performance.now();
  const news = page.newsOf(viewOf(one, nowMs, true));
  restsUntilMs = nowMs + Math.min(MOST_REST_MS, (performance.now() - beganMs) / LOOKING_SHARE);
  return news;
}

/** `14:03` in the zone of a page. */
const localTimeOf = (one: Pick<ScreenPage, 'timeZone'> | undefined, nowMs: number): string =>
  localMinute(nowMs, one?.timeZone ?? undefined).slice(11);

function isDark({ theme, timeZone }: ScreenPage, nowMs: number): boolean {
  if (theme !== 'auto') return theme === 'dark';
  const { darkHours } = wall;
  return darkHours.length === 0
    ? darkScreen.matches
    : isWithinHours(darkHours, localTimeOf({ timeZone }, nowMs));
}

function dress(one: ScreenPage, nowMs: number): void {
  const { language, overscan } = one;
  const dark = isDark(one, nowMs);
  const { documentElement } = document;
  const dressed = dark ? 'dark' : 'light';
  if (documentElement.getAttribute('data-theme') !== dressed)
    documentElement.setAttribute('data-theme', dressed);
  if (documentElement.lang !== language) documentElement.lang = language;
  documentElement.style.setProperty('--cut', String(isWall() ? overscan / 100 : 0));
  const title = `Vigie · ${TEXT[language].title}`;
  if (document.title !== title) document.title = title;
}

function arrange({ viewing, figures, overscan }: ScreenPage, queueRows: number, hasStrip: boolean): void {
  const beside = { queueRows, hasStrip, overscan };
  const asked = JSON.stringify([viewing, figures, beside, innerWidth, innerHeight, isWall()]);
  if (asked === arranged) return;
  arranged = asked;
  layout = planLayout(viewing, { width: innerWidth, height: innerHeight }, beside, figures);
  page.arrange(layout, isWall() ? 'wall' : 'desk', figures);
}

/** A lasting remark about the screen itself. */
function noticeOn({ language, viewing }: ScreenPage, nowMs: number): string | null {
  const text = TEXT[language];
  if (layout !== null && isWall() && layout.labelArc < ARC.label - 0.05)
    return text.tooSmall(String(Math.floor(layout.labelArc)), viewing.distanceM.toLocaleString(language));
  const trouble = sounding.trouble(wall.speech, nowMs);
  return trouble === 'blocked' ? text.soundBlocked : trouble === 'no_voice' ? text.noVoice : null;
}

/** Figures that are no longer told keep their status here: their coming back is no new alarm. */
function sound({ language, timeZone }: ScreenPage, speaking: Speaking, nowMs: number): void {
  if (alarmFeed === null) return;
  const rows = [...feed.current.state.rows.values()];
  const needed = needsAct(rows, pages, alarmFeed.alarms, speaking);
  const localTime = localTimeOf({ timeZone }, nowMs);
  const { sound: isOn, speech: isSpoken, quietHours } = wall;
  sounding.hear({ needed, isOn, isSpoken, quietHours, localTime, language, nowMs });
  settings.tellAlarms(sounding.beganLastHour);
}

/** Asks what is to be shown; while nobody answers, it stays as it is. */
async function askLayout(): Promise<void> {
  const body = await api.get('v1/wall').catch(() => null);
  if (body !== null) {
    wall = readWall(body);
    build ??= wall.build;
    settle();
  }
  reloadIfDue();
  setTimeout(() => void askLayout(), LAYOUT_MS);
}

function reloadIfDue(): void {
  if (past !== null) return;
  const nowMs = Date.now();
  const { memory: heap } = performance as { memory?: { usedJSHeapSize: number } };
  const { ageMs } = health();
  const isDue = isReloadDue({
    ...{ nowMs, loadedMs, spread, build, served: wall.build, reloadAt: wall.reloadAt },
    localTime: localTimeOf(pages[shown.page], nowMs),
    heapBytes: heap?.usedJSHeapSize ?? null,
    isFresh: ageMs !== null && ageMs < FRESH_MS,
  });
  if (isDue) location.reload();
}

function choose(name: string, value: string): void {
  query.set(name, value);
  settle();
  paint();
}

watchNames(api, (known) => (names = known), options.centre);
settle();
const settings = settingsForm(options, {
  language: (chosen) => choose('lang', chosen),
  theme: (chosen) => choose('theme', chosen),
  viewing: choose,
  window: (chosen) => choose('window', chosen),
});
root.append(settings.root);
document.body.append(keys.root);
addEventListener('resize', paint);
darkScreen.addListener(paint);
look();
void askLayout();
keepShell();
// A screen that sleeps shows nothing; where the browser does not know of locks, its settings must see to it.
const { wakeLock } = navigator as { wakeLock?: { request(kind: 'screen'): Promise<unknown> } };
const stayAwake = (): void => {
  if (document.visibilityState === 'visible') wakeLock?.request('screen').catch(() => undefined);
};
document.addEventListener('visibilitychange', stayAwake);
stayAwake();
