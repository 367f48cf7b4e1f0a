import type { FigureState } from '@vigie/contracts';
import type { CentreView } from '@vigie/engine';
import type { MetricFamily } from '@vigie/service-kit';
import type { FeedLink } from '../feed-link.ts';
import type { LiveServer } from '../live/live-server.ts';

const STATES: readonly FigureState[] = ['live', 'stale', 'recovering', 'incomplete'];

/**
 * How old the figures are, and what is said of them. A centre of which nothing was ever heard has no age. What the
 * sources no longer vouch for ages as what no longer comes.
 */
export function feedFamilies(centres: Iterable<CentreView>, nowMs: number): MetricFamily[] {
  const states: { value: number; labels: Record<string, string> }[] = [];
  const ages: typeof states = [];
  for (const centre of centres) {
    const { state: present } = centre.status(nowMs);
    for (const state of STATES) {
      states.push({ value: state === present ? 1 : 0, labels: { centre: centre.id, state } });
    }
    if (centre.header === undefined) continue;
    const vouchedMs = Math.min(centre.asOfMs, centre.watermarkMs ?? centre.asOfMs);
    ages.push({ value: Math.max(0, nowMs - vouchedMs) / 1000, labels: { centre: centre.id } });
  }
  return [
    {
      name: 'vigie_feed_state',
      help: '1 for the state of a centre’s figures.',
      type: 'gauge',
      samples: states,
    },
    {
      name: 'vigie_feed_age_seconds',
      help: 'Time since the instant up to which a centre’s figures are vouched for.',
      type: 'gauge',
      samples: ages,
    },
  ];
}

/** What the gateway itself does. */
export function gatewayFamilies(live: LiveServer, link: FeedLink): MetricFamily[] {
  const { channels, sent, skipped } = live.hub;
  const one = (value: number) => [{ value }];
  const by = (label: string, counts: Readonly<Record<string, number>>) =>
    Object.entries(counts).map(([key, value]) => ({ value, labels: { [label]: key } }));
  return [
    {
      name: 'vigie_ws_clients',
      help: 'WebSocket clients connected.',
      type: 'gauge',
      samples: one(live.clients),
    },
    { name: 'vigie_ws_channels', help: 'Different subscriptions.', type: 'gauge', samples: one(channels) },
    {
      name: 'vigie_ws_messages_total',
      help: 'Messages to clients.',
      type: 'counter',
      samples: by('op', sent),
    },
    {
      name: 'vigie_ws_skipped_total',
      help: 'Messages not sent to a client that reads slowly; a snapshot follows.',
      type: 'counter',
      samples: one(skipped),
    },
    {
      name: 'vigie_ws_stuck_total',
      help: 'Clients closed because they read nothing.',
      type: 'counter',
      samples: one(live.stuck),
    },
    {
      name: 'vigie_ws_refused_total',
      help: 'Handshakes refused.',
      type: 'counter',
      samples: by('reason', live.refused),
    },
    {
      name: 'vigie_ws_revoked_total',
      help: 'Clients closed because their key was revoked, changed or expired.',
      type: 'counter',
      samples: one(live.revoked),
    },
    {
      name: 'vigie_feed_rereads_total',
      help: 'Times the whole feed was read again: frames were missing, or it was silent.',
      type: 'counter',
      samples: one(Math.max(0, link.rereads)),
    },
  ];
}
