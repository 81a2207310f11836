import { expect, it } from 'vitest';
import { clauseFixtures, writtenFixtures } from './clause-fixtures.ts';

it('the examples of offers are as they are made', async () => {
  expect(await writtenFixtures()).toEqual(await clauseFixtures());
});
