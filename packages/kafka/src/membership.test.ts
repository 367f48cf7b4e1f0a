import { expect, test } from 'vitest';

import { Membership } from './membership.ts';
import { LIMITS } from './options.ts';

const LATER = LIMITS.requestMs + 1;

test('a member that holds what it was assigned is well, however long', () => {
  const member = new Membership();
  member.joined(0);
  for (let nowMs = 0; nowMs < 600_000; nowMs += LIMITS.heartbeatMs)
    expect(member.heartbeat(7, nowMs)).toBeUndefined();
});

test('a member whose partitions were taken away is no more when its group goes on answering it', () => {
  const member = new Membership();
  member.joined(0);
  expect(member.heartbeat(7, 60_000)).toBeUndefined();
  member.takenAway(60_000);
  expect(member.heartbeat(7, 60_000 + LIMITS.requestMs)).toBeUndefined();
  expect(member.heartbeat(7, 60_000 + LATER)).toContain('after its partitions were taken away');
});

test('taken away again, they are away since the first time', () => {
  const member = new Membership();
  member.joined(0);
  member.takenAway(60_000);
  member.takenAway(60_000 + LATER - 1);
  expect(member.heartbeat(7, 60_000 + LATER)).toContain('after its partitions were taken away');
});

test('a group that takes its time to agree answers no heartbeat, and nothing is wrong', () => {
  const member = new Membership();
  member.joined(0);
  member.takenAway(60_000);
  member.joined(60_000 + 10 * LATER);
  expect(member.heartbeat(8, 60_000 + 20 * LATER)).toBeUndefined();
});

test('a generation that was not joined is told, but for the answer to a heartbeat from before', () => {
  const member = new Membership();
  member.joined(0);
  expect(member.heartbeat(6, LIMITS.heartbeatMs)).toBeUndefined();
  expect(member.heartbeat(7, 3 * LIMITS.heartbeatMs)).toBeUndefined();
  expect(member.heartbeat(8, 4 * LIMITS.heartbeatMs)).toContain('generation 8');
});
