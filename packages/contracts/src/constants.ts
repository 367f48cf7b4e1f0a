/**
 * The words of the contract without its schemas: `@vigie/contracts/constants` is for browsers, which would load the
 * schemas and their library with the package's main entry. Nothing in here imports a schema; a test follows the imports.
 */
export { SERVICE_LEVEL_FORMULAS, type ServiceLevelFormula } from './config/formulas.ts';
export { ALARM_STATES } from './live/alarms.ts';
export { TOPIC_KEYS, TOPIC_NAMES } from './live/topics.ts';
export { ALL } from './live/rows.ts';
