import type { ConfigurationFile } from '@vigie/contracts';

import { DEFAULT_RATE } from './traffic/create-traffic.ts';
import { staffFor } from './traffic/plan.ts';

/** A configuration that suits the simulated traffic: names, targets and teams of its queues, names of its agents. */
export function demoConfiguration(rate = DEFAULT_RATE): ConfigurationFile {
  const target = (value: number, warn: number) => ({ service_level: { target: value, warn } });
  return {
    centre: { name: 'Vigie demo', targets: target(0.8, 0.65) },
    // short enough for cases to mature before one's eyes
    cases: { fcrWindow: '15m' },
    queues: {
      sales: {
        name: 'Ventes · Sales',
        channel: 'voice',
        team: 'sales',
        sales: true,
        serviceLevel: { threshold: '15s' },
        targets: target(0.8, 0.7),
      },
      support: { name: 'Support', channel: 'voice', team: 'care', targets: target(0.8, 0.65) },
      billing: { name: 'Facturation · Billing', channel: 'voice', team: 'care', targets: target(0.75, 0.6) },
      chat: {
        name: 'Chat',
        channel: 'chat',
        team: 'chat',
        serviceLevel: { threshold: '30s' },
        targets: target(0.85, 0.75),
      },
      email: {
        name: 'E-mail',
        channel: 'email',
        team: 'mail',
        serviceLevel: { threshold: '15m' },
        targets: target(0.9, 0.8),
      },
    },
    agents: Object.fromEntries(staffFor(rate).map(({ id, name, team }) => [id, { name, team }])),
  };
}
