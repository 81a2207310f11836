import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LockerError } from '../../protocol/errors.ts';
import { Manifest, type Kind } from '../../protocol/manifest.ts';
import { sdkTypes } from './sdk-types.ts';
import { TEMPLATES } from './templates.ts';

const TSCONFIG = {
  compilerOptions: {
    target: 'ES2024',
    lib: ['ES2024'],
    types: [],
    module: 'preserve',
    noEmit: true,
    strict: true,
    noUncheckedIndexedAccess: true,
    erasableSyntaxOnly: true,
    verbatimModuleSyntax: true,
    allowImportingTsExtensions: true,
  },
};

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** `long-reads` → `Long reads`. */
function nameOf(id: string): string {
  const words = (id.split('.').at(-1) ?? id).replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * Begins an algorithm in a folder that is empty or new: manifest, code, vectors to be recorded, page, types.
 *
 * @throws LockerError bad_arguments where the folder has something in it or the id is none
 */
export async function beginAlgorithm(folder: string, kind: Kind, id: string): Promise<string[]> {
  if (!Manifest.shape.id.safeParse(id).success)
    throw new LockerError('bad_arguments', { detail: 'an id is like com.example.my-feed' });
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0)
    throw new LockerError('bad_arguments', { detail: `${basename(folder)} is not empty` });
  const { manifest, code, vectors, page } = TEMPLATES[kind];
  const { scope, ...rest } = manifest;
  const whole = {
    apiVersion: 1,
    id,
    version: '1.0.0',
    kind,
    scope,
    name: { en: nameOf(id) },
    license: 'MIT',
    source: 'https://example.com',
    author: 'You',
    window: { maxAgeHours: null, maxItems: null },
    limits: { cpuMsPer1000: 20, memoryMb: 64 },
    ...rest,
  };
  const files = {
    'algorithm.json': json(whole),
    'index.ts': code,
    'vectors.json': json(vectors),
    'page.md': `# ${whole.name.en}\n\n${page}\n\nSay here where the formula comes from, what it lifts and sinks, and when not to use it.\n`,
    'locker.d.ts': sdkTypes(),
    'tsconfig.json': json(TSCONFIG),
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return Object.keys(files);
}
