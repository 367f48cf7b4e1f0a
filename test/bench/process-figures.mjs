/** Figures of a process as Linux tells them. */
import { readFileSync } from 'node:fs';

/** `USER_HZ`: 100 on every Linux that Node runs on. */
const TICK_MS = 10;

/** CPU time of all its threads so far, ms, in steps of 10. @param {number} pid */
export function cpuMsOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // the name in parentheses may hold spaces: fields are counted after it
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** Anonymous memory in MB: heap, buffers, code; not the pages of files that are mapped. @param {number} pid */
export function anonymousMbOf(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^RssAnon:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
}
