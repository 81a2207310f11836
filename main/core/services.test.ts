import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Limits } from '../../protocol/contract/offer.ts';
import { signOffer, verifyBundleText } from '../contracts/index.ts';
import { postsClause } from '../contracts/testing.ts';
import { testService, type TestService } from '../service-api/testing.ts';
import type { OpenLocker } from './open-locker.ts';
import type { Running } from './running.ts';
import { loadSample } from './sample.ts';
import { temporaryFolder } from './testing.ts';
import { runHere } from './testing/run-here.ts';

const CLAUSE = postsClause({ fields: ['content', 'published', 'author'] });
const LIMITS: Limits = [{ clause_id: 'posts', off: false, fields: ['content', 'published'] }];

const faults: unknown[] = [];
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let running: Running;

beforeAll(async () => {
  folder = await temporaryFolder();
  running = await runHere(folder.path, { port: 0 }, faults);
  await running.locker.create('seven small boats at noon');
  await loadSample(running.locker.opened().store, Date.now());
});

afterAll(async () => {
  await running[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
  expect(faults).toEqual([]);
});

function owner(): OpenLocker['rooms']['services'] {
  return running.locker.opened().rooms.services;
}

/** A program on this computer whose owner picks the number that its page shows, and takes a field away. */
async function program(): Promise<TestService> {
  const service = await testService(
    {
      issuer: running.issuer ?? '',
      known: () => {},
      async allow(waiting) {
        const [request] = (await owner().accessRequests()).items;
        expect(request?.tabWaiting).toBe(true);
        const number = request?.numbers?.find((one) => new RegExp(`\\b${one}\\b`).test(waiting.text));
        expect((await owner().previewRequest(request?.id ?? '', LIMITS)).clauses[0]?.byDatatype[0]).toMatchObject({
          datatype: 'social.post',
          examples: { length: 5 },
        });
        await owner().decideRequest(request?.id ?? '', {
          decision: 'allow',
          limits: LIMITS,
          ...(number === undefined ? {} : { number }),
        });
      },
    },
    'local',
  );
  const { metadata } = service.client;
  const draft = {
    contract_version: '1',
    id: 'http://127.0.0.1:5555/contract',
    version: 1,
    client_id: metadata.client_id,
    controller: { name: 'Newcomer', contact: 'here', jurisdiction: 'DE', address: '' },
    language: 'en',
    datatypes: [],
    clauses: [CLAUSE],
  };
  const offer = await signOffer(draft, { key: service.clientKey.privateKey, alg: 'EdDSA' });
  await owner().addService({ file: JSON.stringify({ client: metadata, offer }) });
  return service;
}

test('a program gets what the preview showed, sees a limit at once, and nothing after the withdrawal', async () => {
  const service = await program();
  const { access_token: token } = await service.tokens({ authorization_details: JSON.stringify([CLAUSE]) });
  const list = (): ReturnType<typeof service.get> => service.get('/v1/records/social.post?clause=posts&limit=5', token);
  const first = await list();
  expect(first.status).toBe(200);
  const grant = (await owner().services()).items[0]?.grants[0]?.id ?? '';
  const shown = (await owner().previewLimits(grant, LIMITS)).clauses[0]?.byDatatype[0]?.examples;
  expect((first.body['items'] as { fields: object }[]).map(({ fields }) => fields)).toEqual(shown);
  expect(Object.keys(shown?.[0] ?? {}).sort()).toEqual(['content', 'published']);
  await owner().setLimits(grant, [{ clause_id: 'posts', off: false, fields: ['published'] }]);
  const second = await list();
  expect(JSON.stringify(second.body)).not.toContain('content');
  await owner().pauseServices(true);
  expect(await list()).toMatchObject({ status: 403, body: { code: 'paused' } });
  await owner().pauseServices(false);
  await owner().withdrawGrant(grant);
  expect((await list()).status).toBe(401);
  const { items } = await owner().activity({ limit: 50 });
  expect(items.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['service', 'refused', 'grant', 'import']));
  expect(await owner().verifyActivity()).toMatchObject({ intact: true, entries: 3 });
  let text = '';
  for await (const bundle of owner().exportActivity()) text += `${JSON.stringify(bundle)}\n`;
  expect(await verifyBundleText(text)).toMatchObject({ intact: true });
  expect((await verifyBundleText(text.replace('"outcome":"refused"', '"outcome":"failed"'))).problem).toContain('log');
});
