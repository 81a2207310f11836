import { Readable } from 'node:stream';
import type { z } from 'zod';
import { LockerError } from '../../protocol/errors.ts';

/** Where nothing happens for this long the last line is said again: a silent connection would be taken for a dead one. */
const SILENCE_MS = 30_000;

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

interface Silence {
  readonly passed: Promise<null>;
  cancel(): void;
}

function silence(milliseconds: number): Silence {
  const { promise, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(() => resolve(null), milliseconds);
  return { passed: promise, cancel: () => clearTimeout(timer) };
}

async function* repeating(items: AsyncIterable<unknown>, everyMs: number): AsyncGenerator<unknown> {
  const source = items[Symbol.asyncIterator]();
  let last: { value: unknown } | null = null;
  let next = source.next();
  try {
    for (;;) {
      const quiet = silence(everyMs);
      const result = await Promise.race([next, quiet.passed]).finally(() => quiet.cancel());
      if (result === null) {
        if (last !== null) yield last.value;
        continue;
      }
      if (result.done === true) return;
      last = { value: result.value };
      yield result.value;
      next = source.next();
    }
  } finally {
    // Not awaited: a source that waits for its next change ends with it. Errors of it were thrown above.
    next.catch(() => undefined);
    source.return?.().catch(() => undefined);
  }
}

/**
 * One JSON document a line, each checked by its schema. The stream ends with the items; a client that leaves destroys
 * it, which ends the iteration at its source too.
 */
export function linesOf(items: unknown, line: z.ZodType, everyMs = SILENCE_MS): Readable {
  if (!isAsyncIterable(items)) throw new LockerError('internal', { detail: 'lines' });
  async function* encoded(source: AsyncIterable<unknown>): AsyncGenerator<string> {
    for await (const item of repeating(source, everyMs)) yield `${JSON.stringify(line.parse(item))}\n`;
  }
  return Readable.from(encoded(items), { objectMode: false });
}
