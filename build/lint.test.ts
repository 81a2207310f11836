import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const eslint = new ESLint({ cwd: root });

/** Rules that a text breaks when it stands in the place of a file of the project. */
async function broken(text: string): Promise<string[]> {
  const [result] = await eslint.lintText(text, { filePath: join(root, 'main/shell/lines.ts') });
  return (result?.messages ?? []).map((message) => message.ruleId ?? `parse: ${message.message}`);
}

describe('lint', () => {
  it('passes a good file', async () => {
    expect(await broken('export function one(): number {\n  return 1;\n}\n')).toEqual([]);
  }, 120_000);

  it.each([
    ['@typescript-eslint/no-explicit-any', 'export function f(x: any): void {\n  void x;\n}\n'],
    [
      '@typescript-eslint/no-non-null-assertion',
      'export function f(x: string | null): number {\n  return x!.length;\n}\n',
    ],
    [
      '@typescript-eslint/consistent-type-assertions',
      'export function f(x: unknown): string {\n  return x as string;\n}\n',
    ],
    ['@typescript-eslint/consistent-type-imports', "import { Stats } from 'node:fs';\nexport type S = Stats;\n"],
    ['@typescript-eslint/explicit-module-boundary-types', 'export function f() {\n  return 1;\n}\n'],
    ['@typescript-eslint/no-floating-promises', 'export function f(): void {\n  Promise.resolve(1);\n}\n'],
    ['no-restricted-exports', 'export default 1;\n'],
    ['no-console', 'console.log(1);\nexport {};\n'],
    ['n/prefer-node-protocol', "import 'fs';\n"],
    ['n/no-process-exit', 'export function f(): never {\n  process.exit(1);\n}\n'],
    ['max-lines', `export const a = 1;\n${'void a;\n'.repeat(400)}`],
  ])('%s fails on a bad file', async (rule, text) => {
    expect(await broken(text)).toContain(rule);
  });
});
