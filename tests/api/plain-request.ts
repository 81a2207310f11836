import { Agent, request, type IncomingHttpHeaders } from 'node:http';

export interface PlainRequest {
  readonly method: string;
  /** Sent as it is, whatever is in it. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface PlainAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly milliseconds: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** A stream has no end to wait for. */
const STREAM = 'text/event-stream';

/** One request without a library's opinions; a stream is left after its first bytes. Rejects where no answer comes in time. */
export function plainRequest(origin: string, sent: PlainRequest, withinMs: number): Promise<PlainAnswer> {
  let began = performance.now();
  return new Promise((resolve, reject) => {
    const outgoing = request(origin, { agent, method: sent.method, path: sent.path, headers: sent.headers });
    let late: NodeJS.Timeout | undefined;
    // What waits here for a connection is not under way yet.
    outgoing.on('socket', () => {
      began = performance.now();
      late = setTimeout(() => outgoing.destroy(new Error(`no answer after ${withinMs} ms`)), withinMs);
    });
    let answered = false;
    const fail = (error: unknown): void => {
      clearTimeout(late);
      // What comes after the answer has begun is its own affair.
      if (!answered) reject(error instanceof Error ? error : new Error(String(error)));
    };
    outgoing.on('error', fail);
    outgoing.on('response', (incoming) => {
      answered = true;
      let text = '';
      const done = (): void => {
        clearTimeout(late);
        const { statusCode: status = 0, headers } = incoming;
        resolve({ status, headers, text, milliseconds: performance.now() - began });
      };
      const isStream = incoming.headers['content-type'] === STREAM;
      incoming.setEncoding('utf8');
      incoming.on('data', (chunk: string) => {
        text += chunk;
        if (!isStream) return;
        done();
        outgoing.destroy();
      });
      incoming.on('end', done);
      incoming.on('error', (error) => {
        answered = isStream;
        fail(error);
      });
    });
    outgoing.end(sent.body);
  });
}
