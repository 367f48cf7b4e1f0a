import type { FastifyInstance } from 'fastify';
import { problemOfDenial } from '@vigie/service-kit';

/** Adds the call by which a browser, which cannot send a key with a WebSocket, gets something it can. */
export function addTicketRoute(http: FastifyInstance): void {
  http.post('/v1/tickets', { config: { access: 'read' } }, async (request, reply) => {
    const issued = await http.access.issueTicket(request.principal);
    if (!issued.ok) throw problemOfDenial(issued);
    const { ticket, expiresInMs } = issued;
    return await reply
      .code(201)
      .header('cache-control', 'no-store')
      .send({ ticket, expiresIn: expiresInMs / 1000 });
  });
}
