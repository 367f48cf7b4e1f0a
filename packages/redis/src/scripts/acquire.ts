import { script } from './script.ts';

/**
 * Raises the epoch of a partition, which fences its earlier owners, and stores the new owner.
 *
 * KEYS[1] fence (hash)
 * ARGV[1] epoch to go above, at least    ARGV[2] URL of the owner    ARGV[3] token of this acquisition
 * Returns the new epoch.
 */
export const acquire = script(`
local stored = tonumber(redis.call('HGET', KEYS[1], 'epoch') or 0)
local epoch = math.max(stored, tonumber(ARGV[1])) + 1
redis.call('HSET', KEYS[1], 'epoch', string.format('%.0f', epoch), 'url', ARGV[2], 'token', ARGV[3])
return epoch
`);
