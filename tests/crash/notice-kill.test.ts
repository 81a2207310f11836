import { randomInt } from 'node:crypto';
import type { JWK } from 'jose';
import { expect, test } from 'vitest';
import { Clause } from '../../protocol/contract/clause.ts';
import { ROUTES } from '../../protocol/owner/routes.ts';
import { temporaryFolder } from '../../main/core/testing.ts';
import { CLAUSE, testService, type ServiceOwner, type TestService } from '../../main/service-api/testing.ts';
import { startLocker, type DrivenLocker } from '../api/driven-locker.ts';
import { addProgram, freePort, ownerOf } from '../api/service-locker.ts';
import { receiveNotices, type NoticeReceiver } from './notice-receiver.ts';

const ROUNDS = process.env['SOAK'] === '1' ? 200 : 3;
/** A locker's own past makes its pages longer, so that a long run begins anew now and then. */
const ROUNDS_OF_ONE = 25;
/** The locker tries again after ten seconds at first. */
const DELIVERED_WITHIN_MS = 30_000;

const CLAUSES = [
  Clause.parse({
    ...CLAUSE,
    fields: ['content', 'published', 'language'],
    retention: { max: 'P30D', on_withdraw: 'erase' },
  }),
  Clause.parse({ ...CLAUSE, clause_id: 'more', necessity: 'optional', fields: ['published'] }),
];

/** Something that the owner or the service does. Gives what it changed, as `grant event`, once that was answered. */
type Act = (world: World) => Promise<readonly string[]>;

interface World {
  readonly running: DrivenLocker;
  readonly service: TestService;
  readonly serviceId: string;
  /** Contracts that are not over as far as is known. */
  readonly grants: Set<string>;
  readonly tokens: Map<string, string>;
}

function some(grants: ReadonlySet<string>): string | undefined {
  const all = [...grants];
  return all[randomInt(Math.max(1, all.length))];
}

const onOne =
  (act: (world: World, id: string) => Promise<readonly string[]>): Act =>
  async (world) => {
    const id = some(world.grants);
    return id === undefined ? grant(world) : act(world, id);
  };

async function grant({ service, grants, tokens }: World): Promise<readonly string[]> {
  const given = await service.tokens({ authorization_details: JSON.stringify(CLAUSES) });
  grants.add(given.grant_id);
  tokens.set(given.grant_id, given.access_token);
  return [`${given.grant_id} granted`];
}

const limit = onOne(async ({ running }, id) => {
  const fields = [['content'], ['published'], ['content', 'published'], ['language', 'published']][randomInt(4)];
  const off = randomInt(3) === 0;
  const limits = [{ clause_id: 'posts', fields }, ...(off ? [{ clause_id: 'more', off }] : [])];
  const { receipts } = await running.call(ROUTES.setLimits, { params: { id }, body: { limits } });
  return receipts.map(({ receipt }) => `${id} ${receipt.event}`);
});

const pause = onOne(async ({ running }, id) => {
  await running.call(ROUTES.pauseGrant, { params: { id }, body: { paused: true } });
  return [];
});

const resume = onOne(async ({ running }, id) => {
  await running.call(ROUTES.pauseGrant, { params: { id }, body: { paused: false } });
  return [];
});

const pauseAll: Act = async ({ running }) => {
  for (const paused of [true, false]) await running.call(ROUTES.pauseServices, { body: { paused } });
  return [];
};

const withdraw = onOne(async ({ running, grants }, id) => {
  grants.delete(id);
  await running.call(ROUTES.withdrawGrant, { params: { id } });
  return [`${id} withdrawn`];
});

const giveBack = onOne(async ({ service, grants, tokens }, id) => {
  const token = tokens.get(id);
  if (token === undefined) return [];
  // The nonce ended with the process that gave it.
  await service.get(`/grants/${id}`, token);
  const { status } = await service.send('DELETE', `/grants/${id}`, token, undefined);
  if (status !== 204) return [];
  grants.delete(id);
  return [`${id} withdrawn`];
});

