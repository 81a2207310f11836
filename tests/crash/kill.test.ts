import { spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore } from '../../main/store/index.ts';
import { integrityOf } from '../../main/store/testing.ts';

const ROUNDS = process.env['SOAK'] === '1' ? 100 : 3;
const CHILD = fileURLToPath(new URL('./writing-child.ts', import.meta.url));
const key = randomBytes(32);
let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'locker-kill-'));
  file = join(folder, 'locker.db');
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Lets the child write until a random moment, kills it, and returns the numbers it reported as stored. */
async function writeAndKill(first: number, afterReports: number): Promise<number[]> {
  const child = spawn(process.execPath, [CHILD, file, String(first)], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.on('error', () => {}); // killed before it read the key
  child.stdin.end(key);
  // One in five is killed while it still starts, migrates or recovers.
  if (randomInt(5) === 0) setTimeout(() => child.kill('SIGKILL'), randomInt(400));
  const reported: number[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (line !== 'open') reported.push(Number(line));
    // What was already on its way out is still read: it was reported.
    if (reported.length >= afterReports) child.kill('SIGKILL');
  }
  return reported;
}

test(
  `after ${String(ROUNDS)} kills, everything reported as stored is there and the file is whole`,
  { timeout: ROUNDS * 20_000 },
  async () => {
    const reported = new Set<number>();
    let first = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const now = await writeAndKill(first, randomInt(0, 400));
      for (const number of now) reported.add(number);
      first = Math.max(first, ...now) + 10;
      if (!existsSync(file)) continue;
      {
        // Every other round the next child finds the log as the kill left it.
        if (round % 2 === 1 && round !== ROUNDS - 1) continue;
        await using store = await openStore({ file, key, create: reported.size === 0 });
        for (const number of reported) {
          const value = await store.read('settings.get', { key: `n${String(number)}` });
          expect(value, `number ${String(number)}`).toBe(`${String(number)} `.repeat((number * 37) % 2000));
        }
      }
      expect(integrityOf(file, key)).toBe('ok');
    }
    expect(reported.size).toBeGreaterThan(0);
  },
);
