export * from './semantic.ts';
export { resolveSemantic } from './resolve-semantic.ts';
export { canonicalJson, semanticBody } from './semantic-body.ts';
export { SERVICE_LEVEL_FORMULAS, type ServiceLevelFormula } from './formulas.ts';
export { ConfigurationSchema, LIMIT_DEFAULTS, type ConfigurationFile, type LimitName } from './schema.ts';
export { ConfigError, nearest, type ConfigProblem } from './problems.ts';
export { formatClockTime, formatDuration, parseClockTime, parseDuration } from './values.ts';
export * from './configuration.ts';
export { checkConfiguration, type CheckOptions, type CheckResult } from './check.ts';
export { isRatio, type AgentLabel, type Presentation, type TargetSetting } from './presentation.ts';
export {
  ALARM_DEFAULTS,
  defaultWindow,
  type AlarmRule,
  type AlarmSettings,
  type WebhookSetting,
} from './alarms.ts';
export { ACCESS_ROLES, type AccessRole } from './access-schema.ts';
export { isInScope, matchesPattern, rolesWith, type AccessKey, type AccessSettings } from './access.ts';
export { type WallPage, type WallSettings } from './wall.ts';
export { WALL_LANGUAGES, WALL_THEMES } from './wall-schema.ts';
