import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { z } from 'zod';

const ROOT = new URL('../', import.meta.url);
const Names = z.record(z.string(), z.string()).default({});
const Package = z.object({ dependencies: Names, devDependencies: Names, optionalDependencies: Names });

interface Line {
  readonly licence: string;
  readonly why: string;
}

/** The page's rows by package. */
async function lines(): Promise<Map<string, Line>> {
  const page = await readFile(new URL('docs/dependencies.md', ROOT), 'utf8');
  const rows = page.matchAll(/^\| `([^`]+)` *\| ([^|]+)\| ([^|]+)\|$/gm);
  return new Map(
    Array.from(rows, ([, name = '', licence = '', why = '']) => [name, { licence: licence.trim(), why: why.trim() }]),
  );
}

/** The licence a package states; null where it is not installed on this system. */
async function stated(name: string): Promise<string | null> {
  const file = await readFile(new URL(`node_modules/${name}/package.json`, ROOT), 'utf8').catch(() => null);
  return file === null ? null : z.object({ license: z.string() }).parse(JSON.parse(file)).license;
}

it('docs/dependencies.md has a reason and the licence of every dependency, and of nothing else', async () => {
  const named = Package.parse(JSON.parse(await readFile(new URL('package.json', ROOT), 'utf8')));
  const all = Object.values(named).flatMap((group) => Object.keys(group));
  const page = await lines();
  expect([...page.keys()].sort()).toEqual(all.sort());
  for (const [name, { licence, why }] of page) {
    expect(why.length, name).toBeGreaterThan(4);
    const actual = await stated(name);
    if (actual !== null) expect(licence, name).toBe(actual.replaceAll(/[()]/g, '').replace(' OR ', ' or '));
  }
});
