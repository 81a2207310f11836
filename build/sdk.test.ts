import { expect, test } from 'vitest';
import { sdkText, storedSdkText } from './sdk.ts';

test('sdk/index.d.ts is what node build/sdk.ts writes', async () => {
  expect(await storedSdkText()).toBe(await sdkText());
});
