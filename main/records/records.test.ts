import { expect, test } from 'vitest';
import type { JsonObject } from '../../protocol/json.ts';
import type { IntakeRecord } from '../../protocol/record.ts';
import { branded, type RecordId } from '../../protocol/brand.ts';
import { openTestStore } from '../store/testing.ts';
import { createRecords, prepareRecord } from './index.ts';
import { ME, note, openRecords, person, recordOf, follow } from './testing.ts';

test('the same records twice add nothing', async () => {
  await using locker = await openRecords();
  const posts = [note(1, { content: 'one' }), note(2, { content: 'two' })];
  expect(await locker.import('a', posts)).toMatchObject({ added: 2, unchanged: 0 });
  expect(await locker.import('b', posts)).toMatchObject({ added: 0, changed: 0, unchanged: 2 });
  expect((await locker.records.summary()).total).toBe(2);
});
