import type { Language } from '../text.ts';

/** What the server says of a contact behind a figure, and of how it came there, in French. */
const FR: Readonly<Record<string, string>> = {
  'answered within the threshold': 'décroché dans le délai',
  'answered after the threshold': 'décroché après le délai',
  'short abandon': 'abandon court',
  'abandoned within the threshold': 'abandonné dans le délai',
  abandoned: 'abandonné',
  'lost: nobody knows how the wait ended': 'perdu : nul ne sait comment l’attente a fini',
  'answered by a human': 'décroché par un humain',
  handled: 'traité',
  'first response': 'première réponse',
  replied: 'réponse',
  'asked for a human': 'a demandé un humain',
  'entered the queue': 'entré dans la file',
  waiting: 'attend',
  'ringing at an agent': 'sonne chez un agent',
  'waiting beyond the threshold': 'attend au-delà du délai',
  'in conversation or wrap-up': 'en conversation ou post-appel',
  'no human has answered yet': 'aucun humain n’a encore répondu',
  'the customer spoke last': 'le client a parlé en dernier',
  'corrected since': 'corrigé depuis',
  'not inbound': 'pas entrant',
  'stayed with a bot: never asked for a human': 'resté avec un robot : n’a jamais demandé d’humain',
  'not decided yet': 'pas encore décidé',
  'not counted in this figure': 'non compté dans ce chiffre',
  'out of hours': 'hors horaires',
  'came by overflow': 'venu par débordement',
  'transferred here': 'transféré ici',
  'put back in the queue': 'remis dans la file',
  'called back': 'rappelé',
  'consult between agents: in no figure of customers':
    'consultation entre agents : dans aucun chiffre de clients',
  'set aside: the outcome contradicts the entry, or the entry is unknown':
    'mis de côté : l’issue contredit l’entrée, ou l’entrée est inconnue',
  'callback: not in the population of this figure': 'rappel : hors de la population de ce chiffre',
  'not in the population of this figure': 'hors de la population de ce chiffre',
  initial: 'première entrée',
  overflow: 'débordement',
  transfer: 'transfert',
  requeue: 'remise en file',
  callback: 'rappel',
  'agents available': 'libre',
  'agents on contact': 'en contact',
  'agents acw': 'post-appel',
  'agents paused': 'en pause',
  'agents logged out': 'déconnecté',
  'agents unknown': 'état inconnu',
};
const PREFIXES: Readonly<Record<string, string>> = {
  'left the queue': 'sorti de la file',
  missed: 'manqué',
};
const CAUSES: Readonly<Record<string, string>> = {
  overflow: 'débordement',
  transfer: 'transfert',
  timeout: 'délai dépassé',
  empty: 'plus aucun agent',
  'key exit': 'sorti par une touche',
  withdrawn: 'retiré',
  'agent gone': 'agent parti',
  system: 'système',
  callback: 'rappel demandé',
  voicemail: 'messagerie',
  closed: 'fermé',
  'self care': 'libre-service',
  abandoned: 'abandonné',
  rejected: 'refusé',
  'failed callback': 'rappel manqué',
};

/** A reason in the reader's language; what has no translation yet stays as the server said it. */
export function reasonText(reason: string, language: Language): string {
  if (language === 'en') return reason;
  const whole = FR[reason];
  if (whole !== undefined) return whole;
  const noted = /^(.*) \(([^()]*)\)$/.exec(reason);
  if (noted !== null) {
    const notes = (noted[2] ?? '').split(', ').map((note) => FR[note] ?? note);
    return `${reasonText(noted[1] ?? '', language)} (${notes.join(', ')})`;
  }
  const [head = '', tail] = reason.split(': ', 2);
  const prefix = PREFIXES[head];
  if (prefix !== undefined && tail !== undefined) return `${prefix} : ${CAUSES[tail] ?? tail}`;
  const parts = reason.split(', ');
  return parts.length === 1 ? reason : parts.map((part) => FR[part] ?? part).join(', ');
}
