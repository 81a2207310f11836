import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOMS } from './boundaries.ts';
import { boundaryViolations } from './check-boundaries.ts';

/** A small tree with one file per rule that breaks it, and one good file per room. */
let folder = '';

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'locker-boundaries-'));
  await symlink(fileURLToPath(new URL('../node_modules', import.meta.url)), join(folder, 'node_modules'), 'dir');
  await write('protocol/index.ts', 'export const shape = 1;\n');
  for (const { folder: room } of ROOMS) {
    await write(`${room}/index.ts`, 'export const face = 1;\n');
    await write(`${room}/inside.ts`, 'export const inside = 1;\n');
    // a package that no room may use
    await write(`${room}/bad-package.ts`, "import 'prettier';\n");
    // another room's inside, past its face
    const other = room === 'main/feed' ? 'main/records' : 'main/feed';
    await write(
      `${room}/bad-room.ts`,
      `import { inside } from '${'../'.repeat(room.split('/').length)}${other}/inside.ts';\nvoid inside;\n`,
    );
    await write(`${room}/bad-node.ts`, "import 'node:cluster';\n");
  }
  await write('protocol/a.ts', "import { b } from './b.ts';\nexport const a = (): unknown => b;\n");
  await write('protocol/b.ts', "import { a } from './a.ts';\nexport const b = (): unknown => a;\n");
  await write('protocol/gone.ts', "import './nowhere.ts';\n");
  await write('main/feed/bad-sql.ts', "import 'kysely';\n");
  await write('main/core/bad-electron.ts', "import 'electron';\n");
  await write('main/feed/deep.test.ts', "import { inside } from '../records/inside.ts';\nvoid inside;\n");
}, 60_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('boundaries', () => {
  it('each rule fails on a bad file, and good files pass', async () => {
    const violations = await boundaryViolations(folder);
    const expectViolation = (rule: string, from: string): void => {
      expect(
        violations.filter((line) => line.startsWith(`${rule}: ${from}`)),
        `${rule} on ${from}`,
      ).not.toHaveLength(0);
    };
    for (const { folder: room, node } of ROOMS) {
      expectViolation(`${room}: imports`, `${room}/bad-package.ts`);
      expectViolation(`${room}: imports`, `${room}/bad-room.ts`);
      if (!node.includes('*')) expectViolation(`${room}: imports`, `${room}/bad-node.ts`);
      expect(violations.filter((line) => line.includes(`${room}/inside.ts →`))).toEqual([]);
    }
    expectViolation('no cycles', 'protocol/');
    expectViolation('nothing unresolved', 'protocol/gone.ts');
    expectViolation('SQL in one room', 'main/feed/bad-sql.ts');
    expectViolation('only the shell sees electron', 'main/core/bad-electron.ts');
    expectViolation('tests use faces', 'main/feed/deep.test.ts');
  }, 120_000);
});
