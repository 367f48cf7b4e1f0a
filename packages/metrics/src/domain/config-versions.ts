import type { SemanticConfig } from '@vigie/contracts';
import { zoneOf, type Zone } from '../windowing/zone.ts';

/** A version of the semantic configuration and the instant from which it judges. */
export interface ConfigVersion {
  readonly version: string;
  readonly fromMs: number;
  readonly config: SemanticConfig;
  /** When it was told, ms: of two versions from one instant the one told later holds. */
  readonly toldAtMs: number;
}

/** The versions a centre has had, in order: every figure is judged with the one in force at its own instant. */
export class ConfigVersions {
  readonly versions: readonly ConfigVersion[];

  /** Of two versions from one instant the one told later holds, then the greater name. */
  constructor(versions: readonly [ConfigVersion, ...ConfigVersion[]]) {
    this.versions = [...versions].sort(
      (a, b) => a.fromMs - b.fromMs || a.toldAtMs - b.toldAtMs || (a.version < b.version ? -1 : 1),
    );
  }

  at(timeMs: number): SemanticConfig {
    return this.versionAt(timeMs).config;
  }

  /** The zone of the centre at an instant, with the start of its day. */
  zoneAt(timeMs: number): Zone {
    return zoneIn(this.at(timeMs));
  }

  versionAt(timeMs: number): ConfigVersion {
    let index = this.versions.length - 1;
    while (index > 0 && this.versions[index]!.fromMs > timeMs) index--;
    return this.versions[index]!;
  }
}

const zones = new WeakMap<SemanticConfig, Zone>();

/** The zone of a configuration, with the start of its day; made once, since that is dear. */
export function zoneIn(config: SemanticConfig): Zone {
  let zone = zones.get(config);
  if (zone === undefined) zones.set(config, (zone = zoneOf(config.timeZone, config.dayStartMs)));
  return zone;
}
