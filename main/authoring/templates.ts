import type { Kind } from '../../protocol/manifest.ts';

/** What a new algorithm of a kind begins as: something small that works. */
export interface Template {
  /** Parts of the manifest that differ by kind. */
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly code: string;
  readonly vectors: readonly unknown[];
  readonly page: string;
}

const RANKER: Template = {
  manifest: {
    scope: 'item',
    summary: { en: 'Longer posts first.' },
    lifts: { en: 'Posts with much to read.' },
    sinks: { en: 'One-liners.' },
    categories: ['quality'],
    needs: { post: ['chars'] },
    settings: [
      {
        type: 'number',
        key: 'enough',
        label: { en: 'Long enough, in characters' },
        min: 100,
        max: 5000,
        step: 100,
        default: 1000,
      },
    ],
    contributions: [{ name: { en: 'length' }, columns: ['chars'] }],
  },
  code: `import type { Batch, Ctx, JsonObject, RankOut } from './locker.d.ts';

let enough = 1000;

export function init(settings: JsonObject, _ctx: Ctx): void {
  if (typeof settings['enough'] === 'number') enough = settings['enough'];
}

function worth(chars: number): number {
  return Math.min(chars, enough) / enough;
}

export function score(batch: Batch, _ctx: Ctx): RankOut {
  const chars = batch.u32.chars ?? new Uint32Array(batch.n);
  return { score: Float64Array.from(chars, worth) };
}

/** What each post's score loses when its length is the middle one. */
export function explain(batch: Batch, _ctx: Ctx, rows: Uint32Array): Float64Array {
  const chars = batch.u32.chars ?? new Uint32Array(batch.n);
  const sorted = chars.toSorted();
  const middle = worth(sorted[(sorted.length - 1) >> 1] ?? 0);
  return Float64Array.from(rows, (row) => worth(chars[row] ?? 0) - middle);
}
`,
  vectors: [
    { name: 'longer is better, up to what is enough', call: 'score', n: 3, post: { chars: [100, 1000, 4000] } },
    { name: 'no posts', call: 'score', n: 0 },
    { name: 'against the middle length', call: 'explain', n: 3, post: { chars: [100, 500, 4000] }, rows: [0, 2] },
  ],
  page: 'score = min(characters, enough) / enough',
};

const BLOCKER: Template = {
  manifest: {
    scope: 'item',
    summary: { en: 'Warns of posts that shout.' },
    limits: { cpuMsPer1000: 60, memoryMb: 128 },
    categories: ['calm'],
    needs: { post: ['chars'], text: 'full' },
    settings: [
      {
        type: 'number',
        key: 'share',
        label: { en: 'Capital letters that are too many' },
        min: 0.1,
        max: 1,
        step: 0.05,
        default: 0.7,
      },
    ],
    reasons: [
      {
        code: 'shouts',
        params: [{ name: 'share', as: 'percent' }],
        text: { en: '{share} of its letters are capitals' },
      },
    ],
  },
  code: `import type { Batch, BlockOut, Ctx, JsonObject } from './locker.d.ts';

const WARN = 1;
const POST = 0;
let tooMany = 0.7;

export function init(settings: JsonObject, _ctx: Ctx): void {
  if (typeof settings['share'] === 'number') tooMany = settings['share'];
}

/** Share of capitals among the letters; 0 where there are fewer than 12. */
function capitals(text: string): number {
  let upper = 0;
  let letters = 0;
  for (const character of text) {
    const isUpper = character !== character.toLowerCase();
    if (!isUpper && character === character.toUpperCase()) continue;
    letters++;
    if (isUpper) upper++;
  }
  return letters < 12 ? 0 : upper / letters;
}

export function decide(batch: Batch, _ctx: Ctx): BlockOut {
  const text = batch.text;
  const rows: number[] = [];
  const shares: number[] = [];
  for (let row = 0; row < batch.n; row++) {
    let whole = '';
    for (let part = text?.postSeg[row] ?? 0; part < (text?.postSeg[row + 1] ?? 0); part++) {
      // Kind 0 is the post's own words.
      if (text?.kind[part] !== 0 || typeof text.arena !== 'string') continue;
      whole += text.arena.slice(text.off[part], text.off[part + 1]);
    }
    const share = capitals(whole);
    if (share < tooMany) continue;
    rows.push(row);
    shares.push(share);
  }
  return {
    row: Uint32Array.from(rows),
    severity: new Uint8Array(rows.length).fill(WARN),
    target: new Uint8Array(rows.length).fill(POST),
    reason: new Uint16Array(rows.length),
    args: Float64Array.from(shares),
  };
}
`,
  vectors: [
    {
      name: 'one shouts, one speaks, one is short',
      call: 'decide',
      n: 3,
      post: { chars: [20, 20, 3] },
      text: [[['content', 'THIS IS REALLY LOUD']], [['content', 'This is not loud at all']], [['content', 'OK!']]],
    },
    { name: 'no posts', call: 'decide', n: 0 },
  ],
  page: 'A post is warned of when its capital letters are more than the chosen share of at least twelve letters.',
};

