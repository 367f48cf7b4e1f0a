export { Attempts } from './attempts.ts';
export {
  LOG_LEVELS,
  VARIABLES,
  type LogLevel,
  type ProcessSettings,
  type Variables,
} from './config/environment.ts';
export {
  loadConfiguration,
  type ConfigurationFlags,
  type LoadOptions,
  type LoadedConfiguration,
} from './config/load.ts';
export { readYamlFile } from './config/yaml-file.ts';
export { isLoopback } from './config/bind-rule.ts';
export { configVersionOf } from './config/version.ts';
export { Access, type AuditEntry, type Denial, type Verdict } from './access/access.ts';
export { problemOfDenial, type RouteAccess } from './access/guard.ts';
export { hashOfKey, makeKey } from './access/key.ts';
export { ACCESS_LIMITS } from './access/limits.ts';
export { EVERYBODY, type Principal } from './access/principal.ts';
export { type TicketStore } from './access/tickets.ts';
export { createLogger, type Logger, type LoggerOptions } from './logging.ts';
export {
  createHealth,
  type CheckReport,
  type Gate,
  type Health,
  type HealthReport,
  type Probe,
} from './health.ts';
export { createMetrics, labelText, type MetricFamily, type MetricSample, type Metrics } from './metrics.ts';
export { bind, type BoundServer } from './http/bind.ts';
export { sendPieces, type Pieces } from './http/pieces.ts';
export { MAX_BODY_BYTES, createHttpServer, type HttpServerParts } from './http/server.ts';
export {
  ProblemError,
  problemDocument,
  problemOf,
  sendProblem,
  type ProblemDocument,
  type ProblemOptions,
} from './http/problems.ts';
export {
  STOP_DEADLINE_MS,
  runService,
  type HostProcess,
  type RunOptions,
  type RunScope,
} from './run-service.ts';
export { runRole, type RoleFlags } from './run-role.ts';
export { refuseStart, StartError } from './start-error.ts';
export {
  createServiceContext,
  type OwnedContext,
  type RunningService,
  type ServiceContext,
  type StartService,
} from './service.ts';
