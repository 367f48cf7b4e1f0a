export * from './semantic.ts';
export { resolveSemantic } from './resolve-semantic.ts';
export { canonicalJson, semanticBody } from './semantic-body.ts';
export { SERVICE_LEVEL_FORMULAS, type ServiceLevelFormula } from './channel-schema.ts';
export { ConfigurationSchema, LIMIT_DEFAULTS, type ConfigurationFile, type LimitName } from './schema.ts';
export { ConfigError, nearest, type ConfigProblem } from './problems.ts';
export { formatClockTime, formatDuration, parseClockTime, parseDuration } from './values.ts';
