import { emit, stamped, type Script, type Stay } from './script.ts';
import type { Place } from './voice.ts';

const newStay = (script: Script, queue: string, enteredMs: number): Stay => ({
  segmentId: script.newId('s'),
  queue,
  enteredMs,
});

/** Somebody writes something: messages have ids, sometimes. */
function say(script: Script, from: string, atMs: number, agentId?: string): void {
  const { random } = script;
  emit(script, 'message.posted', atMs, {
    from,
    agentId,
    ...(random.chance(0.7) ? { messageId: script.newId('m') } : {}),
    ...(from === 'agent' && random.chance(0.5) ? { visibility: 'public' } : {}),
  });
}

/** Remarks that must not count: internal notes, notices of the system. */
function mumble(script: Script, atMs: number, agentId: string): void {
  const { random } = script;
  if (random.chance(0.1))
    emit(script, 'message.posted', atMs, { from: 'agent', agentId, visibility: 'internal' });
  if (random.chance(0.1)) say(script, 'system', atMs + 1);
}

/** One chat: a bot perhaps, a hand-off, a queue, an agent, many turns; sometimes it moves, or comes back. */
export function writeChat(script: Script, startMs: number, place: Place): void {
  const { random, style } = script;
  const bot = random.chance(0.5);
  let nowMs = startMs;
  emit(script, 'contact.created', nowMs, {
    entry: 'widget',
    ...(bot && random.chance(0.7) ? { bot: true } : {}),
  });
  nowMs += random.int(1, 4000);
  say(script, 'customer', nowMs);
  if (bot) {
    for (let turns = random.int(1, 3); turns > 0; turns -= 1) {
      say(script, 'bot', nowMs + random.int(200, 1500));
      nowMs += random.int(2000, 20_000);
      if (random.chance(0.8)) say(script, 'customer', nowMs);
      nowMs += random.int(1, 3000);
    }
    if (random.chance(0.15)) {
      // The bot was enough.
      emit(script, 'contact.ended', nowMs, { by: random.pick(['bot', 'customer']) });
      return;
    }
    if (random.chance(0.6)) {
      emit(script, 'contact.handoff', nowMs, { from: 'bot' });
      nowMs += random.int(1, 800);
    }
  }
  let stay = newStay(script, random.pick(place.queues), nowMs);
  emit(script, 'contact.queued', nowMs, { stay, ...stamped(style) });
  if (bot && random.chance(0.2)) say(script, 'bot', nowMs + 100);
  nowMs += random.chance(0.2) ? random.pick([59_999, 60_000, 60_001, 5000]) : random.delay(45_000, 300_000);
  if (random.chance(0.12)) {
    emit(script, 'contact.flow_out', nowMs, {
      stay,
      cause: random.pick(['overflow', 'timeout', 'transfer']),
    });
    nowMs += random.int(0, 12_000);
    stay = newStay(script, random.pick(place.queues), nowMs);
    emit(script, 'contact.queued', nowMs, { stay, kind: 'overflow', ...stamped(style) });
    nowMs += random.delay(30_000, 200_000);
  }
  if (random.chance(0.2)) {
    if (random.chance(0.5)) emit(script, 'contact.abandoned', nowMs, { stay });
    else script.inferredOutcome = true;
    if (script.inferredOutcome || random.chance(0.5))
      emit(script, 'contact.ended', nowMs + 1, { by: 'customer' });
    return;
  }
  writeConversation(script, stay, nowMs, place);
}

