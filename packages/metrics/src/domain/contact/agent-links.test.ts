import { describe, expect, it } from 'vitest';
import { isSameWork, type WorkLink } from './agent-links.ts';

const WORK: WorkLink = {
  target: 'agent|ada',
  key: 'contact|call-1#0',
  about: 'work',
  queue: 'sales',
  channel: 'voice',
  consult: false,
  inbound: true,
  transferred: false,
  wrapIsOpen: false,
  tellsHold: true,
  tellsAcw: true,
  startAt: 1000,
  talkEndAt: 5000,
  endAt: 7000,
  holdMs: 300,
  acwMs: 2000,
  isCounted: true,
};

const PARTS = Object.keys(WORK).filter((part) => !['target', 'key', 'about'].includes(part));

describe('two pieces of work of one key', () => {
  it('say the same when every part is the same', () => {
    expect(isSameWork(WORK, { ...WORK })).toBe(true);
  });

  it.each(PARTS)('say something else when %s differs', (part) => {
    expect(isSameWork(WORK, { ...WORK, [part]: 'another' })).toBe(false);
  });
});
