import { expect, it } from 'vitest';
import { commandPage, writtenCommandPage } from './command-page.ts';

it('the page about the command line says what the command says', async () => {
  expect(await writtenCommandPage()).toBe(commandPage());
});