const DAMPER: Template = {
  manifest: {
    scope: 'item',
    summary: { en: 'Boosts count half.' },
    categories: ['variety'],
    needs: { post: ['isBoost'] },
    settings: [
      {
        type: 'number',
        key: 'factor',
        label: { en: 'What a boost counts' },
        min: 0,
        max: 1,
        step: 0.05,
        default: 0.5,
      },
    ],
  },
  code: `import type { Batch, Ctx, JsonObject } from './locker.d.ts';

let factor = 0.5;

export function init(settings: JsonObject, _ctx: Ctx): void {
  if (typeof settings['factor'] === 'number') factor = settings['factor'];
}

export function dampen(batch: Batch, _ctx: Ctx): Float64Array {
  const isBoost = batch.u8.isBoost ?? new Uint8Array(batch.n);
  return Float64Array.from(isBoost, (boost) => (boost === 1 ? factor : 1));
}
`,
  vectors: [
    { name: 'a boost and a post', call: 'dampen', n: 2, post: { isBoost: [1, 0] } },
    { name: 'no posts', call: 'dampen', n: 0 },
  ],
  page: 'The blended rank of a boost is multiplied by the chosen factor.',
};

const RERANKER: Template = {
  manifest: {
    scope: 'slate',
    summary: { en: 'Never two posts by the same author in a row, where there is another choice.' },
    categories: ['variety'],
    needs: { post: ['authorIdx'] },
  },
  code: `import type { ArrangeOut, Batch, Ctx } from './locker.d.ts';

/** The rows come in the order the feed has them so far. */
export function arrange(batch: Batch, _ctx: Ctx): ArrangeOut {
  const author = batch.u32.authorIdx ?? new Uint32Array(batch.n);
  const waiting = Array.from({ length: batch.n }, (_, row) => row);
  const order = new Uint32Array(batch.n);
  let last = -1;
  for (let place = 0; place < batch.n; place++) {
    // Looks a few posts ahead, so that nothing moves far.
    let choice = 0;
    while (choice < 10 && choice < waiting.length && author[waiting[choice] ?? 0] === last) choice++;
    if (choice === 10 || choice === waiting.length) choice = 0;
    const [row = 0] = waiting.splice(choice, 1);
    order[place] = row;
    last = author[row] ?? -1;
  }
  return { order };
}
`,
  vectors: [
    { name: 'two by one author, then another', call: 'arrange', n: 3, post: { authorIdx: [0, 0, 1] }, author: {} },
    { name: 'no posts', call: 'arrange', n: 0 },
  ],
  page: 'Takes the next post by somebody else among the next ten, if there is one.',
};

export const TEMPLATES: Readonly<Record<Kind, Template>> = {
  ranker: RANKER,
  blocker: BLOCKER,
  damper: DAMPER,
  reranker: RERANKER,
};
