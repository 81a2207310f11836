import { readFile, writeFile } from 'node:fs/promises';
import { ERRORS } from '../protocol/errors.ts';

const PAGE = new URL('../docs/errors.md', import.meta.url);

/** The page that lists every error code, as it must read for the table as it is. */
export function errorPage(): string {
  const rows = Object.entries(ERRORS).map(([code, { status, title }]) => `| \`${code}\` | ${status} | ${title} |`);
  return [
    '# Error codes',
    '',
    'Every error is answered as a problem document (RFC 9457) with `type`, `title`, `status`, `code` and sometimes `detail`; the command line prints the same sentence and code. Codes are stable: a retired one is never used again. This page is written by `node build/error-page.ts`.',
    '',
    '| Code | Status | Says |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

/** The page as it lies in docs/. */
export function storedErrorPage(): Promise<string> {
  return readFile(PAGE, 'utf8');
}

if (import.meta.main) await writeFile(PAGE, errorPage());
