import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import type { TestService } from '../../main/service-api/testing.ts';

/** An open stream of changes, on a connection of its own. */
export interface ChangeStream {
  readonly status: number;
  /** Events `changes` so far. */
  readonly changes: () => number;
  /** Resolves once no more can come, with the moment of the last byte and of the end (`performance.now()`). */
  readonly over: Promise<{ readonly lastByte: number; readonly end: number }>;
  leave(): void;
}

/** Opens a stream of changes and reads whatever comes. */
export async function openStream(
  issuer: string,
  service: TestService,
  token: string,
  clause: string,
): Promise<ChangeStream> {
  const path = `/v1/changes?clause=${clause}`;
  const headers = {
    authorization: `DPoP ${token}`,
    dpop: await service.proof('GET', path, token),
    accept: 'text/event-stream',
  };
  const outgoing = request(issuer + path, { headers, agent: false }).end();
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  let changes = 0;
  let lastByte = performance.now();
  incoming.setEncoding('latin1').on('data', (chunk: string) => {
    // The name of an event is not split in practice: it is written with its page.
    changes += chunk.split('event: changes\n').length - 1;
    lastByte = performance.now();
  });
  incoming.on('error', () => undefined);
  const over = new Promise<{ lastByte: number; end: number }>((resolve) =>
    incoming.on('close', () => resolve({ lastByte, end: performance.now() })),
  );
  return { status: incoming.statusCode ?? 0, changes: () => changes, over, leave: () => outgoing.destroy() };
}
