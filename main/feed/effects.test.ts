import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BlockTarget, Severity } from '../../protocol/batch.ts';
import { columnsAt } from './column-values.ts';
import type { RowDecision } from './decision.ts';
import { uniteVerdicts, type Effects, type Verdict } from './effects.ts';
import { nothingSpared, sparedRows } from './spared.ts';
import { FAKE_NOW, fakeAuthor, fakePosts, type FakePost } from './testing/fake-posts.ts';

const runs = process.env.SOAK === '1' ? 5_000 : 150;

function decide(row: number, target: BlockTarget, severity: Severity = 3, reason = 0): RowDecision {
  return { row, target, severity, reason, args: [] };
}

function verdict(decisions: RowDecision[], more: Partial<Verdict> = {}): Verdict {
  return { entry: 0, decisions, spared: nothingSpared, hostOf: () => null, ...more };
}

function effects(posts: FakePost[], verdicts: Verdict[]): Effects {
  return uniteVerdicts(columnsAt(fakePosts(posts), FAKE_NOW), verdicts);
}

describe('causes', () => {
  test('the highest severity holds and all causes are kept', () => {
    const { severity, causes } = effects(
      [{}, {}],
      [verdict([decide(0, 0, 1)]), verdict([decide(0, 0, 3, 1), decide(0, 0, 2, 2)], { entry: 1 })],
    );
    expect([...severity]).toEqual([3, -1]);
    expect(causes.get(0)?.map((cause) => [cause.entry, cause.severity, cause.reason])).toEqual([
      [0, 1, 0],
      [1, 3, 1],
      [1, 2, 2],
    ]);
    expect(causes.has(1)).toBe(false);
  });

  test('a decision about an author reaches all accounts of the person, once', () => {
    const authors = new Map([1, 2, 3].map((key) => [key, fakeAuthor(key, { person: key === 3 ? 3 : 1 })]));
    const posts = fakePosts([{ author: 1 }, { author: 2 }, { author: 3 }, { author: 1 }], { authors });
    const united = uniteVerdicts(columnsAt(posts, FAKE_NOW), [verdict([decide(0, 1), decide(3, 1)])]);
    expect([...united.severity]).toEqual([3, 3, -1, 3]);
    expect(united.causes.get(1)).toHaveLength(1);
  });

  test('a decision about a host reaches its accounts and those of hosts below it', () => {
    const authors = new Map([
      [1, fakeAuthor(1, { host: 'bad.example' })],
      [2, fakeAuthor(2, { host: 'eu.bad.example' })],
      [3, fakeAuthor(3, { host: 'notbad.example' })],
    ]);
    const posts = fakePosts([{ author: 1 }, { author: 2 }, { author: 3 }], { authors });
    const united = uniteVerdicts(columnsAt(posts, FAKE_NOW), [
      verdict([decide(0, 4)], { hostOf: () => 'bad.example' }),
    ]);
    expect([...united.severity]).toEqual([3, 3, -1]);
  });

  test('exceptions keep one algorithm away, not the others', () => {
    const posts = fakePosts([{ author: 1 }, { author: 2 }]);
    const spared = sparedRows(posts, {
      authorUris: new Set(['https://town.example/@1']),
      threads: new Set(),
      posts: new Set(),
    });
    const columns = columnsAt(posts, FAKE_NOW);
    const both = [decide(0, 0), decide(1, 0)];
    expect([...uniteVerdicts(columns, [verdict(both, { spared })]).severity]).toEqual([-1, 3]);
    expect([...uniteVerdicts(columns, [verdict(both, { spared }), verdict(both, { entry: 1 })]).severity]).toEqual([
      3, 3,
    ]);
  });

  test('a boost or quote of a hidden post is warned about, with the causes, and hides nothing further', () => {
    const posts = [{ id: 3, quoteOf: 2 }, { id: 2, boostOf: 1 }, { id: 1 }];
    const { severity, causes } = effects(posts, [verdict([decide(2, 0, 3, 7)])]);
    expect([...severity]).toEqual([-1, 1, 3]);
    expect(causes.get(1)).toEqual([{ entry: 0, severity: 1, target: 0, reason: 7, args: [], repeats: 'boost' }]);
  });
});

describe('threads', () => {
  // Newest first: 5 answers 4 answers 2 answers 1; 3 answers 1.
  const thread: FakePost[] = [
    { id: 5, thread: 1, author: 50, replyTo: 4 },
    { id: 4, thread: 1, author: 40, replyTo: 2 },
    { id: 3, thread: 1, author: 30, replyTo: 1 },
    { id: 2, thread: 1, author: 40, replyTo: 1 },
    { id: 1, thread: 1, author: 10 },
    { id: 0, thread: 2, author: 10 },
  ];

  test('a decision reaches answers and siblings, never what it answers by somebody else', () => {
    const { severity } = effects(thread, [verdict([decide(1, 2)])]);
    expect([...severity]).toEqual([3, 3, 3, 3, -1, -1]);
  });

  test('where the chain has a gap, older posts by others are left alone', () => {
    const gap = thread.map((post) => (post.id === 4 ? { ...post, replyTo: 99 } : post));
    const { severity } = effects(gap, [verdict([decide(1, 2)])]);
    expect([...severity]).toEqual([3, 3, -1, 3, -1, -1]);
  });

  test('never an ancestor by somebody else of every decided post, whatever the shape', () => {
    const shape = fc.array(
      fc.record({ parent: fc.nat(), author: fc.integer({ min: 1, max: 4 }), known: fc.boolean() }),
      {
        minLength: 1,
        maxLength: 20,
      },
    );
    fc.assert(
      fc.property(shape, fc.nat(), (nodes, pick) => {
        const n = nodes.length;
        // Row r is older than row r - 1; its parent is an older row.
        const posts = nodes.map(({ parent, author, known }, row): FakePost => {
          const older = n - 1 - row;
          const to = older === 0 ? undefined : row + 1 + (parent % older);
          return {
            id: n - row,
            thread: 1,
            author,
            ...(to === undefined ? {} : { replyTo: known ? n - to : 1000 + to }),
          };
        });
        const row = pick % n;
        const { severity } = effects(posts, [verdict([decide(row, 2)])]);
        expect(severity[row]).toBe(3);
        let at = row;
        for (;;) {
          const older = n - 1 - at;
          if (older === 0) break;
          at = at + 1 + ((nodes[at]?.parent ?? 0) % older);
          if (nodes[at]?.author !== nodes[row]?.author) expect(severity[at]).toBe(-1);
        }
      }),
      { numRuns: runs },
    );
  });
});
