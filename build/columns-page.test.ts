import { expect, it } from 'vitest';
import { columnsPage, writtenColumnsPage } from './columns-page.ts';

it('docs/columns.md lists exactly the feed columns', async () => {
  expect(await writtenColumnsPage()).toBe(columnsPage());
});
