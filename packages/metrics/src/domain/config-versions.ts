import type { SemanticConfig } from '@vigie/contracts';

/** A version of the semantic configuration and the instant from which it judges. */
export interface ConfigVersion {
  readonly version: string;
  readonly fromMs: number;
  readonly config: SemanticConfig;
}

/** The versions a centre has had, in order: every figure is judged with the one in force at its own instant. */
export class ConfigVersions {
  readonly versions: readonly ConfigVersion[];

  /** The earliest version holds since ever; of two with one instant the greater version name wins. */
  constructor(versions: readonly [ConfigVersion, ...ConfigVersion[]]) {
    this.versions = [...versions].sort((a, b) => a.fromMs - b.fromMs || (a.version < b.version ? -1 : 1));
  }

  at(timeMs: number): SemanticConfig {
    return this.versionAt(timeMs).config;
  }

  versionAt(timeMs: number): ConfigVersion {
    let index = this.versions.length - 1;
    while (index > 0 && this.versions[index]!.fromMs > timeMs) index--;
    return this.versions[index]!;
  }
}
