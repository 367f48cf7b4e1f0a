/** Answers why it is not well, or `undefined` when it is. Called at each question: quick, no I/O. */
export type Probe = () => string | undefined;

export interface CheckReport {
  readonly name: string;
  readonly ok: boolean;
  readonly reason?: string;
}
export interface HealthReport {
  readonly status: 'ok' | 'failing';
  readonly checks: readonly CheckReport[];
}

/** A check that is opened and closed by hand. */
export interface Gate {
  open(): void;
  close(reason: string): void;
}

/** Named checks. Alive: the process makes progress (else restart it). Ready: it can serve (else send nobody). */
export interface Health {
  /** Adds a check of liveness; answers its removal. A name that is taken already is replaced. */
  live(name: string, probe: Probe): () => void;
  /** Adds a check of readiness; answers its removal. */
  ready(name: string, probe: Probe): () => void;
  /** A check of readiness that is closed with `reason` until it is opened. */
  gate(name: string, reason: string): Gate;
  /** Readiness includes liveness: what is not alive is not ready. */
  report(kind: 'live' | 'ready'): HealthReport;
}

/** A probe that throws is a failing check with the error's message. */
export function createHealth(): Health {
  const alive = new Map<string, Probe>();
  const able = new Map<string, Probe>();
  const add = (probes: Map<string, Probe>, name: string, probe: Probe) => {
    probes.set(name, probe);
    return () => {
      if (probes.get(name) === probe) probes.delete(name);
    };
  };
  return {
    live: (name, probe) => add(alive, name, probe),
    ready: (name, probe) => add(able, name, probe),
    gate(name, reason) {
      let closed: string | undefined = reason;
      add(able, name, () => closed);
      return {
        open() {
          closed = undefined;
        },
        close(because) {
          closed = because;
        },
      };
    },
    report(kind) {
      const probes = kind === 'live' ? [...alive] : [...alive, ...able];
      const checks = probes.map(([name, probe]) => ask(name, probe));
      return { status: checks.every(({ ok }) => ok) ? 'ok' : 'failing', checks };
    },
  };
}

function ask(name: string, probe: Probe): CheckReport {
  try {
    const reason = probe();
    return reason === undefined ? { name, ok: true } : { name, ok: false, reason };
  } catch (error) {
    return { name, ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}
