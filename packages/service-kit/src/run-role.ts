import { loadConfiguration } from './config/load.ts';
import { runService, type RunScope } from './run-service.ts';
import { createServiceContext, type ServiceContext } from './service.ts';

/** What the command line may say of a process with one role. */
export interface RoleFlags {
  readonly config?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: string | number | undefined;
  readonly data?: string | undefined;
}

/**
 * Runs a role as a process of its own: reads the configuration, takes the port, lets `begin` open its adapters and
 * start the service, then answers. Resolves with the exit status when it has stopped.
 */
export function runRole(
  role: { readonly name: string; readonly defaultPort: number; readonly kpis?: readonly string[] },
  flags: RoleFlags,
  begin: (scope: RunScope, context: ServiceContext) => Promise<void>,
): Promise<number> {
  const { name, defaultPort, kpis } = role;
  return runService(name, async (scope) => {
    const loaded = await loadConfiguration({
      file: flags.config,
      env: process.env,
      flags: { host: flags.host, port: flags.port, data: flags.data },
      defaultPort,
      ...(kpis === undefined ? {} : { kpis }),
    });
    const context = await createServiceContext({ name, loaded });
    scope.onStop('http', async () => await context.close());
    await begin(scope, context);
    await context.serve();
  });
}
