import { request } from 'node:http';
import { z } from 'zod';
import { LockerError, isErrorCode } from '../../protocol/errors.ts';
import { Problem } from '../../protocol/owner/routes.ts';
import { SOCKET_TOKEN_HEADER } from '../../protocol/shell.ts';
import type { Instance } from './instance.ts';

/** Where a running locker says how to reach its screens; answered on its instance socket only. */
export const LINK_ROUTE = '/instance/link';

export const Link = z.strictObject({
  /** `http://127.0.0.1:4870`; null on the desktop, where the screens are in its window. */
  origin: z.string().nullable(),
  /** Path with a new launch token. */
  path: z.string(),
});
export type Link = z.infer<typeof Link>;

const LARGEST_ANSWER = 64 * 1024 * 1024;
const SILENCE_MS = 15_000;

export interface Ask {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly session?: string;
  /** Called with each line of a streamed answer. */
  readonly onLine?: (line: string) => void;
}

/** Nobody answers on the instance's socket: its locker is gone. */
export class InstanceGone extends Error {}

function problemOf(text: string): LockerError {
  let document: unknown = null;
  try {
    document = JSON.parse(text);
  } catch {
    // not ours: reported as internal below
  }
  const problem = Problem.safeParse(document);
  if (!problem.success || !isErrorCode(problem.data.code)) return new LockerError('internal');
  const { code, detail } = problem.data;
  return new LockerError(code, detail === undefined ? {} : { detail });
}

/**
 * Asks a running locker over its instance socket.
 *
 * @returns the answer's JSON, or null for a streamed one
 * @throws InstanceGone where nobody answers; LockerError as the locker answered
 */
export function askInstance(instance: Instance, ask: Ask): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const headers: Record<string, string> = { host: 'app', [SOCKET_TOKEN_HEADER]: instance.token };
    const body = ask.body === undefined ? null : JSON.stringify(ask.body);
    if (body !== null) headers['content-type'] = 'application/json';
    if (body !== null) headers['content-length'] = String(Buffer.byteLength(body));
    if (ask.session !== undefined) headers['authorization'] = `Bearer ${ask.session}`;
    const outgoing = request(
      { socketPath: instance.socket, method: ask.method, path: ask.path, headers, agent: false },
      (answer) => {
        let text = '';
        const ok = answer.statusCode === 200;
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          text += chunk;
          if (ok && ask.onLine !== undefined) {
            const lines = text.split('\n');
            text = lines.pop() ?? '';
            for (const line of lines) ask.onLine(line);
          }
          if (text.length > LARGEST_ANSWER) outgoing.destroy(new LockerError('too_large'));
        });
        answer.on('error', () => reject(new InstanceGone()));
        answer.on('end', () => {
          if (!ok) reject(problemOf(text));
          else if (ask.onLine !== undefined) resolve(null);
          else resolve(JSON.parse(text));
        });
      },
    );
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      if (error instanceof LockerError) reject(error);
      else reject(new InstanceGone(error.code));
    });
    if (ask.onLine === undefined) {
      outgoing.setTimeout(SILENCE_MS, () => outgoing.destroy(new LockerError('store_busy', { detail: 'no answer' })));
    }
    outgoing.end(body ?? undefined);
  });
}
