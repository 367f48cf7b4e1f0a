import { connectLive, type FeedPhase, type LiveFeed } from '@vigie/client';

import { accessKey, sameOriginApi } from './api.ts';
import { watchNames } from './catalogue.ts';
import { formatsOf } from './format.ts';
import { type Layout, planLayout } from './layout.ts';
import { NO_NAMES } from './names.ts';
import { memoryIn } from './memory.ts';
import { readOptions, type Theme } from './options.ts';
import { Page } from './page.ts';
import { pageView } from './page-view.ts';
import { ALL, WALL_KPIS } from './rows.ts';
import { screenName, screenReporter } from './screen-report.ts';
import { settingsForm } from './settings.ts';
import { ARC } from './sizes.ts';
import { TEXT } from './text.ts';

/** Twice a second, on the half second, so that every second of a counting age stands equally long. */
const REPAINT_MS = 500;
/** Narrower than this and not stated to be a wall: somebody's desk or hand. */
const DESK_BELOW_PX = 900;

const memory = memoryIn(() => localStorage);

const query = new URLSearchParams(location.search);
const options = readOptions(query, memory, navigator.languages);
let { language, theme } = options;
let viewing = options.viewing;
let viewingStated = options.viewingStated;
let names = NO_NAMES;
let layout: Layout | null = null;
let formats = formatsOf(language, navigator.languages);
let queueRows = 0;

const root = document.getElementById('app') as HTMLElement;
const page = new Page(root);
const api = sameOriginApi(
  new URL('.', location.href).href,
  accessKey(
    location.hash,
    memoryIn(() => sessionStorage),
  ),
);
const reportScreen = screenReporter(screenName(query, memory), location);
let feed = subscribe(options.queues.length > 0 ? options.queues : ['*', ALL]);

function subscribe(queues: readonly string[]): LiveFeed {
  let { phase }: { phase: FeedPhase } = { phase: 'connecting' };
  return connectLive({
    url: () => api.liveUrl(),
    topic: 'kpis',
    windows: [options.window],
    queues: [...queues],
    kpis: [...WALL_KPIS],
    ...(options.centre === null ? {} : { centre: options.centre }),
    onChange: (changed) => {
      const { state } = changed;
      // A key that may see some queues only has no total: the wall adds up what it sees.
      if (state.phase === 'refused' && state.refusal === 'not_allowed' && queues.includes(ALL)) {
        changed.close();
        feed = subscribe(['*']);
        return;
      }
      // Bad news does not wait for the next half second.
      if (state.phase === 'waiting' && phase !== 'waiting') paint();
      phase = state.phase;
    },
  });
}

watchNames(api, (known) => {
  names = known;
});

const darkScreen = matchMedia('(prefers-color-scheme: dark)');
function dress(): void {
  const dark = theme === 'dark' || (theme === 'auto' && darkScreen.matches);
  document.documentElement.setAttribute('data-theme', dark ? 'dark' : 'light');
  document.documentElement.lang = language;
  document.title = `Vigie · ${TEXT[language].title}`;
  formats = formatsOf(language, navigator.languages);
}
darkScreen.addListener(dress);

const isWall = (): boolean => viewingStated || innerWidth >= DESK_BELOW_PX;
function arrange(): void {
  layout = planLayout(viewing, { width: innerWidth, height: innerHeight }, queueRows);
  page.arrange(layout, isWall() ? 'wall' : 'desk');
}

function paint(): void {
  const view = pageView({
    feed: feed.state,
    nowMs: Date.now(),
    window: options.window,
    queues: options.queues,
    language,
    formats,
    names,
    keepOrder: page.table.heldOrder(),
  });
  if (view.rows.length !== queueRows || layout === null) {
    queueRows = view.rows.length;
    arrange();
  }
  page.paint(view, TEXT[language], options.centre, smallLabels());
}

function smallLabels(): string | null {
  if (layout === null || !isWall() || layout.labelArc >= ARC.label - 0.05) return null;
  const minutes = String(Math.floor(layout.labelArc));
  return TEXT[language].tooSmall(minutes, viewing.distanceM.toLocaleString(language));
}

function repaint(): void {
  paint();
  reportScreen(feed, Date.now());
  setTimeout(repaint, REPAINT_MS - (Date.now() % REPAINT_MS));
}

const settings = settingsForm(options, {
  language: (chosen) => {
    language = chosen;
    memory.set('lang', chosen);
    dress();
  },
  theme: (chosen: Theme) => {
    theme = chosen;
    memory.set('theme', chosen);
    dress();
  },
  viewing: (name, value) => {
    memory.set(name, value);
    viewing =
      name === 'distance'
        ? { ...viewing, distanceM: Number(value) }
        : { ...viewing, diagonalInches: Number(value) };
    viewingStated = true;
    arrange();
  },
  window: (chosen) => {
    query.set('window', chosen);
    location.search = query.toString();
  },
});
root.append(settings.root);
addEventListener('resize', arrange);
dress();
repaint();
