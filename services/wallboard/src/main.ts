import { feedHealth } from '@vigie/client';

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
import { PastWall } from './past-wall.ts';
import { nextPage, shareOfTurn, type Shown } from './rotation.ts';
import { settingsForm } from './settings.ts';
import { ARC } from './sizes.ts';
import { SILENCE, toneDue, Tones } from './sound.ts';
import { wantedBy, WallFeed } from './subscription.ts';
import { type Language, TEXT } from './text.ts';
import { NO_WALL, readWall, type ScreenPage, screenPages } from './wall-pages.ts';

/** Twice a second, on the half second, so that every second of a counting age stands equally long. */
const REPAINT_MS = 500;
/** Narrower than this and not stated to be a wall: somebody's desk or hand. */
const DESK_BELOW_PX = 900;
/** How often it is asked what the wall is to show, and how often a screen tells of itself. */
const LAYOUT_MS = 10_000;
const REPORT_MS = 5_000;

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
const feed = new WallFeed(api, () => paint());
const tones = new Tones();
const loadedMs = Date.now();
const spread = Math.random();
const screenName = query.get('screen');
const at = Date.parse(query.get('at') ?? '');
const past = Number.isNaN(at) ? null : new PastWall(api, at);

let options = readOptions(query, memory, navigator.languages);
let wall = NO_WALL;
let build: string | null = null;
let pages: readonly ScreenPage[] = [];
let shown: Shown = { page: 0, sinceMs: Date.now() };
let names = NO_NAMES;
let layout: Layout | null = null;
let arranged = '';
let heard = SILENCE;
const formats = new Map<Language, Formats>();

const darkScreen = matchMedia('(prefers-color-scheme: dark)');
const formatsIn = (language: Language): Formats => {
  const known = formats.get(language) ?? formatsOf(language, navigator.languages);
  formats.set(language, known);
  return known;
};
const viewingStated = (): boolean =>
  options.viewingStated ||
  wall.pages.some(({ distance, diagonal }) => distance !== null || diagonal !== null);
const isWall = (): boolean => viewingStated() || innerWidth >= DESK_BELOW_PX;

/** Settles the pages anew: from the address, the server, and what the screen remembers. */
function settle(): void {
  options = readOptions(query, memory, navigator.languages);
  pages = screenPages(wall, options, query);
  const wanted = wantedBy(pages, options.centre);
  if (past === null) feed.follow(wanted);
  else past.ask(wanted, paint);
  if (wall.sound) tones.prepare();
}

function viewOf(one: ScreenPage, nowMs: number, isShown: boolean): PageView {
  const settings = {
    ...{ name: one.name, queues: one.queues, figures: one.figures, window: one.window },
    ...{ language: one.language, formats: formatsIn(one.language), names },
    keepOrder: isShown ? page.table.heldOrder() : undefined,
  };
  return past === null
    ? pageView({ ...settings, feed: feed.current.state, nowMs })
    : pageViewOf(past.rows, past.standing(TEXT[one.language], formatsIn(one.language)), settings);
}

function paint(): void {
  const nowMs = Date.now();
  const views = pages.map((one, index) => viewOf(one, nowMs, index === shown.page));
  const alarmed = views.flatMap(({ isAlarmed }, index) => (isAlarmed ? [index] : []));
  const turns = { count: pages.length, alarmed, rotationMs: wall.rotationMs };
  shown = nextPage(shown, turns, nowMs);
  const one = pages[shown.page];
  const view = views[shown.page];
  if (one === undefined || view === undefined) return;
  dress(one);
  arrange(one, view.rows.length);
  const centre =
    options.centre ?? (wall.centreName === '' || wall.centreName === 'default' ? null : wall.centreName);
  const turn = { page: shown.page, pages: pages.length, passed: shareOfTurn(shown, turns, nowMs) };
  page.paint(view, TEXT[one.language], centre, noticeOn(one), turn);
  sound(views, nowMs);
  const { x, y } = burnInShift(nowMs);
  root.style.transform = isWall() ? `translate(${x}px, ${y}px)` : '';
}