function writeConversation(script: Script, stay: Stay, joinedMs: number, place: Place): void {
  const { random, style } = script;
  const agentId = random.pick(place.agents);
  let nowMs = joinedMs;
  emit(script, 'contact.answered', nowMs, { stay, agentId, ...stamped(style) });
  nowMs += random.int(1, 15_000);
  say(script, 'agent', nowMs, agentId);
  for (let turns = random.int(0, 8); turns > 0; turns -= 1) {
    nowMs += random.delay(15_000) + 1;
    mumble(script, nowMs, agentId);
    nowMs += 2;
    say(script, 'customer', nowMs);
    if (random.chance(0.3)) say(script, 'customer', nowMs + random.int(1, 900));
    nowMs += random.delay(25_000) + 1000;
    if (random.chance(0.9)) say(script, 'agent', nowMs, agentId);
    if (random.chance(0.2)) say(script, 'agent', nowMs + 500, agentId);
  }
  nowMs += random.int(1000, 20_000);
  if (random.chance(0.12)) {
    emit(script, 'contact.transferred', nowMs, { stay, agentId, kind: 'queue' });
    const next = newStay(script, random.pick(place.queues), nowMs + 1);
    emit(script, 'contact.queued', nowMs + 1, { stay: next, kind: 'transfer', ...stamped(style) });
    script.work.push({ fromMs: joinedMs, untilMs: nowMs });
    writeConversation(script, next, nowMs + 1 + random.delay(30_000, 200_000), place);
    return;
  }
  if (random.chance(0.05)) return; // Nobody closes it.
  emit(script, 'contact.ended', nowMs, {
    ...(random.chance(0.7) ? { agentId } : {}),
    by: random.pick(['agent', 'customer', 'system']),
  });
  if (style.reports.acw && random.chance(0.5)) {
    const wrapMs = random.delay(20_000, 200_000);
    emit(script, 'wrapup.ended', nowMs + wrapMs, { stay, agentId, measured: { wrapMs } });
  }
  if (random.chance(0.15)) {
    // He comes back; perhaps somebody notices.
    nowMs += random.delay(200_000) + 300_000;
    say(script, 'customer', nowMs);
    if (random.chance(0.6)) say(script, 'agent', nowMs + random.int(1000, 60_000), agentId);
  }
}

/** One e-mail: hours may pass; a reply, several, or a closing without any. */
export function writeEmail(script: Script, startMs: number, place: Place): void {
  const { random, style } = script;
  let nowMs = startMs;
  emit(script, 'contact.created', nowMs);
  const writtenMs = nowMs + random.int(0, 3000);
  say(script, 'customer', writtenMs);
  nowMs = writtenMs + random.int(1, 5000);
  let stay = newStay(script, random.pick(place.queues), nowMs);
  emit(script, 'contact.queued', nowMs, { stay, ...stamped(style) });
  nowMs += random.chance(0.2) ? 600_000 : random.delay(900_000, 5_400_000);
  if (random.chance(0.15)) {
    emit(script, 'contact.flow_out', nowMs, { stay, cause: 'transfer' });
    stay = newStay(script, random.pick(place.queues), nowMs + 1);
    emit(script, 'contact.queued', nowMs + 1, { stay, kind: 'transfer', ...stamped(style) });
    nowMs += random.delay(600_000, 3_600_000) + 1;
  }
  const fate = random.next();
  if (fate < 0.1) return; // Still there.
  if (fate < 0.2) {
    script.inferredOutcome = true;
    emit(script, 'contact.ended', nowMs, { by: random.pick(['agent', 'system', 'customer']) });
    return;
  }
  if (fate < 0.25) {
    emit(script, 'contact.abandoned', nowMs, { stay });
    return;
  }
  const agentId = random.pick(place.agents);
  const opened = random.chance(0.7);
  if (opened) emit(script, 'contact.answered', nowMs, { stay, agentId, ...stamped(style) });
  const openedMs = nowMs;
  nowMs += random.int(1000, 240_000);
  const silent = opened && random.chance(0.08);
  if (!silent) {
    for (let replies = random.int(1, 3); replies > 0; replies -= 1) {
      say(script, 'agent', nowMs, agentId);
      nowMs += random.int(1000, 300_000);
      if (replies > 1) say(script, 'customer', nowMs);
      nowMs += random.int(1000, 300_000);
    }
  }
  script.inferredOutcome ||= silent;
  if (opened) script.work.push({ fromMs: openedMs, untilMs: nowMs });
  if (opened || random.chance(0.5)) {
    emit(script, 'contact.ended', nowMs, { ...(opened ? { stay, agentId } : {}), by: 'agent' });
  }
}
