import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writePostsFile } from './posts-file.ts';
import { importFile, openWholeLocker } from './whole-locker.ts';

/** A locker's data folder, filled with made-up posts by an import through the whole program. */
export interface LargeLocker extends AsyncDisposable {
  readonly data: string;
}

/**
 * Makes a locker of so many posts. With `BENCH_FOLDER` it is kept there, and found again by the next run; else it goes
 * when it is disposed of.
 */
export async function largeLocker(posts: number): Promise<LargeLocker> {
  const kept = process.env['BENCH_FOLDER'];
  const folder = kept ?? (await mkdtemp(join(tmpdir(), 'locker-bench-')));
  const data = join(folder, `locker-${posts}`);
  const dispose = async (): Promise<void> => {
    if (kept === undefined) await rm(folder, { recursive: true, force: true });
  };
  if (!existsSync(data)) {
    try {
      await mkdir(folder, { recursive: true });
      await fill(folder, data, posts);
    } catch (error) {
      await dispose();
      throw error;
    }
  }
  return { data, [Symbol.asyncDispose]: dispose };
}

/** Under its name only when it is whole. */
async function fill(folder: string, data: string, posts: number): Promise<void> {
  const file = join(folder, 'posts.json');
  const making = `${data}-making`;
  await rm(making, { recursive: true, force: true });
  await writePostsFile(file, posts, Date.now());
  {
    await using whole = await openWholeLocker(making);
    const seconds = await importFile(whole, file);
    console.log(
      `imported ${posts} posts in ${seconds.toFixed(1)} s: ${(posts / seconds).toFixed(0)} posts/s through the whole program`,
    );
  }
  await rm(file);
  await rename(making, data);
}
