import { z } from 'zod';
import { expect, test } from 'vitest';
import { codeOf } from './failures.ts';
import { executeRead, executeWrite } from './execute.ts';
import { requireIntegrity } from './backup.ts';
import { openTestFile } from './testing.ts';

const Pages = z.int();

async function codeOfWrite(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'stored',
    (error: unknown) => codeOf(error),
  );
}

test('a full disk refuses the write, tears nothing, and the next one works when there is room again', async () => {
  await using open = await openTestFile();
  await open.migrateTo('001-init');
  const { connection } = open;
  const pages = Pages.parse(connection.sqlite.pragma('page_count', { simple: true }));
  await executeWrite(connection, 'settings.set', { key: 'before', value: 1 });
  connection.sqlite.pragma(`max_page_count=${String(pages + 5)}`);
  const large = { key: 'large', value: 'x'.repeat(100_000) };
  expect(await codeOfWrite(executeWrite(connection, 'settings.set', large))).toBe('disk_full');
  expect(connection.sqlite.inTransaction).toBe(false);
  expect(await executeRead(connection, 'settings.get', { key: 'before' })).toBe(1);
  expect(await executeRead(connection, 'settings.get', { key: 'large' })).toBeNull();
  requireIntegrity(connection);
  connection.sqlite.pragma('max_page_count=1000000');
  expect(await codeOfWrite(executeWrite(connection, 'settings.set', large))).toBe('stored');
});

test('what an operation wrote before it failed is undone', async () => {
  await using open = await openTestFile();
  await open.migrateTo('001-init');
  const { connection } = open;
  connection.sqlite.exec(
    `create trigger refuse after insert on setting when new.key = 'no' begin select raise(abort, 'refused'); end`,
  );
  expect(await codeOfWrite(executeWrite(connection, 'settings.set', { key: 'no', value: 1 }))).toBe('internal');
  expect(await executeRead(connection, 'settings.get', { key: 'no' })).toBeNull();
  expect(connection.sqlite.inTransaction).toBe(false);
});

test('unknown operations and inputs of the wrong form are refused', async () => {
  await using open = await openTestFile();
  await open.migrateTo('001-init');
  const { connection } = open;
  for (const name of ['', 'settings.set', 'toString', '__proto__', 'constructor'])
    await expect(executeRead(connection, name, {})).rejects.toMatchObject({ code: 'internal' });
  await expect(executeWrite(connection, 'settings.set', { key: '', value: 1 })).rejects.toThrow();
  await expect(executeWrite(connection, 'settings.set', { key: 'k', value: 1, more: 1 })).rejects.toThrow();
  expect(connection.sqlite.inTransaction).toBe(false);
});
