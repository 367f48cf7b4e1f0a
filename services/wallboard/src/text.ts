import type { NullReason } from '@vigie/contracts';

export type Language = 'en' | 'fr';

/** Every word of the wall, in one language. Functions take what was formatted for that language before. */
export interface Text {
  readonly title: string;
  readonly longestWait: string;
  readonly waiting: string;
  readonly serviceLevel: string;
  readonly abandonment: string;
  readonly answered: string;
  readonly abandoned: string;
  readonly asa: string;
  readonly firstResponse: string;
  readonly awaitingReply: string;
  readonly queue: string;
  readonly queues: string;
  /** What is left of queues beyond the number that is kept apart. */
  readonly otherQueues: string;
  readonly channels: Readonly<Record<string, string>>;
  readonly allQueues: string;
  readonly total: string;
  readonly nobodyWaiting: string;
  readonly noQueues: string;
  readonly connecting: string;
  readonly statusOk: string;
  readonly statusWatch: string;
  readonly statusAct: string;
  readonly incomplete: string;
  readonly reasons: Readonly<Record<NullReason, string>>;
  readonly since: (time: string) => string;
  readonly inProgress: (count: string) => string;
  readonly offered: (count: string) => string;
  readonly beyond: (count: string, threshold: string | null) => string;
  readonly target: (target: string, threshold: string | null) => string;
  readonly windowName: (window: string) => string;
  readonly sample: (n: string) => string;
  readonly delayed: (age: string) => string;
  readonly asOf: (time: string) => string;
  readonly noDataYet: string;
  readonly connectionLost: (time: string | null) => string;
  readonly resynchronising: string;
  readonly noFeed: (time: string | null) => string;
  readonly recovering: (time: string | null) => string;
  readonly incompleteData: (since: string | null, until: string | null) => string;
  readonly refused: (reason: string) => string;
  readonly tooSmall: (minutes: string, distance: string) => string;
  readonly seconds: (count: string) => string;
  readonly minutes: (count: string) => string;
  readonly window: string;
  readonly theme: string;
  readonly themes: Readonly<Record<'auto' | 'light' | 'dark', string>>;
  readonly language: string;
  readonly distance: string;
  readonly diagonal: string;
  readonly settings: string;
  readonly connectionLive: string;
  readonly past: (time: string) => string;
  readonly soundBlocked: string;
  /** Of a figure that cannot be added up over queues. */
  readonly ofOneQueue: string;
}

const since = (word: string, time: string | null): string => (time === null ? '' : ` ${word} ${time}`);

/** `30m` → its number and unit; `null` for names such as `today`. */
const partsOfWindow = (window: string): { count: string; hours: boolean } | null => {
  const match = /^(\d+)([mh])$/.exec(window);
  return match === null ? null : { count: match[1] ?? '', hours: match[2] === 'h' };
};

const en: Text = {
  title: 'Wallboard',
  longestWait: 'Longest wait',
  waiting: 'Waiting',
  serviceLevel: 'Service level',
  abandonment: 'Abandoned',
  answered: 'Answered',
  abandoned: 'Abandoned',
  asa: 'Avg. answer',
  firstResponse: 'First response',
  awaitingReply: 'Awaiting reply',
  queue: 'Queue',
  queues: 'Queues',
  otherQueues: 'Other queues',
  channels: {
    voice: 'calls',
    chat: 'chat',
    email: 'e-mail',
    sms: 'SMS',
    social: 'social media',
    video: 'video',
    task: 'tasks',
  },
  allQueues: 'All queues',
  total: 'Total',
  nobodyWaiting: 'nobody waiting',
  noQueues: 'No queue yet: they appear with their first contact.',
  connecting: 'Connecting…',
  statusOk: 'OK',
  statusWatch: 'Watch',
  statusAct: 'Act',
  incomplete: 'partial',
  reasons: {
    no_data: 'no data',
    closed: 'closed',
    recovering: 'recovering',
    no_feed: 'no feed',
    not_reported: 'not reported',
  },
  since: (time) => `since ${time}`,
  inProgress: (count) => `${count} in progress`,
  offered: (count) => `${count} offered`,
  beyond: (count, threshold) => `${count} beyond ${threshold ?? 'target'}`,
  target: (target, threshold) => `target ${target}${threshold === null ? '' : ` in ${threshold}`}`,
  windowName: (window) => {
    const parts = partsOfWindow(window);
    return parts === null ? window : `last ${parts.count} ${parts.hours ? 'h' : 'min'}`;
  },
  sample: (n) => `n = ${n}`,
  delayed: (age) => `delayed ${age}`,
  asOf: (time) => `as of ${time}`,
  noDataYet: 'no data yet',
  connectionLost: (time) => `Connection lost${since('since', time)}`,
  resynchronising: 'Resynchronising…',
  noFeed: (time) => `No data from the source${since('since', time)}`,
  recovering: (time) => `Recovering${since('since', time)}`,
  incompleteData: (from, to) =>
    from === null || to === null
      ? `Incomplete data${since('since', from)}${since('until', to)}`
      : `Incomplete data from ${from} to ${to}`,
  refused: (reason) => `Refused by the server: ${reason}`,
  tooSmall: (minutes, distance) => `Labels ${minutes}′ < 16′ at ${distance} m`,
  seconds: (count) => `${count} s`,
  minutes: (count) => `${count} min`,
  window: 'Window',
  theme: 'Theme',
  themes: { auto: 'Automatic', light: 'Light', dark: 'Dark' },
  language: 'Language',
  distance: 'Viewing distance (m)',
  diagonal: 'Screen diagonal (in)',
  settings: 'Settings',
  connectionLive: 'Connection restored',
  past: (time) => `PAST: ${time}`,
  soundBlocked: 'Sound blocked: touch the page once',
  ofOneQueue: 'of one queue only',
};

