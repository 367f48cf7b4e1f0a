import { resolveSemantic, type SemanticConfig } from '@vigie/contracts';
import { ConfigVersions, type ConfigVersion } from '@vigie/metrics';

/** A version of the semantic configuration as a checkpoint keeps it. */
export interface StoredVersion {
  readonly version: string;
  readonly fromMs: number;
  readonly toldAtMs: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The versions of a centre's semantic configuration that it was told, and the one that holds before the first. */
export class ConfigHistory {
  readonly #base: SemanticConfig;
  #told: readonly (ConfigVersion & StoredVersion)[] = [];
  #versions: ConfigVersions;

  constructor(base: SemanticConfig) {
    this.#base = base;
    this.#versions = this.#withBase();
  }

  get versions(): ConfigVersions {
    return this.#versions;
  }

  add(version: ConfigVersion & StoredVersion): void {
    this.#set([...this.#told, version]);
  }

  /** Puts back what {@link stored} gave. */
  restore(stored: readonly StoredVersion[]): void {
    this.#set(stored.map((version) => ({ ...version, config: resolveSemantic(version.body) })));
  }

  stored(): readonly StoredVersion[] {
    return this.#told.map(({ version, fromMs, toldAtMs, body }) => ({ version, fromMs, toldAtMs, body }));
  }

  #set(told: readonly (ConfigVersion & StoredVersion)[]): void {
    this.#told = told;
    this.#versions = this.#withBase();
  }

  #withBase(): ConfigVersions {
    const base = { version: 'default', fromMs: Number.NEGATIVE_INFINITY, toldAtMs: 0, config: this.#base };
    return new ConfigVersions([base, ...this.#told]);
  }
}
