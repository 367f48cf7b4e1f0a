import { script } from './script.ts';

/**
 * Merges a frame into the state held of its centre and publishes it, both or neither.
 *
 * KEYS[1] fence (hash)   KEYS[2] state of the centre (hash)   KEYS[3] centres of the partition (set)
 * ARGV[1] epoch   ARGV[2] seq   ARGV[3] '1' for a complete frame   ARGV[4] header   ARGV[5] centre
 * ARGV[6] channel   ARGV[7] frame   ARGV[8] number of fields to delete, n
 * ARGV[9 .. 8 + n] fields to delete, then field and value in turn
 *
 * Returns 'published' (also of a frame published before: its reply was lost), 'fenced', or, when the frame changes a
 * state that is not the one held, 'gap <epoch held> <seq held>'.
 */
export const publish = script(`
local fence = redis.call('HMGET', KEYS[1], 'epoch', 'feedEpoch')
local epoch, seq = tonumber(ARGV[1]), tonumber(ARGV[2])
if epoch < tonumber(fence[1] or 0) or epoch < tonumber(fence[2] or 0) then return 'fenced' end
local held = redis.call('HMGET', KEYS[2], 'epoch', 'seq')
local sameEpoch = held[1] and tonumber(held[1]) == epoch
if sameEpoch and seq <= tonumber(held[2]) then return 'published' end
if ARGV[3] == '1' then
  redis.call('UNLINK', KEYS[2])
elseif not sameEpoch or seq ~= tonumber(held[2]) + 1 then
  return 'gap ' .. (held[1] or 'none') .. ' ' .. (held[2] or 'none')
end
-- unpack() is limited by Lua's stack
local function inChunks(command, from, to)
  for at = from, to, 1000 do
    redis.call(command, KEYS[2], unpack(ARGV, at, math.min(at + 999, to)))
  end
end
local deletions = tonumber(ARGV[8])
inChunks('HDEL', 9, 8 + deletions)
inChunks('HSET', 9 + deletions, #ARGV)
redis.call('HSET', KEYS[2], 'epoch', ARGV[1], 'seq', ARGV[2], 'header', ARGV[4])
redis.call('HSET', KEYS[1], 'feedEpoch', ARGV[1])
redis.call('SADD', KEYS[3], ARGV[5])
redis.call('PUBLISH', ARGV[6], ARGV[7])
return 'published'
`);
