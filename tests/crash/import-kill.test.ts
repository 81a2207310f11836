import { randomInt } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { STORE_FILE } from '../../main/store/index.ts';
import { checkSearchIndex, integrityOf } from '../../main/store/testing.ts';
import { openVault } from '../../main/vault/index.ts';
import type { ImportReport, ImportRun } from '../../protocol/owner/sources.ts';
import { ROUTES } from '../../protocol/owner/routes.ts';
import { noteJson, PASSPHRASE, startLocker, type DrivenLocker } from '../api/driven-locker.ts';

const ROUNDS = process.env['SOAK'] === '1' ? 100 : 2;
const POSTS = 8000;
let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'locker-import-kill-'));
  file = join(folder, STORE_FILE);
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** The posts of a round as one file: some answer each other. */
function postsOf(round: number): string {
  const uri = (n: number): string => `https://town.example/notes/${round}-${n}`;
  const notes = Array.from({ length: POSTS }, (_, n) =>
    noteJson(uri(n), `post ${n} of ${round} `.repeat(1 + (n % 20)), {
      attributedTo: `https://town.example/users/u${n % 50}`,
      published: new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString(),
      ...(n % 4 === 0 && n > 0 ? { inReplyTo: uri(n - randomInt(1, n + 1)) } : {}),
    }),
  );
  return JSON.stringify(notes);
}

function storedBy({ added, changed, unchanged }: ImportReport): number {
  return added + changed + unchanged;
}

/** Imports until a random moment and kills the locker; what its last line of progress said, if there was one. */
async function importAndKill(running: DrivenLocker, posts: string): Promise<ImportRun | null> {
  const upload = await running.upload('posts.json', posts);
  const { id } = await running.call(ROUTES.startImport, { params: { id: upload }, body: { name: 'posts.json' } });
  let last: ImportRun | null = null;
  const afterLines = randomInt(1, 5);
  let lines = 0;
  let killed = false;
  const kill = (): void => {
    killed = true;
    running.command.child.kill('SIGKILL');
  };
  // Half of the kills come between two lines.
  const killSoon = (): unknown => (randomInt(2) === 0 ? kill() : setTimeout(kill, randomInt(250)));
  await running
    .progress(id, (run) => {
      last = run;
      if (++lines === afterLines) killSoon();
    })
    .catch((error: unknown) => {
      // A broken connection is what the kill brings.
      if (!killed) throw new Error(`the locker ended by itself: ${running.command.errors()}`, { cause: error });
    });
  // Where the import was faster than the kill.
  kill();
  await running.command.ended;
  return last;
}

/** Processes that the locker has started, as far as the system tells. */
function childrenOf(pid: number): number[] {
  const list = `/proc/${pid}/task/${pid}/children`;
  return existsSync(list) ? readFileSync(list, 'utf8').trim().split(' ').filter(Boolean).map(Number) : [];
}

async function untilGone(pids: readonly number[]): Promise<void> {
  const isThere = (pid: number): boolean => {
    // A process nobody has waited for yet is a zombie: gone all the same.
    const status = existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : '';
    return /^State:\s+[^ZX]/m.test(status);
  };
  while (pids.some(isThere)) await delay(20);
}

async function storeKey(): Promise<Uint8Array> {
  await using vault = openVault({ dataFolder: folder });
  await vault.unlock({ passphrase: PASSPHRASE });
  return vault.key('store');
}

async function totalOf(running: DrivenLocker): Promise<number> {
  return (await running.call(ROUTES.dataSummary)).total;
}

test(
  `after ${ROUNDS} kills of the whole locker during an import, what was reported as stored is there`,
  { timeout: ROUNDS * 60_000 },
  async () => {
    let kept = 0;
    let reported = 0;
    let partial = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const posts = postsOf(round);
      await using killed = await startLocker(folder);
      if (round > 0) await killed.unlock();
      const children = childrenOf(killed.command.child.pid ?? 0);
      const last = await importAndKill(killed, posts);
      await untilGone(children);

      await using next = await startLocker(folder);
      expect(await next.status()).toMatchObject({ state: 'vault-locked', problem: null });
      await next.unlock();
      const stored = (await totalOf(next)) - kept;
      if (last !== null) {
        reported += storedBy(last.report);
        expect(stored, `round ${round}`).toBeGreaterThanOrEqual(storedBy(last.report));
        const told = await next.call(ROUTES.importRun, { params: { id: last.id } });
        expect(told.state).toBe(last.state === 'done' ? 'done' : 'failed');
      }
      if (stored > 0 && stored < POSTS) partial++;
      await expect.poll(() => existsSync(join(folder, 'uploads'))).toBe(false);

      // Again: adds only the rest, and nothing that was there has changed.
      const again = await next.importFile('posts.json', posts);
      expect(again, `round ${round}`).toMatchObject({
        state: 'done',
        report: { added: POSTS - stored, changed: 0, unchanged: stored },
      });
      expect(await totalOf(next)).toBe(kept + POSTS);
      if (round % 2 === 1 || ROUNDS > 20) {
        // Undoing both leaves the locker as it was before the round.
        for (const { id, state } of (await next.call(ROUTES.imports)).items) {
          if (state !== 'undone') await next.call(ROUTES.undoImport, { params: { id } });
        }
        kept = 0;
        expect(await totalOf(next)).toBe(0);
      } else {
        kept += POSTS;
      }
      expect(await next.stop()).toBe(0);
      const key = await storeKey();
      expect(integrityOf(file, key)).toBe('ok');
      checkSearchIndex(file, key);
    }
    console.log(
      `${ROUNDS} kills: ${reported} records reported as stored, all there; ${partial} imports cut in the middle`,
    );
    expect(reported).toBeGreaterThan(0);
  },
);
