import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Clause } from '../../../protocol/contract/clause.ts';
import { follow, note } from '../../records/testing.ts';
import { openServiceReaderHere } from '../../store/testing.ts';
import { items } from '../gate/testing/answers.ts';
import { clause } from '../gate/testing/clauses.ts';
import { NOW, openGated, type GatedLocker } from '../gate/testing/gated-locker.ts';
import { createPreview } from './preview.ts';
import type { PreviewClause } from '../owner.ts';

async function withPosts(): Promise<GatedLocker & { preview: PreviewClause }> {
  const gated = await openGated();
  const posts = Array.from({ length: 9 }, (_, i) => note(i + 1, { language: i % 2 === 0 ? 'en' : 'de' }));
  await gated.locker.import('r', [
    ...posts,
    follow('https://me.example/users/me', 'https://a.example/users/ann', true),
  ]);
  const reader = openServiceReaderHere(gated.locker.store.file, gated.locker.store.key);
  const close = gated[Symbol.asyncDispose].bind(gated);
  return Object.assign(gated, {
    preview: createPreview({ reader, randomBytes, now: () => NOW }),
    async [Symbol.asyncDispose]() {
      await reader[Symbol.asyncDispose]();
      await close();
    },
  });
}

test('shows exactly what the gate would release: as many, and the newest five', async () => {
  await using gated = await withPosts();
  for (const parts of [
    {},
    { fields: ['content', 'published'] },
    { filter: [{ field: 'language', op: 'eq', value: 'de' }] },
    { granularity: { max_items: 2 } },
    { window: { since: '2030-01-01T00:00:00Z' } },
  ] as Partial<Clause>[]) {
    const asked = clause({ datatypes: ['social.post'], ...parts });
    gated.grants.set([asked]);
    const [shown] = await gated.preview(asked, []);
    const released = items(
      await gated.gate.list(gated.caller, 'social.post', { clause: asked.clause_id, limit: 50 }),
    ).map(({ fields }) => fields);
    expect(shown?.examples).toEqual(released.slice(0, 5));
    if (parts.granularity === undefined) expect(shown?.count).toBe(released.length);
  }
});

test('names are replaced, counts have no examples, and what only adds releases nothing', async () => {
  await using gated = await withPosts();
  const of = async (parts: Partial<Clause>): Promise<Awaited<ReturnType<PreviewClause>>[number] | undefined> =>
    (await gated.preview(clause({ datatypes: ['social.post'], ...parts }), []))[0];
  const pseudonymous = await of({ privileges: ['pseudonymous'], fields: ['author', 'content', 'url'] });
  expect(pseudonymous?.examples[0]?.['author']).toMatch(/^[0-9a-f]{32}$/);
  expect(Object.keys(pseudonymous?.examples[0] ?? {})).toEqual(['author', 'content']);
  expect(await of({ privileges: ['aggregate'], actions: ['query'] })).toMatchObject({ count: 9, examples: [] });
  expect(await of({ actions: ['append'] })).toMatchObject({ count: 0, examples: [] });
  const both = await gated.preview(clause({ datatypes: ['social.post', 'social.follow'], fields: ['published'] }), []);
  expect(both.map(({ datatype, count }) => [datatype, count])).toEqual([
    ['social.post', 9],
    ['social.follow', 1],
  ]);
});
