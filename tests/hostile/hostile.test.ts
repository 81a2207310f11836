import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandboxHost, type SandboxHost } from '../../main/sandbox-host/index.ts';
import type { Call, RunResult } from '../../protocol/sandbox-run.ts';
import { INNOCENT, ROWS, hostilePrograms, request, type Outcome } from './programs.ts';

const DEADLINE_MS = 300;
const ALLOWANCE_MS = 500;

function outcomeOf(result: RunResult<Call>): Outcome | 'found something' | 'unavailable' {
  if (!result.ok) {
    const { reason } = result;
    return reason === 'thrown' || reason === 'invalid' || reason === 'unavailable' ? reason : 'killed';
  }
  const arrays: Float64Array[] = Object.values(result.out);
  const nothing = arrays.every((array) => array.every((value) => value === 0));
  return nothing ? 'harmless' : 'found something';
}

describe.each(['fast', 'hardened'] as const)('hostile programs in the %s tier', (tier) => {
  let host: SandboxHost;
  beforeAll(async () => {
    host = createSandboxHost();
    expect(await host.ready()).toBe(true);
    await host.run(request(tier, 'score', INNOCENT, 5000));
  });
  afterAll(() => host[Symbol.asyncDispose]());

  const programs = hostilePrograms();

  it('are at least forty', () => {
    expect(programs.length).toBeGreaterThanOrEqual(40);
  });

  it.each(programs)('$name', async ({ call, code, must, runs }) => {
    for (let run = 0; run < runs; run += 1) {
      const result = await host.run(request(tier, call, code, DEADLINE_MS));
      expect(must).toContain(outcomeOf(result));
      expect(result.ms).toBeLessThan(DEADLINE_MS + ALLOWANCE_MS);
    }
    const after = await host.run(request(tier, 'score', INNOCENT, 5000));
    expect(after).toMatchObject({ ok: true });
    expect(after.ok && after.out.score).toEqual(Float64Array.from({ length: ROWS }, (_, row) => row * 2));
  });
});
