import { script } from './script.ts';

/**
 * Writes head, delta and page together, under the epoch that is stored, as the commit after the last one.
 *
 * KEYS[1] fence (hash)   KEYS[2] head   KEYS[3] delta of this commit   KEYS[4] page
 * ARGV[1] epoch          ARGV[2] seq    ARGV[3] head    ARGV[4] delta    ARGV[5] page
 * ARGV[6] lowest seq whose delta is still needed        ARGV[7] name of a delta without its number
 * ARGV[8] '1' when there is a page   ARGV[9] '1' to replace what is stored   ARGV[10] name of a page without its number
 * ARGV[11] token of the acquisition
 * KEYS[5 ..] hash of archived rows each, with ARGV[12 ..]: field, bytes, the second that it may expire at, and the
 * beginning of the fields that it replaces, or ''
 *
 * Also deletes the deltas from the first kept one to ARGV[6] - 1: keys of the same slot, named ARGV[7] .. seq. To replace
 * is to delete every page and all deltas that the fence knows of, and to count from this commit on.
 * Returns 'committed' (also of a commit made before: its reply was lost), 'fenced', or 'expected <seq>' when the first
 * commit of an epoch does not follow the last one of the epoch before. 'fenced' also when the commits before this one are
 * not there: the store went back to where there was none.
 */
export const commit = script(`
local fence = redis.call('HMGET', KEYS[1], 'epoch', 'committedEpoch', 'committedSeq', 'firstDelta', 'token')
local epoch, seq = tonumber(ARGV[1]), tonumber(ARGV[2])
if not fence[1] or tonumber(fence[1]) ~= epoch or fence[5] ~= ARGV[11] then return 'fenced' end
local committedSeq = fence[3] and tonumber(fence[3])
local first = fence[4] and tonumber(fence[4]) or seq
if ARGV[9] == '1' and not (committedSeq == seq and tonumber(fence[2]) == epoch) then
  for index = 0, 255 do redis.call('UNLINK', ARGV[10] .. index) end
  for old = first, committedSeq or first - 1 do redis.call('UNLINK', ARGV[7] .. string.format('%.0f', old)) end
  first = seq
elseif committedSeq then
  local sameEpoch = tonumber(fence[2]) == epoch
  if sameEpoch and seq == committedSeq then return 'committed' end
  if seq ~= committedSeq + 1 then
    if sameEpoch then return 'fenced' end
    return 'expected ' .. string.format('%.0f', committedSeq + 1)
  end
elseif seq ~= 1 then
  return 'fenced'
end
redis.call('SET', KEYS[2], ARGV[3])
redis.call('SET', KEYS[3], ARGV[4])
if ARGV[8] == '1' then redis.call('SET', KEYS[4], ARGV[5]) end
for i = 5, #KEYS do
  local at = 12 + (i - 5) * 4
  local replaced = ARGV[at + 3]
  if replaced ~= '' then
    for _, field in ipairs(redis.call('HKEYS', KEYS[i])) do
      if string.sub(field, 1, #replaced) == replaced then redis.call('HDEL', KEYS[i], field) end
    end
  end
  redis.call('HSET', KEYS[i], ARGV[at], ARGV[at + 1])
  redis.call('EXPIREAT', KEYS[i], ARGV[at + 2])
end
local keepFrom = math.min(tonumber(ARGV[6]), seq + 1)
while first < keepFrom do
  redis.call('UNLINK', ARGV[7] .. string.format('%.0f', first))
  first = first + 1
end
redis.call('HDEL', KEYS[1], 'forgotten')
redis.call('HSET', KEYS[1], 'committedEpoch', ARGV[1], 'committedSeq', ARGV[2], 'firstDelta', string.format('%.0f', first))
return 'committed'
`);
