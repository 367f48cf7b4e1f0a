import { correct, emit, latest, repeatLater, stamped, type Script, type Stay } from './script.ts';

export interface Place {
  readonly queues: readonly [string, ...string[]];
  readonly agents: readonly [string, ...string[]];
}

/** Waits that lie on the usual limits as often as between them. */
function waitMs({ random }: Script): number {
  const onTheEdge = [0, 1, 4999, 5000, 5001, 10_000, 19_999, 20_000, 20_001, 60_000] as const;
  return random.chance(0.3) ? random.pick(onTheEdge) : random.delay(30_000, 400_000);
}

/** One call: perhaps the voice menu, then queues, agents, transfers, until somebody has enough of it. */
export function writeCall(script: Script, startMs: number, place: Place): void {
  const { random } = script;
  let nowMs = startMs;
  if (random.chance(0.5)) {
    emit(script, 'contact.created', nowMs, { entry: 'ivr' });
    nowMs += random.delay(8000);
  }
  if (random.chance(0.06)) {
    // Sent to help himself before, or after, he asked for anybody.
    emit(script, 'contact.self_care', nowMs, { to: random.pick(['faq', 'portal', 'bot']) });
    nowMs += random.int(1000, 30_000);
    if (random.chance(0.5)) {
      emit(script, 'contact.ended', nowMs, { by: random.pick(['customer', 'bot']) });
      return;
    }
  }
  if (random.chance(0.05)) {
    emit(script, 'contact.rejected', nowMs, {
      queue: { id: random.pick(place.queues) },
      cause: random.pick(['full', 'closed', 'deterrence']),
    });
    if (random.chance(0.6)) emit(script, 'contact.ended', nowMs + random.int(0, 4000), { by: 'system' });
    return;
  }
  if (random.chance(0.02)) {
    // The recording began too late for its entry.
    const segmentId = script.style.segmentIds ? script.newId('s') : undefined;
    emit(script, 'contact.abandoned', nowMs, {
      stay: { segmentId, queue: random.pick(place.queues), enteredMs: nowMs },
    });
    return;
  }
  let kind: string | undefined = 'initial';
  for (let stays = 0; kind !== undefined && stays < 4; stays += 1) {
    const queue = random.pick(place.queues);
    const stay: Stay = {
      segmentId: script.style.segmentIds ? script.newId('s') : undefined,
      queue,
      enteredMs: nowMs,
    };
    const next: { kind: string; atMs: number } | undefined = writeStay(
      script,
      stay,
      kind,
      place,
      stays === 3,
    );
    kind = next?.kind;
    nowMs = next?.atMs ?? nowMs;
  }
}

/** One stay in one queue. Answers what follows it, if anything. */
function writeStay(
  script: Script,
  stay: Stay,
  kind: string,
  place: Place,
  last: boolean,
): { kind: string; atMs: number } | undefined {
  const { random, style } = script;
  const leaveMs = stay.enteredMs + waitMs(script);
  // Sometimes nobody tells the entry but a later event.
  const told = kind !== 'initial' || !random.chance(0.1);
  const entry = told
    ? random.chance(0.3) && style.segmentIds
      ? { queuedAt: new Date(stay.enteredMs).toISOString() }
      : {}
    : random.chance(0.5)
      ? { queuedAt: new Date(stay.enteredMs).toISOString() }
      : { measured: { waitMs: leaveMs - stay.enteredMs } };
  if (told) {
    emit(script, 'contact.queued', stay.enteredMs, {
      stay,
      ...(kind === 'initial' && random.chance(0.5) ? {} : { kind }),
      ...stamped(style),
    });
    if (style.segmentIds && random.chance(0.05)) correct(script, latest(script), random.int(-3000, 0));
  }
  const offerId = told && style.reports.ring ? ring(script, stay, leaveMs, place) : undefined;
  const dice = random.next();
  if (dice < 0.58) {
    const agentId = offerId?.agentId ?? random.pick(place.agents);
    const skewed = told && style.segmentIds && random.chance(0.04);
    const answeredMs = skewed ? stay.enteredMs - random.int(0, 2000) : leaveMs;
    emit(script, 'contact.answered', answeredMs, { stay, agentId, ...entry, ...stamped(style) });
    disturb(script, stay);
    return writeTalk(script, stay, agentId, answeredMs, place, last);
  }
  if (dice < 0.78) {
    writeAbandon(script, stay, leaveMs, entry, told, place);
    return undefined;
  }
  if (dice < 0.8) return undefined; // Nobody ever hears of it again.
  if (dice < 0.84 && told) {
    emit(script, 'contact.ended', leaveMs, { ...(random.chance(0.5) ? { stay } : {}), by: 'system' });
    script.inferredOutcome = true;
    return undefined;
  }
  return writeFlowOut(script, stay, leaveMs, entry, last);
}

