import { Readable } from 'node:stream';
import type { z } from 'zod';
import { LockerError } from '../../protocol/errors.ts';

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/**
 * One JSON document a line, each checked by its schema. The stream ends with the items; a client that leaves destroys
 * it, which ends the iteration at its source too.
 */
export function linesOf(items: unknown, line: z.ZodType): Readable {
  if (!isAsyncIterable(items)) throw new LockerError('internal', { detail: 'lines' });
  async function* encoded(source: AsyncIterable<unknown>): AsyncGenerator<string> {
    for await (const item of source) yield `${JSON.stringify(line.parse(item))}\n`;
  }
  return Readable.from(encoded(items), { objectMode: false });
}