function dress({ theme, language }: ScreenPage): void {
  const dark = theme === 'dark' || (theme === 'auto' && darkScreen.matches);
  const { documentElement } = document;
  const dressed = dark ? 'dark' : 'light';
  if (documentElement.getAttribute('data-theme') !== dressed)
    documentElement.setAttribute('data-theme', dressed);
  if (documentElement.lang !== language) documentElement.lang = language;
  const title = `Vigie · ${TEXT[language].title}`;
  if (document.title !== title) document.title = title;
}

function arrange({ viewing, figures }: ScreenPage, queueRows: number): void {
  const asked = JSON.stringify([viewing, figures, queueRows, innerWidth, innerHeight, isWall()]);
  if (asked === arranged) return;
  arranged = asked;
  layout = planLayout(viewing, { width: innerWidth, height: innerHeight }, queueRows, figures);
  page.arrange(layout, isWall() ? 'wall' : 'desk', figures);
}

/** A lasting remark about the screen itself. */
function noticeOn({ language, viewing }: ScreenPage): string | null {
  const text = TEXT[language];
  if (layout !== null && isWall() && layout.labelArc < ARC.label - 0.05)
    return text.tooSmall(String(Math.floor(layout.labelArc)), viewing.distanceM.toLocaleString(language));
  return wall.sound && tones.isBlocked ? text.soundBlocked : null;
}

function sound(views: readonly PageView[], nowMs: number): void {
  if (!wall.sound || past !== null) return;
  const alarms = views.flatMap((view) => [
    ...[...view.tiles]
      .filter(([, { status }]) => status === 'alert')
      .map(([tile]) => `${view.scope} ${tile}`),
    ...view.rows.filter(({ status }) => status === 'alert').map((row) => row.key),
  ]);
  const tone = toneDue(heard, new Set(alarms), nowMs);
  heard = tone.heard;
  if (tone.isDue) tones.play();
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
  const { ageMs } = feedHealth(feed.current.state, nowMs);
  const isDue = isReloadDue({
    ...{ nowMs, loadedMs, spread, build, served: wall.build, reloadAt: wall.reloadAt },
    hour: new Date(nowMs).getHours(),
    heapBytes: heap?.usedJSHeapSize ?? null,
    isFresh: ageMs !== null && ageMs < REPORT_MS,
  });
  if (isDue) location.reload();
}

/** A screen with a name or a key of its own says that it lives, as long as its page paints. */
function report(): void {
  if (past !== null || (screenName === null && key === null)) return;
  const { ageMs } = feedHealth(feed.current.state, Date.now());
  feed.current.report({
    ...(screenName === null ? {} : { screen: screenName }),
    version: build ?? 'unknown',
    page: pages[shown.page]?.name ?? '',
    lagMs: ageMs === null ? null : Math.round(ageMs),
  });
}

function repaint(): void {
  paint();
  setTimeout(repaint, REPAINT_MS - (Date.now() % REPAINT_MS));
}

function choose(name: string, value: string): void {
  query.set(name, value);
  settle();
  paint();
}

watchNames(api, (known) => (names = known), options.centre);
settle();
root.append(
  settingsForm(options, {
    language: (chosen) => choose('lang', chosen),
    theme: (chosen) => choose('theme', chosen),
    viewing: choose,
    window: (chosen) => choose('window', chosen),
  }).root,
);
document.body.append(keys.root);
addEventListener('resize', paint);
darkScreen.addListener(paint);
repaint();
void askLayout();
setInterval(report, REPORT_MS);
// A screen that sleeps shows nothing; where the browser does not know of locks, its settings must see to it.
const { wakeLock } = navigator as { wakeLock?: { request(kind: 'screen'): Promise<unknown> } };
const stayAwake = (): void => {
  if (document.visibilityState === 'visible') wakeLock?.request('screen').catch(() => undefined);
};
document.addEventListener('visibilitychange', stayAwake);
stayAwake();
