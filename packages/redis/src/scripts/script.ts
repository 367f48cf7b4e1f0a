import { createHash } from 'node:crypto';

/** A Lua script, sent by its hash once Redis knows it. All its keys are in one hash slot. */
export interface Script {
  readonly lua: string;
  readonly sha: string;
}

export function script(lua: string): Script {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') };
}
