import { expect, test } from 'vitest';
import type { BlockTarget } from '../../protocol/batch.ts';
import { columnsAt } from './column-values.ts';
import { EffectsMemory, type Judgement } from './effects-memory.ts';
import { nothingSpared } from './spared.ts';
import { FAKE_NOW, fakePosts } from './testing/fake-posts.ts';

const posts = fakePosts([{}, {}, {}]);

function judgement(row: number, args: number[], target: BlockTarget = 0, host: string | null = null): Judgement {
  const decisions = [{ row, target, severity: 3, reason: 0, args } as const];
  return { entry: 0, decisions, spared: nothingSpared, exceptions: '', hostOf: () => host };
}

test('who decides the same a minute later gives the same effects', () => {
  const memory = new EffectsMemory();
  const before = memory.unite(columnsAt(posts, FAKE_NOW), [judgement(1, [NaN, 2])]);
  expect(memory.unite(columnsAt(posts, FAKE_NOW + 60_000), [judgement(1, [NaN, 2])])).toBe(before);
});

test('another row, argument, exception, host or set of posts gives others', () => {
  for (const other of [
    judgement(2, [1]),
    judgement(1, [2]),
    judgement(1, []),
    { ...judgement(1, [1]), exceptions: 'x' },
  ]) {
    const memory = new EffectsMemory();
    const before = memory.unite(columnsAt(posts, FAKE_NOW), [judgement(1, [1])]);
    expect(memory.unite(columnsAt(posts, FAKE_NOW), [other])).not.toBe(before);
  }
  const memory = new EffectsMemory();
  const before = memory.unite(columnsAt(posts, FAKE_NOW), [judgement(1, [0], 4, 'a.example')]);
  expect(memory.unite(columnsAt(posts, FAKE_NOW), [judgement(1, [0], 4, 'b.example')])).not.toBe(before);
  const others = fakePosts([{}, {}, {}]);
  const known = memory.unite(columnsAt(posts, FAKE_NOW), [judgement(1, [0])]);
  expect(memory.unite(columnsAt(others, FAKE_NOW), [judgement(1, [0])])).not.toBe(known);
});
