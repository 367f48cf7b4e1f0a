import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { problemOf } from './problems.ts';

/** Text of a media type, in pieces. */
export interface Pieces {
  readonly type: string;
  readonly body: Iterable<string> | AsyncIterable<string | Uint8Array>;
}

/**
 * Sends an answer piece by piece, never to be kept by anybody on the way. One that is refused (the error has the status,
 * parameter and time to ask again) is a problem document.
 */
export async function sendPieces(reply: FastifyReply, answer: Promise<Pieces>): Promise<FastifyReply> {
  try {
    const { type, body } = await answer;
    reply.header('cache-control', 'no-store').type(type);
    return await reply.send(Readable.from(body, { objectMode: false }));
  } catch (error) {
    throw isRefusal(error) ? problemOf(error) : error;
  }
}

function isRefusal(error: unknown): error is Parameters<typeof problemOf>[0] {
  return error instanceof Error && 'status' in error && typeof error.status === 'number';
}