function writeAbandon(
  script: Script,
  stay: Stay,
  leaveMs: number,
  entry: object,
  told: boolean,
  place: Place,
): void {
  const { random, style } = script;
  if (told && random.chance(0.2)) {
    script.inferredOutcome = true;
    emit(script, 'contact.ended', leaveMs, { by: 'customer' });
    return;
  }
  emit(script, 'contact.abandoned', leaveMs, { stay, ...entry });
  disturb(script, stay);
  if (style.segmentIds && random.chance(0.05)) {
    // An agent picked up a moment too late, or so another system says.
    const authority = random.pick(['primary', 'secondary', 'record'] as const);
    const agentId = random.pick(place.agents);
    emit(script, 'contact.answered', leaveMs + random.int(1, 900), {
      stay,
      agentId,
      authority,
      ...stamped(style),
    });
    emit(script, 'contact.ended', leaveMs + random.int(5000, 9000), { stay, agentId, by: 'customer' });
    script.work.push({ fromMs: leaveMs, untilMs: latest(script).trueMs });
    return;
  }
  if (random.chance(style.segmentIds ? 0.04 : 0.1)) {
    emit(script, 'contact.queued', leaveMs + 2000, { stay, kind: 'resume' });
    emit(script, 'contact.abandoned', leaveMs + 2000 + random.int(1, 20_000), { stay });
    return;
  }
  if (random.chance(0.4)) emit(script, 'contact.ended', leaveMs + random.int(0, 3000), { by: 'customer' });
}

function writeFlowOut(
  script: Script,
  stay: Stay,
  leaveMs: number,
  entry: object,
  last: boolean,
): { kind: string; atMs: number } | undefined {
  const { random } = script;
  const cause = random.pick([
    'overflow',
    'overflow',
    'timeout',
    'timeout',
    'voicemail',
    'closed',
    'self_care',
    'callback',
    'callback',
    'lost',
  ]);
  emit(script, 'contact.flow_out', leaveMs, { stay, cause, ...entry });
  disturb(script, stay);
  if (cause === 'callback') {
    writeCallback(script, stay, leaveMs);
    return undefined;
  }
  if (!last && (cause === 'overflow' || (cause === 'timeout' && random.chance(0.6)))) {
    return { kind: random.chance(0.8) ? 'overflow' : 'initial', atMs: leaveMs + random.int(0, 15_000) };
  }
  if (cause !== 'lost' && random.chance(0.5)) {
    emit(script, 'contact.ended', leaveMs + random.delay(20_000), {
      by: random.pick(['customer', 'system', 'unknown']),
    });
  }
  return undefined;
}

function writeCallback(script: Script, stay: Stay, askedMs: number): void {
  const { random, style } = script;
  const callbackId = script.newId('k');
  const dueMs = askedMs + random.delay(600_000, 1_800_000);
  const promised = random.chance(0.6) ? { dueAt: new Date(dueMs - random.int(0, 60_000)).toISOString() } : {};
  if (random.chance(0.7)) emit(script, 'callback.requested', askedMs + 1, { stay, callbackId, ...promised });
  if (random.chance(0.5)) emit(script, 'contact.ended', askedMs + 1500, { by: 'customer' });
  if (random.chance(0.3)) emit(script, 'callback.attempted', dueMs - 1, { callbackId });
  const fate = random.next();
  if (fate < 0.5) {
    const again: Stay = {
      ...stay,
      segmentId: style.segmentIds ? script.newId('s') : undefined,
      enteredMs: dueMs,
    };
    const agentId = 'agent-callbacks';
    emit(script, 'contact.queued', dueMs, { stay: again, kind: 'callback', ...stamped(style) });
    const answeredMs = dueMs + random.int(1000, 30_000);
    emit(script, 'contact.answered', answeredMs, { stay: again, agentId, ...stamped(style) });
    finish(script, again, agentId, answeredMs, answeredMs + random.int(5000, 90_000));
  } else if (fate < 0.75) emit(script, 'callback.failed', dueMs, { callbackId });
  else if (fate < 0.9) emit(script, 'callback.cancelled', dueMs, { callbackId });
}

