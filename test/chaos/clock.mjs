/**
 * Loaded before a process of the deployment (`--import`): its clock is that of the machine and so many milliseconds more
 * as the file that CHAOS_CLOCK names says, read again all the time.
 */
import { readFileSync } from 'node:fs';

const READ_EVERY_MS = 50;
const file = process.env['CHAOS_CLOCK'] ?? '';
const real = Date.now;
let offsetMs = 0;

function read() {
  try {
    offsetMs = Number(readFileSync(file, 'utf8')) || 0;
  } catch {
    offsetMs = 0;
  }
}

read();
setInterval(read, READ_EVERY_MS).unref();
Date.now = () => real() + offsetMs;
