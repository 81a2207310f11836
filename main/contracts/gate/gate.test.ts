import { describe, expect, test } from 'vitest';
import type { Clause } from '../../../protocol/contract/clause.ts';
import { follow, note, noteUri, person, START } from '../../records/testing.ts';
import { answered, codeOf, items } from './testing/answers.ts';
import { clause } from './testing/clauses.ts';
import { GRANT, NOW, OTHER_GRANT, openGated, type GatedLocker } from './testing/gated-locker.ts';

const LIST = { clause: 'posts', limit: 50 };

async function withNotes(count: number, parts: Partial<Clause> = {}): Promise<GatedLocker> {
  const gated = await openGated();
  gated.grants.set([clause(parts)]);
  await gated.locker.import(
    'r',
    Array.from({ length: count }, (_, i) => note(i + 1, { language: i % 2 === 0 ? 'en' : 'de' })),
  );
  return gated;
}

describe('reading', () => {
  test('a list: granted fields alone, newest first, page by page, logged', async () => {
    await using gated = await withNotes(5);
    const { gate, caller, grants } = gated;
    const seen: unknown[] = [];
    let cursor: string | undefined;
    do {
      const page = await gate.list(caller, 'social.post', {
        ...LIST,
        limit: 2,
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const { id, fields } of items(page)) {
        expect(id).toMatch(/^[0-9a-f]{32}$/);
        expect(Object.keys(fields)).toEqual(['published', 'author', 'content', 'language'].filter((n) => n in fields));
        seen.push(fields['content']);
      }
      cursor = (answered(page).value as { next: string | null }).next ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual([5, 4, 3, 2, 1].map((n) => `<p>Note ${n}</p>`));
    expect(grants.log).toHaveLength(3);
    expect(grants.log[0]).toMatchObject({
      grant: GRANT,
      at: NOW,
      clause: 'posts',
      action: 'query',
      datatype: 'social.post',
      fields: ['published', 'url', 'author', 'content', 'language'],
      rows: 2,
      outcome: 'answered',
      reason: null,
      revision: 2,
      oldest: START + 4 * 60_000,
    });
    expect(grants.log[0]?.bytes).toBeGreaterThan(100);
    expect(gated.faults).toEqual([]);
  });

  test('one, count, aggregate and words', async () => {
    await using gated = await withNotes(5);
    const { gate, caller } = gated;
    const [first] = items(await gate.list(caller, 'social.post', { ...LIST, q: 'note 3' }));
    expect(first?.fields['content']).toBe('<p>Note 3</p>');
    const one = answered(
      await gate.one(caller, 'social.post', first?.id ?? '', { clause: 'posts', fields: 'content' }),
    );
    expect(one.value).toEqual({ id: first?.id, fields: { content: '<p>Note 3</p>' } });
    const filter = JSON.stringify([{ field: 'language', op: 'eq', value: 'de' }]);
    expect(answered(await gate.count(caller, 'social.post', { clause: 'posts', filter })).value).toEqual({ count: 2 });
    expect(
      answered(await gate.aggregate(caller, 'social.post', { clause: 'posts', by: 'language', limit: 10 })).value,
    ).toMatchObject({
      bucket: 'P1D',
      groups: expect.arrayContaining([{ start: '2024-01-01T00:00:00Z', by: 'en', count: 3 }]),
    });
  });

  test('pseudonymous: identifiers are replaced, join, and filter by their pseudonyms', async () => {
    await using gated = await openGated();
    const fields = ['id', 'author', 'inReplyTo', 'url', 'published', 'mentions'];
    gated.grants.set([clause({ fields, privileges: ['pseudonymous'] })]);
    await gated.locker.import('r', [note(1), note(2, { inReplyTo: noteUri(1), url: noteUri(2) })]);
    const { gate, caller } = gated;
    const [reply, post] = items(await gate.list(caller, 'social.post', LIST));
    expect(JSON.stringify([reply, post])).not.toContain('example');
    expect(reply?.fields['inReplyTo']).toBe(post?.fields['id']);
    expect(reply?.fields['author']).toBe(post?.fields['author']);
    expect(reply?.fields).not.toHaveProperty('url');
    const by = async (field: string, value: unknown) =>
      items(
        await gate.list(caller, 'social.post', { ...LIST, filter: JSON.stringify([{ field, op: 'eq', value }]) }),
      ).map(({ id }) => id);
    expect(await by('author', reply?.fields['author'])).toEqual([reply?.id, post?.id]);
    expect(await by('inReplyTo', post?.fields['id'])).toEqual([reply?.id]);
    expect(await by('id', post?.fields['id'])).toEqual([post?.id]);
    expect(await by('inReplyTo', 'f'.repeat(32))).toEqual([]);
    expect(await by('author', 'https://a.example/users/ann')).toEqual([]);
  });

  test('ids and page markers of another contract are as unknown as none', async () => {
    await using gated = await withNotes(3);
    const { gate, caller, grants } = gated;
    grants.set([clause()], 'active', OTHER_GRANT);
    const other = { ...caller, grantId: OTHER_GRANT };
    const page = await gate.list(other, 'social.post', { ...LIST, limit: 1 });
    const [item] = items(page);
    const cursor = (answered(page).value as { next: string }).next;
    expect(codeOf(await gate.list(caller, 'social.post', { ...LIST, cursor }))).toBe('bad_cursor');
    const foreign = await gate.one(caller, 'social.post', item?.id ?? '', { clause: 'posts' });
    const unknown = await gate.one(caller, 'social.post', '0'.repeat(32), { clause: 'posts' });
    expect(foreign).toEqual(unknown);
    expect(codeOf(foreign)).toBe('record_not_found');
  });

  test('what the clause leaves out is as absent as what is not there', async () => {
    await using gated = await openGated();
    const { gate, caller, grants, locker } = gated;
    grants.set([clause({ filter: [{ field: 'language', op: 'eq', value: 'en' }] })]);
    await locker.import('r', [note(1, { language: 'de' })]);
    grants.set([clause()]);
    const [hidden] = items(await gate.list(caller, 'social.post', LIST));
    grants.set([clause({ filter: [{ field: 'language', op: 'eq', value: 'en' }] })]);
    const left = await gate.one(caller, 'social.post', hidden?.id ?? '', { clause: 'posts' });
    const absent = await gate.one(caller, 'social.post', 'e'.repeat(32), { clause: 'posts' });
    expect(left).toEqual(absent);
  });

  test('service-owned datatypes and others than posts', async () => {
    await using gated = await openGated();
    const { gate, caller, grants, locker } = gated;
    grants.set([clause({ datatypes: ['social.follow', 'social.person'], fields: ['id', 'author', 'object', 'name'] })]);
    await locker.import('r', [
      follow('https://me.example/users/me', 'https://a.example/users/ann', true),
      person('https://a.example/users/ann', { name: 'Ann' }),
    ]);
    expect(items(await gate.list(caller, 'social.follow', LIST))).toMatchObject([
      { fields: { object: 'https://a.example/users/ann' } },
    ]);
    expect(items(await gate.list(caller, 'social.person', LIST))).toMatchObject([{ fields: { name: 'Ann' } }]);
    expect(codeOf(await gate.list(caller, 'nothing at all', LIST))).toBe('datatype_not_granted');
  });
});

describe('standing', () => {
  test('unknown, paused and over', async () => {
    await using gated = await withNotes(1);
    const { gate, caller, grants } = gated;
    const ask = async () => gate.list(caller, 'social.post', LIST);
    grants.set([clause()], 'paused');
    expect(await ask()).toMatchObject({ kind: 'refused', error: { code: 'paused' }, revision: 3 });
    grants.set([clause()], 'expired');
    expect(codeOf(await ask())).toBe('grant_over');
    const unknown = await gate.list({ ...caller, grantId: OTHER_GRANT }, 'social.post', LIST);
    expect(unknown).toMatchObject({ kind: 'refused', error: { code: 'grant_over' }, revision: null });
    expect(grants.log.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['refused', 'paused'],
      ['refused', 'grant_over'],
    ]);
  });

  test('acceptance 9: one expired clause in a live grant refuses only that clause', async () => {
    await using gated = await withNotes(2);
    const { gate, caller, grants } = gated;
    const validity = { until: '2026-06-15T13:00:00Z', renewal: 'none' as const };
    grants.set([clause(), clause({ clause_id: 'short', validity })]);
    const ask = async (id: string) => codeOf(await gate.list(caller, 'social.post', { ...LIST, clause: id }));
    expect([await ask('posts'), await ask('short')]).toEqual(['answered', 'answered']);
    gated.clock += 3_600_000;
    expect([await ask('posts'), await ask('short')]).toEqual(['answered', 'clause_expired']);
    expect(codeOf(await gate.count(caller, 'social.post', { clause: 'short' }))).toBe('clause_expired');
    expect(codeOf(await gate.changes(caller, { clause: 'short', limit: 10 }))).toBe('clause_expired');
    expect(codeOf(await gate.media(caller, '0'.repeat(32), 'short'))).toBe('clause_expired');
    expect(codeOf(await gate.remove(caller, 'social.post', '0'.repeat(32), 'short', null))).toBe('clause_expired');
  });

  test('acceptance 2: limiting a field hides it from reads, subscriptions, counts, order and error text', async () => {
    await using gated = await withNotes(3);
    const { gate, caller, grants } = gated;
    const all = await gate.changes(caller, { clause: 'posts', limit: 10 });
    expect(answered(all).json).toContain('"language":"en"');
    grants.set([clause({ fields: ['published', 'content'] })]);
    const refused = [
      await gate.list(caller, 'social.post', { ...LIST, fields: 'language' }),
      await gate.list(caller, 'social.post', { ...LIST, order: 'language' }),
      await gate.list(caller, 'social.post', { ...LIST, filter: '[{"field":"language","op":"eq","value":"en"}]' }),
      await gate.count(caller, 'social.post', {
        clause: 'posts',
        filter: '[{"field":"language","op":"eq","value":"en"}]',
      }),
      await gate.aggregate(caller, 'social.post', { clause: 'posts', by: 'language', limit: 10 }),
    ];
    const never = await gate.list(caller, 'social.post', { ...LIST, fields: 'nothing' });
    for (const answer of refused) {
      expect(codeOf(answer)).toBe('field_not_granted');
      const text = JSON.stringify({ ...answer, error: { ...(answer as { error: object }).error } });
      const other = JSON.stringify({ ...never, error: { ...(never as { error: object }).error } });
      expect(text.replaceAll('language', 'nothing')).toBe(other);
    }
    expect(answered(await gate.list(caller, 'social.post', LIST)).json).not.toContain('language');
    const { cursor } = answered(all).value as { cursor: string };
    const after = answered(await gate.changes(caller, { clause: 'posts', limit: 10, cursor }));
    expect(after.json).not.toContain('language');
    // The service is told the records anew, as they are released now.
    expect((after.value as { changes: object[] }).changes).toHaveLength(3);
  });

  test('media: none is held', async () => {
    await using gated = await withNotes(1);
    expect(codeOf(await gated.gate.media(gated.caller, '0'.repeat(32), 'posts'))).toBe('record_not_found');
  });

  test('a service reads its contract, also while it is paused, and gives it back', async () => {
    await using gated = await withNotes(1);
    const { gate, caller, grants, locker } = gated;
    grants.set([clause()], 'paused');
    expect(answered(await gate.grant(caller)).value).toMatchObject({ state: 'paused', grant_id: GRANT });
    expect(answered(await gate.receipts(caller)).value).toEqual({ items: [] });
    grants.set([clause()]);
    await gate.list(caller, 'social.post', LIST);
    expect(locker.rows()['grant_key']).toBe(1);
    expect(answered(await gate.giveBack(caller)).status).toBe(204);
    expect(codeOf(await gate.list(caller, 'social.post', LIST))).toBe('grant_over');
    await expect.poll(() => locker.rows()['grant_key']).toBeUndefined();
    expect(grants.log.map(({ action }) => action)).toEqual(['grant', 'receipts', 'query', 'give back', 'query']);
  });

  test('nothing that was compiled before a change leaves after it', async () => {
    await using gated = await withNotes(2);
    const { gate, caller, grants } = gated;
    const { grantNow } = grants;
    let calls = 0;
    Object.assign(grants, {
      async grantNow(id: string) {
        const grant = await grantNow(id);
        if (calls++ === 0) grants.set([clause({ fields: ['content'] })]);
        return grant;
      },
    });
    expect(answered(await gate.list(caller, 'social.post', LIST)).json).not.toContain('published');
  });

  test('an answer waits for its log row, and none leaves without', async () => {
    await using gated = await withNotes(1);
    const { gate, caller, grants } = gated;
    Object.assign(grants, { appendLog: () => Promise.reject(new Error('disk')) });
    expect(codeOf(await gate.list(caller, 'social.post', LIST))).toBe('internal');
  });
});

describe('rates', () => {
  test('requests in an hour, rows and bytes in a day', async () => {
    await using gated = await withNotes(10, { rate: { per_hour: 3 } });
    const { gate, caller, grants } = gated;
    const ask = () => gate.list(caller, 'social.post', { ...LIST, limit: 4 });
    expect((await ask()).rate).toEqual({ limit: 3, remaining: 2, resetSeconds: 3600 });
    gated.clock += 60_000;
    await ask();
    expect((await ask()).rate).toEqual({ limit: 3, remaining: 0, resetSeconds: 3540 });
    expect(await ask()).toMatchObject({
      kind: 'refused',
      error: { code: 'rate_exceeded' },
      retryAfterSeconds: 3540,
      rate: { remaining: 0 },
    });
    gated.clock += 3_540_000;
    expect(codeOf(await ask())).toBe('answered');

    grants.set([clause({ clause_id: 'rows', rate: { rows_per_day: 6 } })]);
    const rows = async () => gate.list(caller, 'social.post', { clause: 'rows', limit: 4 });
    expect([items(await rows()).length, items(await rows()).length, codeOf(await rows())]).toEqual([
      4,
      2,
      'rate_exceeded',
    ]);
    gated.clock = NOW + 86_400_000;
    expect(items(await rows())).toHaveLength(4);

    grants.set([clause({ clause_id: 'bytes', rate: { bytes_per_day: 1500 } })]);
    const bytes = async () => codeOf(await gate.list(caller, 'social.post', { clause: 'bytes', limit: 5 }));
    expect(await bytes()).toBe('answered');
    expect(await bytes()).toBe('rate_exceeded');
  });
});

describe('aggregates', () => {
  test('the rows of a bucket stay the same for the day, whatever comes', async () => {
    const parts = { privileges: ['aggregate'] as ['aggregate'], granularity: { bucket: 'P1D' as const, min_group: 2 } };
    await using gated = await withNotes(3, parts);
    const { gate, caller, locker } = gated;
    const count = async (query: object = {}) =>
      answered(await gate.aggregate(caller, 'social.post', { clause: 'posts', limit: 10, ...query })).json;
    const first = await count();
    expect(first).toBe('{"bucket":"P1D","groups":[{"start":"2024-01-01T00:00:00Z","count":3}]}');
    await locker.import('r', [note(4, { language: 'en' }), note(5, { language: 'en' })]);
    await locker.records.edit(await locker.idOf(noteUri(1)), { summary: 'not covered' });
    expect(await count()).toBe(first);
    expect(await count({ by: 'language' })).toContain('"by":"en","count":2');
    await gated.restart();
    expect(await count()).toBe(first);
    gated.clock += 86_400_000;
    expect(await count()).toContain('"count":5');
  });

  test('an edit, a new time, a deletion and what the owner brings back change the counts of the next day', async () => {
    const parts = { privileges: ['aggregate'] as ['aggregate'], granularity: { bucket: 'P1D' as const } };
    await using gated = await withNotes(6, parts);
    const { gate, caller, locker } = gated;
    const filter = JSON.stringify([{ field: 'language', op: 'eq', value: 'de' }]);
    const counts = async () =>
      Promise.all(
        [{}, { by: 'language' }, { by: 'author' }, { filter }, { bucket: 'P7D' as const }].map(
          async (query) =>
            answered(await gate.aggregate(caller, 'social.post', { clause: 'posts', limit: 10, ...query })).json,
        ),
      );
    const first = await counts();
    await locker.records.edit(await locker.idOf(noteUri(1)), { language: 'it', attributedTo: 'https://b.example/b' });
    expect(await counts()).toEqual(first);
    await locker.import('r', [note(2, { language: 'fr' }, { published: START + 3 * 86_400_000 })]);
    expect(await counts()).toEqual(first);
    const { undo } = await locker.records.delete([await locker.idOf(noteUri(3)), await locker.idOf(noteUri(1))]);
    expect(await counts()).toEqual(first);
    await locker.records.undoDelete(undo);
    await locker.records.delete([await locker.idOf(noteUri(5))]);
    await gated.restart();
    expect(await counts()).toEqual(first);
    gated.clock += 86_400_000;
    const next = await counts();
    expect(next.map((json, i) => json === first[i])).toEqual([false, false, false, false, false]);
    expect(next[1]).toContain('"by":"fr","count":1');
  });

  test('a bucket is told when it was over as the day began', async () => {
    const parts = {
      privileges: ['aggregate'] as ['aggregate'],
      granularity: { bucket: 'PT1H' as const, min_group: 1 },
    };
    await using gated = await withNotes(0, parts);
    const { gate, caller, locker } = gated;
    const starts = async (bucket: 'PT1H' | 'P1D' | 'P7D') => {
      const answer = answered(await gate.aggregate(caller, 'social.post', { clause: 'posts', limit: 10, bucket }));
      return (answer.value as { groups: { start: string }[] }).groups.map(({ start }) => start);
    };
    // A Monday at noon.
    const hour = 3_600_000;
    const ago = [-1, 1, 11, 13, 24].map((hours, i) => note(i, {}, { published: NOW - hours * hour }));
    await locker.import('r', ago);
    expect(await starts('PT1H')).toEqual(['2026-06-14T23:00:00Z', '2026-06-14T12:00:00Z']);
    expect(await starts('P1D')).toEqual(['2026-06-14T00:00:00Z']);
    expect(await starts('P7D')).toEqual(['2026-06-08T00:00:00Z']);
    gated.clock += 11 * hour;
    expect(await starts('PT1H')).toHaveLength(2);
    gated.clock += hour;
    expect(await starts('P1D')).toEqual(['2026-06-15T00:00:00Z', '2026-06-14T00:00:00Z']);
    expect(await starts('P7D')).toEqual(['2026-06-08T00:00:00Z']);
  });
});
