import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { linesOf } from './lines.ts';

const Step = z.strictObject({ step: z.int() });

describe('lines', () => {
  it('repeat the last one while nothing happens, and end with their source', async () => {
    const { promise: last, resolve } = Promise.withResolvers<void>();
    async function* steps(): AsyncGenerator<{ step: number }> {
      yield { step: 1 };
      await last;
      yield { step: 2 };
    }
    const seen: string[] = [];
    for await (const chunk of linesOf(steps(), Step, 2)) {
      seen.push(String(chunk).trim());
      if (seen.length === 3) resolve();
    }
    expect(seen.slice(0, 3)).toEqual(['{"step":1}', '{"step":1}', '{"step":1}']);
    expect(seen.at(-1)).toBe('{"step":2}');
  });

  it('that are left end although their source waits', async () => {
    async function* silent(): AsyncGenerator<{ step: number }> {
      yield { step: 1 };
      await new Promise(() => {});
    }
    const stream = linesOf(silent(), Step, 2);
    await once(stream, 'data');
    stream.destroy();
    await once(stream, 'close');
  });

  it('pass a failure of their source on', async () => {
    async function* failing(): AsyncGenerator<{ step: number }> {
      yield { step: 1 };
      throw new Error('gone');
    }
    await expect(linesOf(failing(), Step).toArray()).rejects.toThrow('gone');
  });
});
