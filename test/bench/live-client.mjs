/** A viewer: subscribes over WebSocket, and tries again until the service is there. */
import { WebSocket } from 'ws';

const AGAIN_MS = 20;

/**
 * Calls `onRows` with every snapshot and delta.
 * @param {string} url of the service @param {object} subscription @param {(message: { rows: readonly any[] }) => void} onRows
 */
export function follow(url, subscription, onRows) {
  let closed = false;
  let socket;
  const connect = () => {
    socket = new WebSocket(`${url.replace('http', 'ws')}/v1/live`);
    socket.on('open', () => socket.send(JSON.stringify({ op: 'subscribe', id: 'bench', ...subscription })));
    socket.on('message', (/** @type {Buffer} */ data) => {
      const message = JSON.parse(data.toString());
      if (message.op === 'snapshot' || message.op === 'delta') onRows(message);
      // the centre is not known yet, or not allowed: the latter would show in the benchmark's time-out
      else if (message.op === 'error') socket.close();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (!closed) setTimeout(connect, AGAIN_MS);
    });
  };
  connect();
  return {
    close() {
      closed = true;
      socket.terminate();
    },
  };
}
