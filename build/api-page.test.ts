import { expect, it } from 'vitest';
import { ROUTES } from '../protocol/owner/routes.ts';
import { apiPage, writtenApiPage } from './api-page.ts';

it('docs/API.md says what the table of routes says', async () => {
  const page = await writtenApiPage();
  expect(page).toBe(apiPage());
  for (const { method, path } of Object.values(ROUTES)) expect(page).toContain(`\n### ${method} ${path}\n`);
});

it('every shape that is named is on the page', () => {
  const page = apiPage();
  const linked = [...page.matchAll(/\]\(#(\w+)\)/g)].map(([, anchor]) => anchor);
  expect(linked.length).toBeGreaterThan(40);
  for (const anchor of linked) expect(page.toLowerCase()).toContain(`\n### ${anchor}\n`);
});
