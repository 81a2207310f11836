import { expect, test } from 'vitest';
import type { Bundle } from '../../../protocol/contract/grant.ts';
import type { Store } from '../../store/index.ts';
import { DAY, NOON, openTestContracts, testService, type TestContracts } from '../grants/testing.ts';
import { verifyBundle } from '../receipts/verify-bundle.ts';
import { bundles } from './bundle.ts';

const ROW = {
  clause: 'posts',
  action: 'query',
  datatype: 'social.post',
  fields: ['content'],
  rows: 2,
  bytes: 20,
  outcome: 'answered' as const,
  reason: null,
  revision: 1,
  oldest: NOON - DAY,
};

async function use(open: TestContracts, grant: string): Promise<void> {
  await Promise.all([0, 1, 2].map(() => open.contracts.grants.appendLog({ ...ROW, grant, at: open.clock.now })));
}

/** Lets the day end and waits until every day before is closed. */
async function closeDay(open: TestContracts): Promise<void> {
  open.clock.now += DAY;
  open.contracts.keptDaysChanged();
  const before = Math.floor(open.clock.now / DAY);
  await expect.poll(() => open.store.read('contracts.openDays', { before })).toEqual([]);
}

/** Forgets single entries, `limit` at a time, in so many steps. */
async function forget(open: TestContracts, limit: number, steps: number): Promise<void> {
  const before = Math.floor(open.clock.now / DAY);
  for (let step = 0; step < steps; step++) await open.store.write('contracts.pruneLog', { before, limit });
}

type Race = (open: TestContracts, grant: string) => Promise<void>;
const RACES: Record<string, Race> = {
  'a day is closed': async (open, grant) => {
    await use(open, grant);
    await closeDay(open);
  },
  'a contract is limited': async (open, grant) => {
    const limits = [{ clause_id: 'posts', off: false, fields: ['content'] }];
    await open.contracts.owner.setLimits(grant, limits);
    await use(open, grant);
  },
  'some of a day is forgotten': (open) => forget(open, 1, 2),
  'days are forgotten': (open) => forget(open, 100, 20),
  'a day is closed and all of it forgotten': async (open, grant) => {
    await use(open, grant);
    await closeDay(open);
    await forget(open, 2, 40);
  },
};

/** The export while `race` happens just before the read with that number; null: it came to an end before. */
async function exported(open: TestContracts, grant: string, at: number, race: Race): Promise<Bundle | null> {
  let reads = 0;
  const read = (async (name: Parameters<Store['read']>[0], input: never) => {
    if (reads++ === at) await race(open, grant);
    // The log in small parts.
    return open.store.read(name, name === 'contracts.logOf' ? Object.assign({}, input, { limit: 4 }) : input);
  }) as Store['read'];
  const kept = await open.store.read('contracts.grants', { live: false });
  const { key } = open.contracts;
  let made: Bundle | null = null;
  for await (const bundle of bundles(kept, { store: { read }, key, now: () => open.clock.now })) made = bundle;
  return reads > at ? made : null;
}

test.each(Object.entries(RACES))('an export holds together while %s', { timeout: 60_000 }, async (_name, race) => {
  let more = true;
  let at = 0;
  for (; more; at++) {
    const service = await testService();
    await using open = await openTestContracts([service]);
    const grant = await open.grant(service);
    for (let day = 0; day < 2; day++) {
      await use(open, grant);
      await closeDay(open);
    }
    await use(open, grant);
    const bundle = await exported(open, grant, at, race);
    more = bundle !== null;
    if (bundle !== null)
      expect(await verifyBundle(JSON.parse(JSON.stringify(bundle)))).toMatchObject({ problem: null });
  }
  // Chain, parts of the log, offer.
  expect(at).toBeGreaterThan(4);
});