/** What real feeds do to an outcome: repeat it, correct it, contradict it. Only where the segment has a name. */
function disturb(script: Script, stay: Stay): void {
  const { random } = script;
  if (stay.segmentId === undefined) return;
  const outcome = latest(script);
  if (random.chance(0.05)) repeatLater(script, outcome);
  if (random.chance(0.05)) correct(script, outcome, random.int(0, 3000));
  if (outcome.event.type !== 'vigie.contact.flow_out' && random.chance(0.05)) {
    emit(script, 'contact.flow_out', outcome.trueMs + random.int(-800, 800), {
      stay,
      cause: 'system',
      authority: random.pick(['secondary', 'primary'] as const),
    });
  }
}

/** Agents who do not take it, and perhaps the one who does. */
function ring(script: Script, stay: Stay, leaveMs: number, place: Place): { agentId: string } | undefined {
  const { random } = script;
  let atMs = stay.enteredMs + random.int(0, 2000);
  const withIds = random.chance(0.5);
  for (let tries = random.int(0, 3); tries > 0 && atMs < leaveMs; tries -= 1) {
    const agentId = random.pick(place.agents);
    const offerId = withIds ? { offerId: script.newId('o') } : {};
    emit(script, 'contact.offered', atMs, { stay, agentId, ...offerId });
    const ringMs = random.int(1000, 12_000);
    if (atMs + ringMs > leaveMs) return { agentId };
    const cause = random.pick(['no_answer', 'rejected', 'lost_race']);
    emit(script, 'contact.offer_ended', atMs + ringMs, { stay, agentId, cause, ...offerId });
    atMs += ringMs + random.int(1, 3000);
  }
  return undefined;
}

/** From the answer to the end of the talk, and to what follows. */
function writeTalk(
  script: Script,
  stay: Stay,
  agentId: string,
  fromMs: number,
  place: Place,
  last: boolean,
): { kind: string; atMs: number } | undefined {
  const { random, style } = script;
  const untilMs = fromMs + 8000 + random.delay(60_000);
  const dice = random.next();
  if (dice < 0.15 && !last) {
    writeHolds(script, stay, agentId, fromMs, untilMs);
    emit(script, 'contact.transferred', untilMs, {
      stay,
      agentId,
      kind: random.pick(['queue', 'attended', 'blind']),
      ...(random.chance(0.5) ? { to: { queue: random.pick(place.queues) } } : {}),
    });
    writeWrapUp(script, stay, agentId, fromMs, untilMs, 0.5);
    if (style.segmentIds && random.chance(0.4)) moveToNewContact(script, untilMs);
    return { kind: random.chance(0.7) ? 'transfer' : 'requeue', atMs: untilMs + random.int(0, 3000) };
  }
  if (dice < 0.25) {
    // Straight to another agent: no queue, one more handling.
    const other = `${agentId}-2`;
    emit(script, 'contact.transferred', untilMs, {
      stay,
      agentId,
      kind: 'blind',
      ...(random.chance(0.5) ? { to: { agent: other } } : {}),
    });
    script.work.push({ fromMs, untilMs });
    const answeredMs = untilMs + random.int(0, 4000);
    emit(script, 'contact.answered', answeredMs, {
      ...(style.segmentIds ? { stay } : {}),
      agentId: other,
      ...stamped(style),
    });
    finish(
      script,
      style.segmentIds ? stay : undefined,
      other,
      answeredMs,
      answeredMs + random.int(3000, 60_000),
    );
    return undefined;
  }
  if (dice < 0.31 && style.segmentIds) writeConsult(script, stay, agentId, fromMs, place);
  finish(script, stay, agentId, fromMs, untilMs);
  return undefined;
}

