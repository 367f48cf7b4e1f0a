import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { startChild } from './child.ts';
import { temporaryDirectory } from './guardian.ts';
import { freePort } from './ports.ts';
import { requireTool } from './tools.ts';
import { waitFor } from './wait.ts';

export interface PrometheusOptions {
  /** Jobs with their targets, `host:port`, and the path of their metrics (default `/metrics`). */
  readonly scrape: readonly {
    readonly job: string;
    readonly targets: readonly string[];
    readonly path?: string;
  }[];
  /** Rule files, absolute paths. */
  readonly rules?: readonly string[];
  /** Default 1 s. */
  readonly scrapeIntervalMs?: number;
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface PrometheusServer {
  readonly url: string;
  log(): string;
  /** An instant query that gives a vector; `[]` when nothing matches. */
  query(expression: string): Promise<readonly Sample[]>;
  /** Names of the alerts that fire now. */
  firing(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** A Prometheus on a free port of 127.0.0.1 that scrapes the given targets, ready for queries. */
export async function startPrometheus(options: PrometheusOptions): Promise<PrometheusServer> {
  const command = requireTool('prometheus');
  const directory = await temporaryDirectory('prometheus');
  const port = await freePort();
  const file = join(directory, 'prometheus.yml');
  // JSON is YAML
  await writeFile(file, JSON.stringify(configuration(options)));
  const listen = `127.0.0.1:${port}`;
  const args = [`--config.file=${file}`, `--storage.tsdb.path=${join(directory, 'data')}`];
  const child = await startChild({
    name: 'Prometheus',
    command,
    args: [...args, `--web.listen-address=${listen}`],
  });
  const url = `http://${listen}`;
  try {
    await child.listening(port, 30_000);
    await waitFor(async () => (await fetch(`${url}/-/ready`)).ok, {
      what: 'Prometheus to be ready',
      timeoutMs: 30_000,
    });
  } catch (error) {
    await child.kill();
    throw error;
  }

  const query = async (expression: string): Promise<readonly Sample[]> => {
    const answer = await fetch(
      `${url}/api/v1/query?${new URLSearchParams({ query: expression }).toString()}`,
    );
    const body = (await answer.json()) as QueryAnswer;
    if (body.status !== 'success') throw new Error(`Prometheus refused ${expression}: ${body.error}`);
    if (body.data.resultType !== 'vector')
      throw new Error(`${expression} gives a ${body.data.resultType}, not a vector`);
    return body.data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
  };
  return {
    url,
    log: child.log,
    query,
    async firing() {
      const samples = await query('ALERTS{alertstate="firing"}');
      return samples.map(({ labels }) => labels['alertname'] ?? '').sort();
    },
    async stop() {
      await child.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

type QueryAnswer =
  | { readonly status: 'error'; readonly error: string }
  | {
      readonly status: 'success';
      readonly data: {
        readonly resultType: string;
        readonly result: readonly {
          readonly metric: Record<string, string>;
          readonly value: readonly [number, string];
        }[];
      };
    };

function configuration({ scrape, rules = [], scrapeIntervalMs = 1_000 }: PrometheusOptions): object {
  const interval = `${scrapeIntervalMs}ms`;
  return {
    global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
    rule_files: rules,
    scrape_configs: scrape.map(({ job, targets, path = '/metrics' }) => ({
      job_name: job,
      metrics_path: path,
      static_configs: [{ targets }],
    })),
  };
}
