import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exampleBundle } from '../../contracts/testing.ts';
import { locker } from '../testing.ts';

let folder: string;
let text: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'locker-verify-'));
  text = `${JSON.stringify((await exampleBundle()).bundle)}\n`;
});
afterAll(() => rm(folder, { recursive: true }));

async function verify(
  content: string | Uint8Array | null,
  ...more: string[]
): Promise<{ code: number | null; says: string }> {
  const file = join(folder, 'bundle.json');
  if (content === null) await rm(file, { force: true });
  else await writeFile(file, content);
  await using command = locker(['verify', file, ...more]);
  const code = await command.ended;
  return { code, says: command.output() + command.errors() };
}

it('says that a bundle is intact, and by whose key', async () => {
  const { code, says } = await verify(text);
  expect(code).toBe(0);
  expect(says).toContain('Intact: 5 receipts and 2 log entries');
  const key = /Signed by: (\S{43}) /.exec(says)?.[1] ?? '';
  expect(await verify(text, '--key', key)).toMatchObject({ code: 0 });
  const other = await verify(text, '--key', 'A'.repeat(43));
  expect(other).toMatchObject({ code: 4 });
  expect(other.says).toContain('The keys');
});

it('names what was altered', async () => {
  const { code, says } = await verify(text.replace('"rows":5', '"rows":6'));
  expect(code).toBe(4);
  expect(says.trim()).toMatch(/^Altered\. Grant A{22}: .+$/);
  expect(await verify(Buffer.concat([Buffer.from(text), Buffer.from([0xff])]))).toEqual({
    code: 4,
    says: 'Altered. The form of the bundle: it is not UTF-8\n',
  });
});

it('tells that there is no such file', async () => {
  const { code, says } = await verify(null);
  expect(code).toBe(1);
  expect(says).toContain('(import_path_missing)');
});