const fr: Text = {
  title: 'Mur',
  longestWait: 'Attente la plus longue',
  waiting: 'En attente',
  serviceLevel: 'Niveau de service',
  abandonment: 'Abandons',
  answered: 'Décrochés',
  abandoned: 'Abandonnés',
  asa: 'Réponse moy.',
  firstResponse: 'Première réponse',
  awaitingReply: 'Attend réponse',
  queue: 'File',
  queues: 'Files',
  otherQueues: 'Autres files',
  channels: {
    voice: 'appels',
    chat: 'tchat',
    email: 'e-mail',
    sms: 'SMS',
    social: 'réseaux sociaux',
    video: 'visio',
    task: 'tâches',
  },
  allQueues: 'Toutes les files',
  total: 'Total',
  nobodyWaiting: 'personne en attente',
  noQueues: 'Aucune file : elles apparaissent avec leur premier contact.',
  connecting: 'Connexion…',
  statusOk: 'OK',
  statusWatch: 'Suivre',
  statusAct: 'Agir',
  incomplete: 'partiel',
  reasons: {
    no_data: 'aucune donnée',
    closed: 'fermé',
    recovering: 'reprise',
    no_feed: 'source muette',
    not_reported: 'non fourni',
  },
  since: (time) => `depuis ${time}`,
  inProgress: (count) => `${count} en cours`,
  offered: (count) => `${count} offerts`,
  beyond: (count, threshold) =>
    threshold === null ? `${count} hors délai` : `${count} au-delà de ${threshold}`,
  target: (target, threshold) => `objectif ${target}${threshold === null ? '' : ` en ${threshold}`}`,
  windowName: (window) => {
    if (window === 'today') return "aujourd'hui";
    const parts = partsOfWindow(window);
    return parts === null ? window : `${parts.count} dern. ${parts.hours ? 'h' : 'min'}`;
  },
  sample: (n) => `n = ${n}`,
  delayed: (age) => `retard ${age}`,
  asOf: (time) => `état à ${time}`,
  noDataYet: 'pas encore de données',
  connectionLost: (time) => `Connexion perdue${since('depuis', time)}`,
  resynchronising: 'Resynchronisation…',
  noFeed: (time) => `Source muette${since('depuis', time)}`,
  recovering: (time) => `Reprise en cours${since('depuis', time)}`,
  incompleteData: (from, to) =>
    from === null || to === null
      ? `Données incomplètes${since('depuis', from)}${since('jusqu’à', to)}`
      : `Données incomplètes de ${from} à ${to}`,
  refused: (reason) => `Refusé par le serveur : ${reason}`,
  tooSmall: (minutes, distance) => `Libellés ${minutes}′ < 16′ à ${distance} m`,
  seconds: (count) => `${count} s`,
  minutes: (count) => `${count} min`,
  window: 'Fenêtre',
  theme: 'Thème',
  themes: { auto: 'Automatique', light: 'Clair', dark: 'Sombre' },
  language: 'Langue',
  distance: 'Distance de lecture (m)',
  diagonal: 'Diagonale (pouces)',
  settings: 'Réglages',
  connectionLive: 'Connexion rétablie',
  past: (time) => `PASSÉ : ${time}`,
  soundBlocked: 'Son bloqué : toucher la page une fois',
  ofOneQueue: 'par file seulement',
};

export const TEXT: Readonly<Record<Language, Text>> = { en, fr };
