import type { Text } from './text.ts';
import { partsOfWindow, since, spoken } from './words.ts';

export const FR: Text = {
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
  opens: (time) => `ouvre ${time}`,
  inProgress: (count) => `${count} en cours`,
  offered: (count) => `${count} offerts`,
  beyond: (count, threshold) =>
    threshold === null ? `${count} hors délai` : `${count} au-delà de ${threshold}`,
  target: (target, threshold) => `objectif ${target}${threshold === null ? '' : ` en ${threshold}`}`,
  windowName: (window) => {
    if (window === 'today') return 'aujourd’hui';
    const parts = partsOfWindow(window);
    return parts === null ? window : `${parts.count} dern. ${parts.hours ? 'h' : 'min'}`;
  },
  sample: (n) => `n = ${n}`,
  delayed: (age) => `retard ${age}`,
  asOf: (time) => `état à ${time}`,
  noDataYet: 'données à venir',
  connectionLost: (time) => `Connexion perdue${since('depuis', time)}`,
  resynchronising: 'Resynchronisation…',
  noFeed: (time) => `Source muette${since('depuis', time)}`,
  recovering: (time) => `Reprise en cours${since('depuis', time)}`,
  incompleteData: (from, to) =>
    from === null || to === null
      ? `Données incomplètes${since('depuis', from)}${since('jusqu’à', to)}`
      : `Données incomplètes de ${from} à ${to}`,
  refused: (reason) => `Refusé par le serveur : ${reason}`,
  refusals: {
    not_allowed: 'la clé ne le permet pas',
    unknown_centre: 'ce centre n’existe pas',
    unknown_window: 'cette fenêtre n’existe pas',
    unknown_kpi: 'cet indicateur n’existe pas',
    unknown_topic: 'ce sujet n’existe pas',
    too_many: 'trop de connexions ou de demandes',
    bad_message: 'la demande n’a pas été comprise',
  },
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
  past: (time) => `PASSÉ : ${time}, tel que connu maintenant`,
  pastInterval: (from, to) =>
    `PASSÉ : le quart d’heure de ${from} à ${to} ; les minutes ne sont plus conservées`,
  failed: (reason) => `Sans réponse : ${reason}`,
  soundBlocked: 'Son bloqué : toucher la page une fois',
  ofOneQueue: 'par file seulement',
  noVoice: 'Ce navigateur n’a pas de voix',
  overscan: 'Coupé à chaque bord (%)',
  colon: '\u00a0:',
  alarmsUp: (count) => (count === '1' ? '1 alarme' : `${count} alarmes`),
  alarms: 'Alarmes',
  noAlarm: 'Aucune alarme',
  alarmsUnknown: 'Alarmes inconnues pour l’instant',
  seenBy: (name) => `vue par ${name}`,
  alarmRate: (count, isTooOften) =>
    `${count} dans la dernière heure${
      isTooOften ? ' : plus d’une en dix minutes, les limites sont peut-être trop serrées' : ''
    }`,
  spokenPercent: (percent) => `${percent} pour cent`,
  spokenDuration: (hours, minutes, seconds) =>
    spoken([
      [hours, 'heure', 'heures'],
      [minutes, 'minute', 'minutes'],
      [hours > 0 ? 0 : seconds, 'seconde', 'secondes'],
    ]),
};