function writeConsult(script: Script, stay: Stay, agentId: string, fromMs: number, place: Place): void {
  const { random, style } = script;
  const consult: Stay = {
    segmentId: script.newId('s'),
    queue: random.pick(place.queues),
    enteredMs: fromMs + 2000,
  };
  const expert = random.chance(0.5) ? `${agentId}-expert` : random.pick(place.agents);
  const to = { queue: consult.queue };
  emit(script, 'contact.consulted', fromMs + 2000, { stay, agentId, to });
  emit(script, 'contact.queued', fromMs + 2000, { stay: consult, kind: 'consult', ...stamped(style) });
  emit(script, 'contact.answered', fromMs + 4000, { stay: consult, agentId: expert, ...stamped(style) });
  emit(script, 'contact.ended', fromMs + 7000, { stay: consult, agentId: expert, by: 'transfer' });
  if (random.chance(0.7)) emit(script, 'contact.consult_ended', fromMs + 7000, { stay, agentId, to });
}

/** Holds, the end, the wrap-up: in one of the ways in which sources tell them. */
function finish(
  script: Script,
  stay: Stay | undefined,
  agentId: string,
  fromMs: number,
  untilMs: number,
): void {
  const { random, style } = script;
  writeHolds(script, stay, agentId, fromMs, untilMs);
  const measured = {
    ...(!style.reports.hold || !random.chance(0.2) ? {} : { holdMs: Math.min(2000, untilMs - fromMs) }),
    ...(style.reports.acw && style.segmentIds && random.chance(0.15)
      ? { wrapMs: random.int(0, 60_000) }
      : {}),
  };
  const alone = random.chance(0.2);
  emit(script, 'contact.ended', untilMs, {
    stay,
    ...(alone ? {} : { agentId }),
    by: random.pick(['customer', 'customer', 'agent', 'system']),
    ...(Object.keys(measured).length > 0 ? { measured } : {}),
  });
  if (
    stay?.segmentId !== undefined &&
    measured.holdMs === undefined &&
    measured.wrapMs === undefined &&
    random.chance(0.05)
  )
    correct(script, latest(script), random.int(0, 2000));
  writeWrapUp(script, stay, agentId, fromMs, untilMs + 2000 * Number(random.chance(0.1)), 1);
  const work = script.work.at(-1);
  if (work !== undefined) work.untilMs += measured.wrapMs ?? 0;
}

function writeHolds(
  script: Script,
  stay: Stay | undefined,
  agentId: string,
  fromMs: number,
  untilMs: number,
): void {
  const { random, style } = script;
  if (!style.reports.hold || !random.chance(0.35)) return;
  const thirdMs = Math.floor((untilMs - fromMs) / 3);
  emit(script, 'contact.held', fromMs + thirdMs, { stay, agentId });
  if (random.chance(0.85)) emit(script, 'contact.unheld', fromMs + 2 * thirdMs, { stay, agentId });
}

function writeWrapUp(
  script: Script,
  stay: Stay | undefined,
  agentId: string,
  fromMs: number,
  talkEndMs: number,
  share: number,
): void {
  const { random, style } = script;
  const wrapMs = random.delay(25_000, 240_000);
  const work = { fromMs, untilMs: talkEndMs };
  script.work.push(work);
  if (!style.reports.acw || !random.chance(0.75 * share)) return;
  work.untilMs = talkEndMs + wrapMs;
  const how = random.next();
  if (how < 0.6) emit(script, 'wrapup.started', talkEndMs, { stay, agentId });
  if (how > 0.06) emit(script, 'wrapup.ended', talkEndMs + wrapMs, { stay, agentId, measured: { wrapMs } });
  else work.untilMs = talkEndMs + 1_800_000; // A wrap-up nobody ends.
}

/** The vendor gives the transferred call a new id and names its root only later. */
function moveToNewContact(script: Script, atMs: number): void {
  const root = script.contactId;
  emit(script, 'contact.ended', atMs, { by: 'transfer' });
  script.contactId = script.newId('c');
  script.pendingRoot = { id: root, afterEvents: script.random.int(0, 2) };
}
