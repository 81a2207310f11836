import { spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { integrityOf, openStoreHere } from '../../main/store/testing.ts';
import { beginRun, numberedBatch, numberedValue } from './numbered.ts';

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

/** Lets the child write until a random moment, kills it, and returns what it reported as stored. */
async function writeAndKill(first: number, afterReports: number): Promise<string[]> {
  const child = spawn(process.execPath, [CHILD, file, String(first)], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.on('error', () => {}); // killed before it read the key
  child.stdin.end(key);
  // One in five is killed while it still starts, migrates or recovers.
  if (randomInt(5) === 0) setTimeout(() => child.kill('SIGKILL'), randomInt(400));
  const reported: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (line !== 'open') reported.push(line);
    // What was already on its way out is still read: it was reported.
    if (reported.length >= afterReports) child.kill('SIGKILL');
  }
  return reported;
}

function numberOf(report: string): number {
  return Number(report.split(' ')[1]);
}

/** Looks for everything reported; a batch that is all there is unchanged when it is imported again. */
async function requireStored(reported: ReadonlySet<string>, round: number): Promise<void> {
  await using store = await openStoreHere({ file, key, create: reported.size === 0 });
  const run = `check ${round}`;
  await beginRun(store, run);
  for (const report of reported) {
    const number = numberOf(report);
    if (report.startsWith('setting')) {
      expect(await store.read('settings.get', { key: `n${number}` }), report).toBe(numberedValue(number));
    } else {
      const records = numberedBatch(number);
      const counts = await store.write('records.upsertBatch', { run, records });
      expect(counts, report).toMatchObject({ added: 0, changed: 0, unchanged: records.length });
    }
  }
}

test(`after ${ROUNDS} kills, all that was reported as stored is there`, { timeout: ROUNDS * 30_000 }, async () => {
  const everything = new Set<string>();
  const sinceCheck = new Set<string>();
  let first = 0;
  for (let round = 0; round < ROUNDS; round++) {
    for (const report of await writeAndKill(first, randomInt(0, 250))) {
      everything.add(report);
      sinceCheck.add(report);
      first = Math.max(first, numberOf(report));
    }
    // Beyond what may have been stored and not reported any more.
    first += 20;
    // Every other round the next child finds the log as the kill left it.
    if (!existsSync(file) || (round % 2 === 1 && round !== ROUNDS - 1)) continue;
    await requireStored(round === ROUNDS - 1 ? everything : sinceCheck, round);
    sinceCheck.clear();
    expect(integrityOf(file, key)).toBe('ok');
  }
  expect(everything.size).toBeGreaterThan(0);
});
