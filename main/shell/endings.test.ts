import { expect, it } from 'vitest';
import { endingOf } from './index.ts';

it('says in words why the locker is not open, with the code where there is one', () => {
  expect(endingOf('crashed', 'store_busy').detail).toBe('Another program is using this locker. (store_busy)');
  expect(endingOf('crashed', 'never heard of').detail).toContain('Something went wrong');
  expect(endingOf('crashed', null).message).toContain('stopped unexpectedly');
  expect(endingOf('garbled', null).message).toContain('stopped unexpectedly');
  expect(endingOf('silent', null).message).toContain('did not start in time');
});
