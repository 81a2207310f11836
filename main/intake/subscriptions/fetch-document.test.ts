import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createDocumentFetcher } from './fetch-document.ts';

test.each([
  'https://127.0.0.1/x',
  'https://[::1]/x',
  'https://169.254.169.254/latest/meta-data',
  'https://10.1.2.3/x',
  'https://[fd00::1]/x',
  'https://2130706433/x',
])('refuses %s', async (url) => {
  await expect(createDocumentFetcher()(url)).rejects.toMatchObject({ code: 'address_refused' });
});

test('acceptance 12: refuses a name that leads into a private network, also among good addresses and when it changes its mind', async () => {
  let asked = 0;
  const server = createServer(() => asked++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const answers = [
    [
      { address: '93.184.216.34', family: 4 },
      { address: '192.168.1.1', family: 4 },
    ],
    [{ address: '127.0.0.1', family: 4 }],
  ];
  const fetchDocument = createDocumentFetcher(async () => answers.shift() ?? []);
  const url = `https://rebind.example:${port}/client`;
  await expect(fetchDocument(url)).rejects.toMatchObject({ code: 'address_refused' });
  await expect(fetchDocument(url)).rejects.toMatchObject({ code: 'address_refused' });
  await expect(fetchDocument(url)).rejects.toMatchObject({ code: 'address_refused' });
  expect(asked).toBe(0);
  await new Promise((resolve) => server.close(resolve));
});

test('only https', async () => {
  for (const url of ['http://a.example/', 'file:///etc/passwd', 'x', 'HTTP://a.example/']) {
    await expect(createDocumentFetcher()(url)).rejects.toMatchObject({ code: 'address_invalid' });
  }
});
