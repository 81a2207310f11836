import { readFile, writeFile } from 'node:fs/promises';
import { helpText } from '../main/core/help.ts';

const PAGE = new URL('../docs/command-line.md', import.meta.url);

/** The page about the command line, as it must read for the options as they are. */
export function commandPage(): string {
  return [
    '# The command line',
    '',
    'What `locker --help` prints. This page is written by `node build/command-page.ts`.',
    '',
    '```text',
    helpText().trimEnd(),
    '```',
    '',
    'Errors are a sentence and a code of [errors.md](errors.md); the log on standard error has codes and places in the program, never content.',
    '',
  ].join('\n');
}

/** The page as it is. */
export async function writtenCommandPage(): Promise<string> {
  return readFile(PAGE, 'utf8');
}

if (import.meta.main) await writeFile(PAGE, commandPage());
