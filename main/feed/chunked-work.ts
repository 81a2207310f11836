import type { PostSet } from './post-set.ts';
import { textChunks, type ReadTexts, type TextChunk } from './texts.ts';

/** Pieces of text that one algorithm judges at a time: the sandbox has about as many processes. */
const AT_ONCE = 2;

/**
 * Hands the texts of `rows` to `judge`, piece by piece, some at a time; stops at the first failure.
 *
 * @returns what `judge` gave for the piece that failed; null: all went well
 */
export async function judgeByChunks<Failure>(
  read: ReadTexts,
  posts: PostSet,
  rows: Uint32Array,
  judge: (chunk: TextChunk) => Promise<Failure | null>,
): Promise<Failure | null> {
  const failures: Failure[] = [];
  const running: Promise<void>[] = [];
  for await (const chunk of textChunks(read, posts, rows)) {
    if (running.length >= AT_ONCE) await running.shift();
    if (failures.length > 0) break;
    running.push(
      judge(chunk).then((failure) => {
        if (failure !== null) failures.push(failure);
      }),
    );
  }
  await Promise.all(running);
  return failures[0] ?? null;
}
