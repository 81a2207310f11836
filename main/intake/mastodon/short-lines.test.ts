import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shortLines } from './short-lines.ts';

const MOST = 10;

async function pass(text: string, size: number): Promise<{ text: string; dropped: number[] }> {
  const bytes = Buffer.from(text);
  const dropped: number[] = [];
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const passed: Uint8Array[] = [];
  for await (const piece of shortLines(pieces(), MOST, (line) => dropped.push(line))) passed.push(piece);
  return { text: Buffer.concat(passed).toString(), dropped };
}

test('whatever the pieces, short lines pass as they are and long ones are named', async () => {
  const line = fc.oneof(
    fc.string({ unit: fc.constantFrom('a', ',', '"'), maxLength: 30 }),
    fc.constant('x'.repeat(MOST)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.integer({ min: 1, max: 40 }), fc.boolean(), async (lines, size, ended) => {
      const whole = lines.map((one, at) => (ended || at < lines.length - 1 ? `${one}\n` : one));
      const long = whole.map((one) => one.length > MOST);
      expect(await pass(whole.join(''), size)).toEqual({
        text: whole.filter((_, at) => !(long[at] ?? false)).join(''),
        dropped: long.flatMap((is, at) => (is ? [at + 1] : [])),
      });
    }),
  );
});
