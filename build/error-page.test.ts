import { expect, it } from 'vitest';
import { errorPage, storedErrorPage } from './error-page.ts';

it('docs/errors.md lists exactly the table of error codes', async () => {
  expect(await storedErrorPage()).toBe(errorPage());
});
