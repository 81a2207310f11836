import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createRandom } from '../build/sample/random.ts';

/** Made-up words with a long tail, so that some are in every tenth post and some in a handful. */
const WORDS = Array.from(
  { length: 20_000 },
  (_, index) => `${'bcdfghklmnprstvz'[index % 16]}${'aeiou'[index % 5]}${index.toString(36)}`,
);
const RARE = ['図書館で本を読みました', '湖に霧が出ました', 'ห้องสมุดเปิดวันอาทิตย์', 'Übung macht den Meister'];

/** Writes an ActivityStreams collection of made-up posts by `authors` people, one every 30 seconds up to `end`. */
export async function writePostsFile(path: string, count: number, end: number, authors = 2000): Promise<void> {
  const random = createRandom(7);
  const out = createWriteStream(path);
  out.write('{"type":"OrderedCollection","orderedItems":[');
  for (let index = 0; index < count; index++) {
    const words = Array.from({ length: 12 }, () => WORDS[Math.floor(WORDS.length * random.next() ** 3)]).join(' ');
    const text = index % 5000 === 0 ? `${words} ${RARE[(index / 5000) % RARE.length]}` : words;
    const author = `https://town.example/users/u${Math.floor(authors * random.next() ** 2)}`;
    const post = {
      id: `${author}/posts/${index}`,
      type: 'Note',
      attributedTo: author,
      published: new Date(end - (count - index) * 30_000).toISOString(),
      to: ['https://www.w3.org/ns/activitystreams#Public'],
      content: `<p>${text}</p>`,
      likes: { type: 'Collection', totalItems: random.below(40) },
      shares: { type: 'Collection', totalItems: random.below(9) },
      replies: { type: 'Collection', totalItems: random.below(6) },
    };
    if (!out.write(`${index === 0 ? '' : ','}\n${JSON.stringify(post)}`)) await once(out, 'drain');
  }
  out.end(']}');
  await once(out, 'finish');
}

/** A word that is in about `rank`-th most posts. */
export function wordOfRank(rank: number): string {
  return WORDS[rank] ?? '';
}
