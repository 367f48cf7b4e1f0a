import { InvalidArgumentError, Option, type Command } from 'commander';
import { configOption, toOption, withExamples, type Define } from './options.ts';

function withAddress(command: Command): Command {
  return command
    .addOption(configOption())
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .addOption(new Option('--port <number>', 'port to listen on; 0 is any free one').argParser(portOf));
}

function portOf(text: string): string {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return text;
  throw new InvalidArgumentError('A whole number from 0 to 65535 is expected.');
}

export const defineStart: Define = (program, _terminal, setStatus) => {
  const command = withAddress(
    program
      .command('start')
      .summary('the whole service in one process')
      .description(
        'Runs everything in one process, with its own log and store on disk: ingest, figures, API and wallboard. Nothing else is needed.',
      ),
  )
    .option('--data <directory>', 'where log and store live (default: .vigie, with --demo .vigie-demo)')
    .option('--demo', 'add simulated traffic; without it the service waits for real events')
    .action(async (flags: object) => {
      const { runStandalone } = await import('@vigie/standalone');
      setStatus(await runStandalone(flags));
    });
  withExamples(command, 'vigie start --demo', 'vigie start --config vigie.yaml --port 8080');
};

type RunRole = (flags: object) => Promise<number>;

const ROLES: readonly {
  readonly role: string;
  readonly what: string;
  readonly port: number;
  readonly load: () => Promise<RunRole>;
}[] = [
  {
    role: 'ingest',
    what: 'takes events in and writes them to Kafka',
    port: 8081,
    load: async () => (await import('@vigie/ingest')).runIngest,
  },
  {
    role: 'aggregator',
    what: 'computes the figures: Kafka in, Redis out; run several to share the centres',
    port: 8082,
    load: async () => (await import('@vigie/aggregator')).runAggregator,
  },
  {
    role: 'gateway',
    what: 'serves REST, WebSocket, metrics and wallboard from Redis; run as many as viewers need',
    port: 8080,
    load: async () => (await import('@vigie/gateway')).runGateway,
  },
];

/** The same roles as `start` has, as processes of their own on Kafka and Redis. */
export const defineRoles: Define = (program, _terminal, setStatus) => {
  for (const { role, what, port, load } of ROLES) {
    const command = withAddress(
      program
        .command(role)
        .summary(what)
        .description(
          `The ${role} as a process of its own: ${what}. Listens on port ${port} if nothing else is said. Kafka and Redis are named by the configuration, or by VIGIE_KAFKA_BROKERS and VIGIE_REDIS_URL.`,
        ),
    ).action(async (flags: object) => {
      const run = await load();
      setStatus(await run(flags));
    });
    withExamples(command, `vigie ${role} --config vigie.yaml`);
  }
};

export const defineSimulate: Define = (program, _terminal, setStatus) => {
  const command = program
    .command('simulate')
    .summary('simulated traffic for a running service')
    .description(
      'Posts plausible traffic (calls, chats, e-mails, agents) to a running service until it is stopped. It begins with the last three quarters of an hour, so that the wall is full of life at once.',
    )
    .option('--rate <number>', 'contacts a minute, the mean of a day (default: 12)')
    .option('--seed <number>', 'the same seed gives the same traffic (default: 1)')
    .addOption(toOption())
    .action(async (flags: object) => {
      const { simulateCommand } = await import('../commands/simulate.ts');
      setStatus(await simulateCommand(flags as Parameters<typeof simulateCommand>[0]));
    });
  withExamples(command, 'vigie simulate --rate 30 --seed 7 --to http://localhost:8080');
};
