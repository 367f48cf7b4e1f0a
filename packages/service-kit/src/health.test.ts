import { expect, test } from 'vitest';
import { createHealth } from './health.ts';

test('without checks it is alive and ready', () => {
  const health = createHealth();
  expect([health.report('live').status, health.report('ready').status]).toEqual(['ok', 'ok']);
});

test('what is not alive is not ready, but not the other way round', () => {
  const health = createHealth();
  const remove = health.live('loop', () => 'no progress for 12 s');
  expect(health.report('ready')).toEqual({
    status: 'failing',
    checks: [{ name: 'loop', ok: false, reason: 'no progress for 12 s' }],
  });
  remove();
  health.ready('log', () => 'unreachable');
  expect([health.report('live').status, health.report('ready').status]).toEqual(['ok', 'failing']);
});

test('a probe that throws is a failing check with the reason', () => {
  const health = createHealth();
  health.ready('store', () => {
    throw new Error('connection lost');
  });
  expect(health.report('ready').checks).toEqual([{ name: 'store', ok: false, reason: 'connection lost' }]);
});

test('a gate is closed until it is opened, and can close again', () => {
  const health = createHealth();
  const gate = health.gate('started', 'starting');
  const reason = () => health.report('ready').checks[0]?.reason;
  expect(reason()).toBe('starting');
  gate.open();
  expect(reason()).toBeUndefined();
  gate.close('stopping');
  expect(reason()).toBe('stopping');
});

test('removing a check that was replaced leaves its successor', () => {
  const health = createHealth();
  const remove = health.ready('log', () => 'old');
  health.ready('log', () => 'new');
  remove();
  expect(health.report('ready').checks).toEqual([{ name: 'log', ok: false, reason: 'new' }]);
});