const block: Act = async ({ running, serviceId, grants }) => {
  const ended = [...grants].map((id) => `${id} withdrawn`);
  grants.clear();
  for (const blocked of [true, false]) {
    await running.call(ROUTES.blockService, { params: { id: serviceId }, body: { blocked } });
  }
  return ended;
};

const policy: Act = async ({ running }) => {
  const rolling = `P${randomInt(30, 900)}D`;
  await running.call(ROUTES.savePolicy, { body: { rolling } });
  return [];
};

const ACTS = [
  grant,
  grant,
  grant,
  limit,
  limit,
  limit,
  pause,
  resume,
  pauseAll,
  withdraw,
  withdraw,
  giveBack,
  block,
  policy,
];

/** At which moment the locker is killed: at so many of these, or so many milliseconds after. */
const MOMENTS = ['sent', 'done', 'notice', 'answered'] as const;
type Moment = (typeof MOMENTS)[number];

/**
 * Does one thing after the other until the locker is killed; gives what was answered by then.
 *
 * @param isRefusing some of what comes is not taken, so that it must come once more
 */
async function actAndKill(world: World, receiver: NoticeReceiver, isRefusing: boolean): Promise<readonly string[]> {
  const { child } = world.running.command;
  const moment = MOMENTS[randomInt(MOMENTS.length)];
  let left = randomInt(1, 4);
  let isKilled = false;
  const kill = (): void => {
    isKilled = true;
    child.kill('SIGKILL');
  };
  const pass = (at: Moment): void => {
    if (at !== moment || --left !== 0) return;
    if (at !== 'sent' && randomInt(4) !== 0) kill();
    // From the order to its commit it takes some milliseconds; a contract takes longer to be made.
    else setTimeout(kill, randomInt(2) === 0 ? randomInt(10) : randomInt(120));
  };
  receiver.onNotice = () => {
    pass('notice');
    if (isKilled) return null;
    return isRefusing && randomInt(4) === 0 ? 503 : 204;
  };
  receiver.onAnswered = () => pass('answered');
  const done: string[] = [];
  for (let acts = 0; !isKilled && acts < 12; acts++) {
    const act = acts === 0 && world.grants.size === 0 ? grant : ACTS[randomInt(ACTS.length)];
    const doing = (act ?? grant)(world);
    pass('sent');
    try {
      done.push(...(await doing));
      pass('done');
    } catch (error) {
      // What was on its way when the locker was killed.
      if (!isKilled && child.exitCode === null && child.signalCode === null && !isBrokenOff(error)) throw error;
    }
  }
  kill();
  await world.running.command.ended;
  receiver.onNotice = () => 204;
  receiver.onAnswered = () => undefined;
  return done;
}

function isBrokenOff(error: unknown): boolean {
  return error instanceof TypeError;
}

interface Committed {
  /** Ids of the notices that must come. */
  readonly ids: ReadonlySet<string>;
  /** `grant event`, once for each. */
  readonly events: readonly string[];
  readonly live: ReadonlySet<string>;
}

/** What is on disk, as the owner's screens tell it. */
async function committedIn(running: DrivenLocker, serviceId: string): Promise<Committed> {
  const { card, grants } = await running.call(ROUTES.service, { params: { id: serviceId } });
  // The counter outside the store never ran ahead of it.
  expect(card.warnings).toEqual([]);
  const ids = new Set<string>();
  const events: string[] = [];
  const live = new Set<string>();
  for (const { summary, receipts, erasure } of grants) {
    for (const { receipt } of receipts) {
      const id = `urn:locker:notice:${summary.id}:${receipt.number}`;
      ids.add(id);
      events.push(`${summary.id} ${receipt.event}`);
      if (receipt.event === 'withdrawn') ids.add(`${id}:erasure`);
    }
    const isOver = summary.state === 'withdrawn' || summary.state === 'expired';
    expect(erasure === null).toBe(!isOver);
    if (!isOver) live.add(summary.id);
  }
  return { ids, events, live };
}

