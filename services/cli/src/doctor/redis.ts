import type { RedisFindings } from '@vigie/redis';
import { judgeClock } from './clock.ts';
import { fail, ok, skip, warn, type Finding } from './finding.ts';

/** Above this share of its memory it is time to act. */
const FULL = 0.8;
const MIB = 1024 * 1024;

/** What is to be said of a Redis that answered. */
export function judgeRedis(found: RedisFindings): Finding[] {
  return [
    ok('redis', `version ${found.version} answers`),
    judgeRole(found),
    judgePolicy(found),
    judgeMemory(found),
    judgePersistence(found),
    judgeClock('clock against redis', found.clockAheadMs),
  ];
}

function judgeRole({ role }: RedisFindings): Finding {
  if (role === 'master' || role === '') return ok('redis role', 'it takes writes');
  return fail('redis role', `it is a ${role}: checkpoints cannot be written`, 'set redis.url to the master');
}

function judgePolicy({ maxmemoryPolicy }: RedisFindings): Finding {
  const check = 'redis maxmemory-policy';
  if (maxmemoryPolicy === 'noeviction') return ok(check, maxmemoryPolicy);
  if (maxmemoryPolicy === '') return skip(check, 'it does not tell');
  return fail(
    check,
    `${maxmemoryPolicy}: when memory is short it throws checkpoints away`,
    'CONFIG SET maxmemory-policy noeviction, and the same in redis.conf',
  );
}

function judgeMemory({ maxmemory, usedMemory }: RedisFindings): Finding {
  const check = 'redis memory';
  const used = `${Math.ceil(usedMemory / MIB)} MiB used`;
  if (maxmemory === undefined) return ok(check, `${used}, no limit but the machine's`);
  const share = usedMemory / maxmemory;
  const found = `${used} of ${Math.round(maxmemory / MIB)} MiB (${Math.round(share * 100)} %)`;
  return share < FULL
    ? ok(check, found)
    : warn(check, found, 'raise maxmemory: a full Redis takes no checkpoint');
}

function judgePersistence({ appendOnly, snapshots, writesWell }: RedisFindings): Finding {
  const check = 'redis persistence';
  if (!writesWell) {
    return fail(
      check,
      'its last write to disk failed',
      'see the log of Redis: the disk is full, or not its own',
    );
  }
  if (appendOnly) return ok(check, 'append-only file');
  const [found, todo] = [
    snapshots === '' ? 'none' : 'snapshots alone',
    'set appendonly yes: without it a restart of Redis makes the figures be replayed from the log, which takes time',
  ];
  return snapshots === undefined ? skip(check, 'it does not tell') : warn(check, found, todo);
}
