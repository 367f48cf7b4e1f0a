import { loadavg } from 'node:os';

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);
const seconds = (ms: number): string => (ms / 1000).toFixed(1);

/** The value below which that share of the values lies. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** What a campaign did and found: told at the end, whatever the outcome. */
export class Ledger {
  readonly #injected = new Map<string, number>();
  readonly #compared = new Map<string, number>();
  readonly #recoveriesMs = new Map<string, number[]>();
  readonly #asked = new Map<string, number>();
  readonly #tookMs = new Map<string, number[]>();
  readonly #loads: number[] = [];
  /** One line each: the invariant, what was expected and got, the fault at the time. */
  readonly violations: string[] = [];
  /** Recoveries that took longer than is asked, one line each: whether that is a failure depends on the machine. */
  readonly slow: string[] = [];
  /** Faults that are active now. */
  readonly active = new Set<string>();
  /** What is worth knowing and no violation. */
  readonly remarks: string[] = [];
  readonly #remarked = new Set<string>();
  readonly #beganMs = Date.now();
  /** Processes that died by SIGKILL. */
  kills = 0;

  /** Told once. */
  remark(text: string): void {
    if (this.#remarked.has(text)) return;
    this.#remarked.add(text);
    this.remarks.push(text);
  }

  injected(fault: string): void {
    this.#injected.set(fault, (this.#injected.get(fault) ?? 0) + 1);
    this.#loads.push(loadavg()[0] ?? 0);
  }

  /** Values that were compared, and agreed or are among the violations. */
  compared(what: string, values = 1): void {
    this.#compared.set(what, (this.#compared.get(what) ?? 0) + values);
  }

  recovered(fault: string, tookMs: number, askedMs?: number): void {
    this.#recoveriesMs.set(fault, [...(this.#recoveriesMs.get(fault) ?? []), tookMs]);
    if (askedMs === undefined) return;
    this.#asked.set(fault, askedMs);
    const load = (loadavg()[0] ?? 0).toFixed(1);
    if (tookMs > askedMs)
      this.slow.push(`${fault}: ${seconds(tookMs)} s, at most ${seconds(askedMs)} s asked (load ${load})`);
  }

  /** Times of something that happens often. */
  took(what: string, ms: number): void {
    const times = this.#tookMs.get(what);
    if (times === undefined) this.#tookMs.set(what, [ms]);
    else times.push(ms);
  }

  /** The time of something that a share of them did not exceed, ms; 0 when there are none. */
  tookAtMost(what: string, share: number): number {
    return quantile(this.#tookMs.get(what) ?? [], share);
  }

  /** When it is, and what is active: of a violation that is found out only later. */
  now(): string {
    const at = ((Date.now() - this.#beganMs) / 1000).toFixed(1);
    return `at ${at} s during [${[...this.active].join(', ')}]`;
  }

  violated(invariant: string, text: string, when = this.now()): void {
    this.violations.push(`${invariant} ${when}: ${text}`);
    console.log(`VIOLATED ${this.violations.at(-1)}`);
  }

  get faults(): number {
    return [...this.#injected.values()].reduce((sum, n) => sum + n, 0);
  }

  get kinds(): ReadonlySet<string> {
    return new Set([...this.#injected.keys()].map((name) => name.split(' ')[0] ?? name));
  }

  comparedOf(what: string): number {
    return this.#compared.get(what) ?? 0;
  }

  report(): string {
    const rows = [...this.#injected].sort(byName).map(([fault, times]) => {
      const took = this.#recoveriesMs.get(fault) ?? [];
      const asked = this.#asked.get(fault);
      const limit = asked === undefined ? '' : ` (${seconds(asked)} s asked)`;
      const recovery =
        took.length === 0
          ? ''
          : `recovered in ${seconds(quantile(took, 0.5))} s, at most ${seconds(quantile(took, 1))} s${limit}`;
      return `  ${String(times).padStart(3)} × ${fault.padEnd(60)} ${recovery}`;
    });
    const times = [...this.#tookMs].map(
      ([what, took]) =>
        `${what}: ${took.length} times, half within ${quantile(took, 0.5)} ms, 99 % within ${quantile(took, 0.99)} ms, at most ${quantile(took, 1)} ms`,
    );
    const load = `load of the machine: ${quantile(this.#loads, 0.5).toFixed(1)}, at most ${quantile(this.#loads, 1).toFixed(1)}`;
    return [
      `faults injected: ${this.faults}, of ${this.kinds.size} kinds, in ${seconds(Date.now() - this.#beganMs)} s; kill -9 of processes and servers: ${this.kills}; ${load}`,
      ...rows,
      'compared:',
      ...[...this.#compared].sort(byName).map(([what, n]) => `  ${String(n).padStart(9)} ${what}`),
      ...times,
      ...this.remarks.map((text) => `remark: ${text}`),
      ...this.slow.map((text) => `slower than asked: ${text}`),
      this.violations.length === 0 ? 'no violation' : `violations: ${this.violations.length}`,
      ...this.violations.slice(0, 30).map((text) => `  ${text}`),
    ].join('\n');
  }
}
