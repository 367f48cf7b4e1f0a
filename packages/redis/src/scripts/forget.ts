import { script } from './script.ts';

/**
 * Takes the checkpoint of a partition away on purpose, and fences its owner. Archived rows stay.
 *
 * KEYS[1] fence (hash)   KEYS[2] head
 * ARGV[1] name of a page without its number   ARGV[2] name of a delta without its number
 *
 * Pages and deltas are keys of the same slot. Returns 1, or 0 when nothing is known of the partition.
 */
export const forget = script(`
local fence = redis.call('HMGET', KEYS[1], 'epoch', 'committedSeq', 'firstDelta')
if not fence[1] then return 0 end
if fence[2] then
  for seq = tonumber(fence[3]), tonumber(fence[2]) do
    redis.call('UNLINK', ARGV[2] .. string.format('%.0f', seq))
  end
end
for index = 0, 255 do redis.call('UNLINK', ARGV[1] .. index) end
redis.call('UNLINK', KEYS[2])
redis.call('HDEL', KEYS[1], 'committedEpoch', 'committedSeq', 'firstDelta', 'token')
redis.call('HSET', KEYS[1], 'epoch', string.format('%.0f', tonumber(fence[1]) + 1), 'forgotten', '1')
return 1
`);
