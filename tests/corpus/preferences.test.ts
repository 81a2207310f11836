import { describe, expect, test } from 'vitest';
import * as myComparisons from '../../algorithms/my-comparisons/index.ts';
import { createRandom } from '../../build/sample/random.ts';
import { shareOf } from '../../build/insults/measure.ts';
import type { Batch, Ctx } from '../../protocol/batch.ts';
import { CORPUS } from './corpus.ts';
import { answers, questionsOf, type Known, type Question } from './preferences.ts';

const ctx: Ctx = { now: 0, seed: 7, owner: {}, apiVersion: 1 };
const HOURS_OF_A_WEEK = 168;
/** Of a person's answers, the earlier ones are learnt from and the later ones are told. */
const LEARNT = 0.7;
/** The last that the algorithm keeps. */
const KEPT = 2000;
const DRAWS = 2000;
const SIDE = 'more frequent side';

/**
 * Videos as posts, better and worse in turn: what others preferred as likes, what they compared as replies, and each
 * video an author of its own, of whom the person asked has seen and liked so much before.
 */
function batchOf(questions: readonly Question[]): Batch {
  const videos = questions.flatMap(({ better, worse }) => [better, worse]);
  const column = (value: (video: Known) => number): Float64Array => Float64Array.from(videos, value);
  const n = videos.length;
  return {
    n,
    f64: {
      ageHours: column(({ weeks }) => weeks * HOURS_OF_A_WEEK),
      likes: column(({ likes }) => likes),
      replies: column(({ views }) => views),
    },
    u32: { authorIdx: Uint32Array.from(videos.keys()) },
    u8: {},
    author: {
      n,
      f64: { myLikes: column(({ ownLikes }) => ownLikes), mySeen: column(({ ownViews }) => ownViews) },
      u32: {},
      u8: {},
    },
  };
}

/** What came of each question: 1 told right, 0 wrong, 0.5 not told. */
type Told = readonly number[];

function toldBy(questions: readonly Question[], value: (video: Known) => number): Told {
  return questions.map(({ better, worse }) => {
    const more = value(better) - value(worse);
    return Number.isNaN(more) || more === 0 ? 0.5 : Number(more > 0);
  });
}

function learnt(train: readonly Question[], held: readonly Question[]): Told {
  myComparisons.init({ caution: 1, enough: 10 }, ctx);
  const state = myComparisons.fit(batchOf(train.slice(-KEPT)), ctx);
  const { score } = myComparisons.score(batchOf(held), { ...ctx, state });
  return held.map((_, at) => {
    const more = (score[2 * at] ?? NaN) - (score[2 * at + 1] ?? NaN);
    return more === 0 ? 0.5 : Number(more > 0);
  });
}

function sum(told: Told): number {
  return told.reduce((all, one) => all + one, 0);
}

/** The 95 % interval of how much more often one is right, by drawing the questions anew. */
function advantage(one: Told, other: Told): { middle: number; low: number; high: number } {
  const random = createRandom(3);
  const more = one.map((value, at) => value - (other[at] ?? NaN));
  const drawn = Array.from({ length: DRAWS }, () => {
    let all = 0;
    for (let draw = 0; draw < more.length; draw++) all += more[random.below(more.length)] ?? 0;
    return all / more.length;
  }).sort((a, b) => a - b);
  const at = (share: number): number => drawn[Math.floor(share * DRAWS)] ?? NaN;
  return { middle: sum(more) / more.length, low: at(0.025), high: at(0.975) };
}

function percent(told: Told): string {
  const { share, low, high } = shareOf(sum(told), told.length);
  return [share, low, high].map((value) => (100 * value).toFixed(1)).join(' ').replace(' ', ' (').replace(/ (\S+)$/, '–$1)'); // prettier-ignore
}

describe.skipIf(CORPUS === '')('people’s judgements of videos', () => {
  test('“My comparisons” tells later answers from earlier ones better than counts do', { timeout: 300_000 }, () => {
    const all = answers();
    const people = [...new Set(all.map(({ person }) => person))].sort();
    const tables = new Map<string, Told>();
    const lines = people.map((person, number) => {
      const questions = questionsOf(person, all);
      const cut = questions.findIndex(
        ({ answer }) => answer.week > (questions[Math.floor(questions.length * LEARNT)]?.answer.week ?? 0) - 1,
      );
      const [train, held] = [questions.slice(0, cut), questions.slice(cut)];
      // Whole weeks: what is told is later than everything that was learnt from.
      expect(Math.max(...train.map(({ answer }) => answer.week))).toBeLessThan(held[0]?.answer.week ?? 0);
      const side = train.filter(({ answer }) => answer.first).length * 2 > train.length;
      const lot = createRandom(number + 1);
      const told: Record<string, Told> = {
        learner: learnt(train, held),
        'most liked': toldBy(held, ({ likes }) => likes),
        'most compared': toldBy(held, ({ views }) => views),
        'liked before': toldBy(held, ({ ownLikes }) => ownLikes),
        'share liked before': toldBy(held, ({ ownLikes, ownViews }) => (ownLikes + 1) / (ownViews + 2)),
        newest: toldBy(held, ({ weeks }) => (Number.isNaN(weeks) ? 0 : -weeks)),
        [SIDE]: held.map(({ answer }) => Number(answer.first === side)),
        'by lot': held.map(() => Number(lot.chance(0.5))),
      };
      expect(shareOf(sum(told['learner'] ?? []), held.length).low, person).toBeGreaterThan(0.5);
      for (const [name, results] of Object.entries(told)) tables.set(name, [...(tables.get(name) ?? []), ...results]);
      return `| ${String(number + 1)} | ${String(train.length)} | ${String(held.length)} | ${Object.values(told).map(percent).join(' | ')} |`;
    });
    const learner = tables.get('learner') ?? [];
    const whole = `| all | | ${String(learner.length)} | ${[...tables.values()].map(percent).join(' | ')} |`;
    const more = [...tables].slice(1).map(([name, told]) => [name, advantage(learner, told)] as const);
    const against = more.map(
      ([name, { middle, low, high }]) =>
        `${name}: ${[middle, low, high].map((value) => (100 * value).toFixed(1)).join(', ')} points`,
    );
    console.log(
      [`| Person | Learnt from | Told | ${[...tables.keys()].join(' | ')} |`, ...lines, whole, ...against].join('\n'),
    );
    // Which side a question names first is nothing a ranker can go by: it is told, and not to be beaten.
    for (const [name, { low }] of more) if (name !== SIDE) expect(low, name).toBeGreaterThan(0);
  });
});
