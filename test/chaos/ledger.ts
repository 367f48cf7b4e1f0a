const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

/** What a campaign did and found: told at the end, whatever the outcome. */
export class Ledger {
  readonly #injected = new Map<string, number>();
  readonly #compared = new Map<string, number>();
  readonly #recoveriesMs = new Map<string, number[]>();
  /** One line each: the invariant, what was expected and got, the fault at the time. */
  readonly violations: string[] = [];
  /** Faults that are active now. */
  readonly active = new Set<string>();
  /** What is worth knowing and no violation. */
  readonly remarks: string[] = [];
  readonly #remarked = new Set<string>();
  readonly #beganMs = Date.now();

  /** Told once. */
  remark(text: string): void {
    if (this.#remarked.has(text)) return;
    this.#remarked.add(text);
    this.remarks.push(text);
  }

  injected(fault: string): void {
    this.#injected.set(fault, (this.#injected.get(fault) ?? 0) + 1);
  }

  /** Values that were compared, and agreed or are among the violations. */
  compared(what: string, values = 1): void {
    this.#compared.set(what, (this.#compared.get(what) ?? 0) + values);
  }

  recovered(fault: string, tookMs: number): void {
    this.#recoveriesMs.set(fault, [...(this.#recoveriesMs.get(fault) ?? []), tookMs]);
  }

  violated(invariant: string, text: string): void {
    const at = ((Date.now() - this.#beganMs) / 1000).toFixed(1);
    this.violations.push(`${invariant} at ${at} s during [${[...this.active].join(', ')}]: ${text}`);
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
    const seconds = (ms: number): string => (ms / 1000).toFixed(1);
    const rows = [...this.#injected].sort(byName).map(([fault, times]) => {
      const took = (this.#recoveriesMs.get(fault) ?? []).sort((a, b) => a - b);
      const middle = took[Math.floor(took.length / 2)];
      const recovery =
        middle === undefined
          ? ''
          : `recovered in ${seconds(middle)} s, at most ${seconds(took.at(-1) ?? 0)} s`;
      return `  ${String(times).padStart(3)} × ${fault.padEnd(44)} ${recovery}`;
    });
    return [
      `faults injected: ${this.faults}`,
      ...rows,
      'compared:',
      ...[...this.#compared].sort(byName).map(([what, n]) => `  ${String(n).padStart(8)} ${what}`),
      ...this.remarks.map((text) => `remark: ${text}`),
      this.violations.length === 0 ? 'no violation' : `violations: ${this.violations.length}`,
      ...this.violations.slice(0, 20).map((text) => `  ${text}`),
    ].join('\n');
  }
}