async function keysOf(issuer: string): Promise<readonly JWK[]> {
  return ((await (await fetch(`${issuer}/oauth/jwks`)).json()) as { keys: JWK[] }).keys;
}

test(
  `after ${ROUNDS} kills, the service was told of all that was committed, and of nothing else`,
  { timeout: 60_000 + ROUNDS * 30_000 },
  async () => {
    const sum = { committed: 0, twice: 0, cutOff: 0, rounds: 0 };
    while (sum.rounds < ROUNDS) {
      await using folder = await temporaryFolder();
      const [port, hook] = [await freePort(), await freePort()];
      await using receiver = await receiveNotices(hook);
      const args = ['--service-port', String(port)];
      let running = await startLocker(folder.path, args);
      try {
        // The owner of the locker that runs at the moment.
        const owner: ServiceOwner = {
          issuer: `http://127.0.0.1:${port}`,
          known: () => {},
          allow: (waiting) => ownerOf(running, port).allow(waiting),
        };
        const service = await testService(owner, 'local', `127.0.0.1:${hook}`);
        await addProgram(running, service, { clauses: CLAUSES, webhook: `http://127.0.0.1:${hook}/hook` });
        receiver.keys = await keysOf(owner.issuer);
        const tokens = new Map<string, string>();
        let serviceId = '';
        let grants = new Set<string>();
        const last = Math.min(ROUNDS, sum.rounds + ROUNDS_OF_ONE);
        for (; sum.rounds < last; sum.rounds++) {
          const told = `round ${sum.rounds}`;
          if (serviceId === '') {
            await grant({ running, service, serviceId, grants, tokens });
            serviceId = (await running.call(ROUTES.services)).items[0]?.service.id ?? '';
          }
          // What the kill left half done.
          await running.call(ROUTES.blockService, { params: { id: serviceId }, body: { blocked: false } });
          await running.call(ROUTES.pauseServices, { body: { paused: false } });
          const isRefusing = sum.rounds % 10 === 9;
          const done = await actAndKill({ running, service, serviceId, grants, tokens }, receiver, isRefusing);

          running = await startLocker(folder.path, args);
          const before = [...receiver.taken.keys()];
          await running.unlock();
          const committed = await committedIn(running, serviceId);
          // What was answered is there.
          for (const event of new Set(done)) {
            const count = (list: readonly string[]): number => list.filter((each) => each === event).length;
            if (/granted|withdrawn/.test(event)) expect(count(committed.events), `${told} ${event}`).toBe(1);
            else expect(count(committed.events), `${told} ${event}`).toBeGreaterThan(0);
          }
          sum.cutOff += [...committed.ids].filter((id) => !before.includes(id)).length;
          await expect
            .poll(() => [...committed.ids].filter((id) => !receiver.taken.has(id)), {
              timeout: DELIVERED_WITHIN_MS,
              message: told,
            })
            .toEqual([]);
          expect(
            [...receiver.notices.keys()].filter((id) => !committed.ids.has(id)),
            told,
          ).toEqual([]);
          // The same id is the same notice, to the letter.
          for (const [id, bodies] of receiver.seen) expect(bodies.size, `${told} ${id}`).toBe(1);
          expect(receiver.bad).toEqual([]);
          grants = new Set(committed.live);
        }
        sum.committed += receiver.notices.size;
        sum.twice += [...receiver.taken.values()].filter((times) => times > 1).length;
        expect(await running.stop()).toBe(0);
        expect(running.command.errors()).toBe('');
      } finally {
        await running[Symbol.asyncDispose]();
      }
    }
    console.log(
      `${ROUNDS} kills: ${sum.committed} notices committed, all told; ${sum.cutOff} of them only after the kill, ${sum.twice} taken twice`,
    );
    expect(sum.committed).toBeGreaterThan(0);
  },
);
