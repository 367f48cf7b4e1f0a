/**
 * A process of `processes/` that is told what to do, call by call: each call names one of its tasks, and is answered
 * by what that resolves to. It ends with this process, or with `stop`.
 *
 * @typedef {(argument: any) => unknown} Task
 * @typedef {{ readonly pid: number, call(task: string, argument?: object): Promise<any>, stop(): Promise<void> }} Worker
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { temporaryDirectory } from '@vigie/testkit';

/** Away from any `vigie.yaml`. @param {string} file @param {readonly string[]} [execArgv] @returns {Promise<Worker>} */
export async function startWorker(file, execArgv = []) {
  const path = fileURLToPath(new URL(`processes/${file}.mjs`, import.meta.url));
  const env = { ...process.env, VIGIE_LOG_LEVEL: 'warn' };
  const child = fork(path, [], { cwd: await temporaryDirectory('bench'), env, execArgv: [...execArgv] });
  const exited = once(child, 'exit');
  let calls = 0;
  return {
    pid: /** @type {number} */ (child.pid),
    async call(task, argument = {}) {
      const call = ++calls;
      child.send({ call, task, argument });
      for (;;) {
        const [answer] = await Promise.race([
          once(child, 'message'),
          exited.then(([code, signal]) => Promise.reject(new Error(`${file} ended with ${code ?? signal}`))),
        ]);
        if (answer.call !== call) continue;
        if (answer.error !== undefined) throw new Error(`${file}, ${task}: ${answer.error}`);
        return answer.result;
      }
    },
    async stop() {
      child.disconnect();
      await exited;
    },
  };
}

/** The other side: answers calls until its starter lets go. @param {Readonly<Record<string, Task>>} tasks */
export function serveTasks(tasks) {
  const answer = async ({ call, task, argument }) => {
    try {
      process.send({ call, result: await tasks[task](argument) });
    } catch (error) {
      process.send({ call, error: error instanceof Error ? error.stack : String(error) });
    }
  };
  process.on('message', (message) => void answer(message));
  process.on('disconnect', () => process.exit(0));
}
