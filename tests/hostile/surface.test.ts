import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandboxHost, type SandboxHost } from '../../main/sandbox-host/index.ts';
import { request } from './programs.ts';

const LIST = join(import.meta.dirname, '..', '..', 'sandbox', 'surface.txt');
const ROOM = 200_000;

/** What a cell offers, told by a program that runs inside one. */
async function surface(host: SandboxHost, tier: 'fast' | 'hardened'): Promise<string[]> {
  const code = readFileSync(join(import.meta.dirname, 'surface-walker.js'), 'utf8');
  const base = request(tier, 'score', code, 10_000);
  const batch = { ...base.batch, n: ROOM, f64: {}, u8: { mine: new Uint8Array(ROOM) } };
  const result = await host.run({ ...base, batch, batchDigest: 'room', shape: { ...base.shape, n: ROOM } });
  if (!result.ok) throw new Error(`the walker ended with ${result.reason}`);
  const { score } = result.out;
  return String.fromCharCode(...score.slice(1, 1 + (score[0] ?? 0))).split('\n');
}

describe.each(['fast', 'hardened'] as const)('the surface of a cell in the %s tier', (tier) => {
  let host: SandboxHost;
  let lines: string[];
  beforeAll(async () => {
    host = createSandboxHost();
    lines = await surface(host, tier);
    if (process.env.UPDATE_SURFACE === '1') writeFileSync(LIST, `${lines.join('\n')}\n`);
  });
  afterAll(() => host[Symbol.asyncDispose]());

  it('is the committed list, no more and no less', () => {
    const committed = readFileSync(LIST, 'utf8').trimEnd().split('\n');
    expect(lines.filter((line) => !committed.includes(line))).toEqual([]);
    expect(committed.filter((line) => !lines.includes(line))).toEqual([]);
  });

  it('has nothing that could be changed but the numbers of the columns', () => {
    const changeable = lines.filter((line) => / (open|writable|configurable)\b/.test(line));
    expect(changeable).toEqual(['batch.u8.mine object open']);
  });
});
