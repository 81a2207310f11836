import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What is still read of a body after its answer, to be thrown away: afterwards the connection ends. */
export const LEFT_BYTES = 8 * 1024 * 1024;
export const LEFT_MS = 2000;

/**
 * Sees to it that who is answered before all of its body was read gets that answer. Node closes at once: what was sent
 * and is not read yet then resets the connection, and a reset takes the answer with it. So the writing half ends first,
 * and some more is read. Where the connection is to be kept, the rest of the body has the same bounds.
 */
export function lingerAfterAnswer(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request;
  const close = socket.destroySoon.bind(socket);
  socket.destroySoon = () => {
    socket.destroySoon = close;
    if (request.complete || socket.destroyed) return close();
    socket.end();
    readTheRest(socket, request, close);
  };
  response.once('finish', () => {
    if (!request.complete && !socket.writableEnded) readTheRest(socket, request, () => undefined);
  });
}

/** Node itself reads on and throws away; this is only the measure of it. */
function readTheRest(socket: Socket, request: IncomingMessage, over: () => void): void {
  let left = LEFT_BYTES;
  const count = (bytes: Buffer): void => {
    left -= bytes.length;
    if (left < 0) socket.destroy();
  };
  const late = setTimeout(() => socket.destroy(), LEFT_MS);
  socket.on('data', count).once('close', () => clearTimeout(late));
  request.once('end', () => {
    clearTimeout(late);
    socket.off('data', count);
    over();
  });
}
