import { AUTHOR_COLUMNS, POST_COLUMNS, type Column } from '../../protocol/columns.ts';
import type { Kind, Manifest } from '../../protocol/manifest.ts';
import { Vector } from '../../protocol/vector.ts';

export const SAMPLE_POSTS = 5000;
const AUTHORS = 400;
const WORDS = 'rain tram market garden concert bread river library bridge match coffee train film snow dog'.split(' ');

const CALLS = {
  ranker: { call: 'score', expect: { score: [] } },
  blocker: { call: 'decide', expect: { decisions: [] } },
  damper: { call: 'dampen', expect: { factor: [] } },
  reranker: { call: 'arrange', expect: { order: [] } },
} as const satisfies Record<Kind, unknown>;

/** The same numbers each time (a multiplicative congruence with Park and Miller's constants). */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function columnOf({ type, unit }: Column, rows: number, next: () => number): (number | null)[] {
  return Array.from({ length: rows }, (_, row) => {
    if (type === 'u8') return Math.floor(next() * (unit.startsWith('hour') ? 24 : unit.startsWith('day') ? 7 : 2));
    // Most posts answer, repeat or quote nothing here.
    if (unit === 'post row') return row > 0 && next() < 0.2 ? Math.floor(next() * row) : null;
    if (unit === 'index into langs') return 0;
    if (unit === 'author row') return Math.floor(next() * AUTHORS);
    if (type === 'u32') return Math.floor(next() * 1000);
    return next() < 0.1 ? null : Math.floor(1000 * next() ** 4);
  });
}

/** Made-up posts for what an algorithm needs: the same ones for the same needs. */
export function sampleVector(manifest: Manifest): Vector {
  const next = numbersFrom(20_260_101);
  const { post, author, text } = manifest.needs;
  const sentence = (): string => Array.from({ length: 12 }, () => WORDS[Math.floor(next() * WORDS.length)]).join(' ');
  const tokens = (): number[] => Array.from({ length: 12 }, () => Math.floor(next() * 5000));
  return Vector.parse({
    name: `${SAMPLE_POSTS} made-up posts`,
    ...CALLS[manifest.kind],
    n: SAMPLE_POSTS,
    post: Object.fromEntries(post.map((name) => [name, columnOf(POST_COLUMNS[name], SAMPLE_POSTS, next)])),
    author: Object.fromEntries(author.map((name) => [name, columnOf(AUTHOR_COLUMNS[name], AUTHORS, next)])),
    ...(text === 'none'
      ? {}
      : { text: Array.from({ length: SAMPLE_POSTS }, () => [['content', text === 'full' ? sentence() : tokens()]]) }),
    ...(post.includes('langIdx') ? { langs: ['en'] } : {}),
    ...(manifest.needs.labels ? { labels: { post: Array.from({ length: SAMPLE_POSTS }, () => []) } } : {}),
    owner: {
      ...(manifest.needs.owner.includes('words') ? { words: [{ value: 'rain' }, { value: 'snow' }] } : {}),
      ...(manifest.needs.owner.includes('hosts') ? { hosts: ['example.com'] } : {}),
    },
  });
}
