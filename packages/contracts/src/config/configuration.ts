import type { AccessSettings } from './access.ts';
import type { AlarmSettings } from './alarms.ts';
import type { Presentation } from './presentation.ts';
import type { ConfigurationFile, LimitName } from './schema.ts';
import type { SemanticConfig } from './semantic.ts';
import type { WallSettings } from './wall.ts';

/** A window that figures are kept for. `lengthMs` is `undefined` for `today`. */
export interface WindowSetting {
  /** As written in the file and in the API: `30m`, `today`. */
  readonly id: string;
  readonly lengthMs: number | undefined;
}

export interface TlsSettings {
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
}

export interface ServerSettings {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Absent: made of host and the port that was bound. */
  readonly advertisedUrl: string | undefined;
  /** Begins and ends with `/`. */
  readonly basePath: string;
  readonly trustedProxies: readonly string[];
}

export interface KafkaSettings {
  readonly brokers: readonly string[];
  readonly sasl:
    | {
        readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
        readonly username: string;
        /** Name of the environment variable that holds the password. */
        readonly passwordEnv: string;
      }
    | undefined;
  readonly tls: false | TlsSettings;
  /** Of a topic that ingest creates. */
  readonly partitions: number;
  readonly replication: number;
}

export interface RedisSettings {
  /** Absent only with sentinels or a cluster. */
  readonly url: string | undefined;
  readonly tls: false | TlsSettings;
  readonly sentinels:
    { readonly name: string; readonly nodes: readonly string[]; readonly passwordEnv?: string } | undefined;
  readonly cluster: { readonly nodes: readonly string[] } | undefined;
}

interface SourceBase {
  /** Its key in the file. */
  readonly name: string;
  readonly centre: string;
  /** Names the system in the `source` of its events. */
  readonly label: string;
}
/** Overrides of what a source of this type reports. */
export interface SourceReports {
  readonly hold?: boolean;
  readonly acw?: boolean;
  readonly ring?: boolean;
}
export interface AsteriskQueueLogSource extends SourceBase {
  readonly type: 'asterisk-queue-log';
  readonly file: string;
  readonly callbackKeys: readonly string[];
  readonly reports: SourceReports;
}
export interface AsteriskAmiSource extends SourceBase {
  readonly type: 'asterisk-ami';
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly username: string;
  readonly secretEnv: string;
  readonly reports: SourceReports;
}
export interface ChatwootSource extends SourceBase {
  readonly type: 'chatwoot';
  readonly secretEnv: string;
  readonly botUsers: readonly number[];
}
export interface KafkaSource extends SourceBase {
  readonly type: 'kafka';
  readonly topic: string;
  readonly format: 'cloudevents' | 'asterisk-queue-log' | 'asterisk-ami';
}
/** A system that ingest reads itself, told apart by `type`. */
export type SourceSetting = AsteriskQueueLogSource | AsteriskAmiSource | ChatwootSource | KafkaSource;

export interface RetentionSettings {
  readonly logMs: number;
  readonly intervalsMs: number;
  readonly daysMs: number;
  readonly fineMs: number;
}

export interface PrometheusSettings {
  readonly kpis: 'all' | readonly string[];
  /** Window ids, all of them among `windows`. */
  readonly windows: readonly string[];
  readonly maxSeries: number;
}

/** The whole configuration, checked and resolved: nothing in it is left to a later default. */
export interface Configuration {
  /** The centre meant where none is named. */
  readonly centre: string;
  readonly semantic: SemanticConfig;
  readonly presentation: Presentation;
  /** Rolling windows by length, then `today`, which is always there. */
  readonly windows: readonly WindowSetting[];
  readonly server: ServerSettings;
  /** Of the embedded log and store. */
  readonly dataDirectory: string;
  /** `undefined`: the embedded log. */
  readonly kafka: KafkaSettings | undefined;
  /** `undefined`: the embedded store. */
  readonly redis: RedisSettings | undefined;
  readonly alarms: AlarmSettings;
  readonly sources: readonly SourceSetting[];
  readonly retention: RetentionSettings;
  readonly limits: Readonly<Record<LimitName, number>>;
  readonly prometheus: PrometheusSettings;
  /** `undefined`: open to whoever reaches the port. */
  readonly access: AccessSettings | undefined;
  readonly wall: WallSettings;
  /** What was written, as it was written. */
  readonly file: ConfigurationFile;
}
