import { expect, test } from 'vitest';
import type { Clause } from '../../protocol/contract/clause.ts';
import { AggregateQuery, CountQuery, ListQuery, type ChangePage } from '../../protocol/service/records.ts';
import type { Answer, Caller } from '../../main/contracts/index.ts';
import { CLIENT } from '../../main/contracts/gate/testing/clauses.ts';
import { openGated, type GatedLocker } from '../../main/contracts/gate/testing/gated-locker.ts';
import { LockerError } from '../../protocol/errors.ts';
import { createRandom, type Random } from './random.ts';
import {
  coveredPost,
  drawContract,
  drawRequest,
  drawWorld,
  NOW,
  uncoveredEdit,
  uncoveredRecord,
  uriOf,
  type Asked,
  type World,
} from './gate-worlds.ts';

/** A case is a contract, what is in the lockers, and a sequence of requests. */
const WORLDS = process.env.SOAK ? 400 : 5;
const CONTRACTS = process.env.SOAK ? 25 : 6;
const REQUESTS = 10;
const HOUR = 3_600_000;

/** One locker of the two: the same but for what is not covered. */
interface Side {
  readonly gated: GatedLocker;
  readonly variant: Random;
  /** Makes only what nobody may see. */
  readonly hidden: Random;
}

/** What a service gets to see of an answer. */
function seen(answer: Answer): object {
  if (answer.kind === 'answered') {
    const { status, json, etag, revision, rate } = answer;
    return { status, json, etag, revision, rate };
  }
  const { error, revision, rate, retryAfterSeconds } = answer;
  return { code: error.code, detail: error.detail, revision, rate, retryAfterSeconds };
}

/** What a service remembers between its requests. */
interface Session {
  readonly caller: Caller;
  readonly clause: string;
  ids: string[];
  pseudonyms: string[];
  next: string | null;
  lastList: object | null;
  cursor: string | undefined;
}

async function ask({ gate }: GatedLocker, session: Session, asked: Asked): Promise<Answer> {
  const { caller, clause } = session;
  switch (asked.kind) {
    case 'list': {
      const goesOn = asked.goesOn && session.next !== null && session.lastList !== null;
      const query = goesOn ? { ...session.lastList, cursor: session.next } : { ...asked.query, clause };
      return gate.list(caller, 'social.post', ListQuery.parse(query));
    }
    case 'one': {
      const id = session.ids[asked.pick % Math.max(1, session.ids.length)] ?? 'e'.repeat(32);
      const { fields } = asked;
      return gate.one(caller, 'social.post', id, { clause, ...(fields === undefined ? {} : { fields }) });
    }
    case 'count':
      return gate.count(caller, 'social.post', CountQuery.parse({ ...asked.query, clause }));
    case 'aggregate':
      return gate.aggregate(caller, 'social.post', AggregateQuery.parse({ ...asked.query, clause }));
    case 'changes': {
      const cursor = asked.fromStart ? undefined : session.cursor;
      const query = { clause, limit: asked.limit };
      return gate.changes(caller, cursor === undefined ? query : { ...query, cursor });
    }
    case 'append': {
      const records = [{ key: asked.key, fields: asked.fields }];
      return gate.append(caller, 'social.post', clause, { records }, null);
    }
  }
}

function remember(session: Session, asked: Asked, answer: Answer): void {
  if (answer.kind === 'refused') return;
  if (asked.kind === 'list') {
    const { items, next } = answer.value as { items: { id: string; fields: object }[]; next: string | null };
    session.ids.push(...items.map(({ id }) => id));
    const texts = items.flatMap(({ fields }) => Object.values(fields));
    session.pseudonyms.push(...texts.filter((text) => typeof text === 'string' && /^[0-9a-f]{32}$/.test(text)));
    const isNew = !(asked.goesOn && session.next !== null && session.lastList !== null);
    if (isNew) session.lastList = { ...asked.query, clause: session.clause };
    session.next = next;
  }
  if (asked.kind === 'changes') {
    const { changes, cursor } = answer.value as ChangePage;
    session.cursor = cursor;
    session.ids.push(...changes.map(({ id }) => id));
  }
}

/** Numbers of the covered records that are there, and of those that may come. */
interface Covered {
  readonly there: Set<number>;
  readonly left: number[];
}

/** Something happens in both lockers: the same to what is covered, anything to the rest. */
async function happen(random: Random, world: World, sides: readonly Side[], covered: Covered): Promise<void> {
  const event = random.pick(['put', 'put', 'delete', 'clock', 'nothing'] as const);
  const number = covered.left[random.whole(0, Math.min(14, covered.left.length - 1))] ?? 0;
  const step = random.whole(1, 30);
  const draws = random.whole(0, 2 ** 30);
  for (const side of sides) {
    const { gated, variant, hidden } = side;
    const { locker } = gated;
    await hide(side, world);
    if (event === 'put') {
      const post = coveredPost(createRandom(draws), variant, world, number);
      await locker.import('covered', [post]);
    }
    if (event === 'delete' && covered.there.has(number)) {
      const id = await locker.idOf(uriOf(number));
      await locker.records.delete([id]);
    }
    if (event === 'clock') gated.clock += step * HOUR;
    const edit = uncoveredEdit(hidden, world);
    const target = [...covered.there][hidden.whole(0, 60) % Math.max(1, covered.there.size)];
    if (edit !== null && target !== undefined && hidden.chance(0.3)) {
      const uri = uriOf(target);
      if (!(event === 'delete' && target === number)) await locker.records.edit(await locker.idOf(uri), edit);
    }
    await hide(side, world);
  }
  if (event === 'put') covered.there.add(number);
  if (event !== 'delete' || !covered.there.delete(number)) return;
  // What the owner deleted does not come back by an import.
  covered.left.splice(covered.left.indexOf(number), 1);
}

/** Records come that nobody may see, and go. */
async function hide(side: Side, world: World): Promise<void> {
  const { gated, hidden } = side;
  const records = Array.from({ length: hidden.whole(0, 3) }, () => uncoveredRecord(hidden, world, hidden.whole(0, 30)));
  await gated.locker.import('hidden', records);
  if (hidden.chance(0.2)) {
    const { items } = await gated.locker.records.browse({ order: 'newest', limit: 50 });
    const row = items.find(({ uri }) => uri?.startsWith('https://bob.example/') === true);
    if (row !== undefined) await gated.locker.records.delete([row.id as never]);
  }
}

function grantName(number: number): string {
  return String(number).padStart(22, 'g');
}

async function runWorld(seed: number): Promise<number> {
  const random = createRandom(seed);
  const world = drawWorld(random);
  await using first = await openGated({ seed: 'same' });
  await using second = await openGated({ seed: 'same' });
  const sides: Side[] = [first, second].map((gated, i) => ({
    gated,
    variant: createRandom(seed + 1000 + i),
    hidden: createRandom(seed + 2000 + i),
  }));
  const covered: Covered = { there: new Set(), left: Array.from({ length: 60 }, (_, i) => i) };
  for (let i = 0; i < 8; i++) await happen(random, world, sides, covered);
  for (let number = 0; number < CONTRACTS; number++) {
    const contract: Clause = drawContract(random, world);
    const grantId = grantName(number);
    const caller = { grantId, clientId: CLIENT, signal: new AbortController().signal };
    const session: Session = {
      caller,
      clause: contract.clause_id,
      ids: [],
      pseudonyms: [],
      next: null,
      lastList: null,
      cursor: undefined,
    };
    for (const { gated } of sides) gated.grants.set([contract], 'active', grantId);
    for (let request = 0; request < REQUESTS; request++) {
      const events = random.chance(0.4) ? random.whole(1, 3) : 0;
      for (let event = 0; event < events; event++) await happen(random, world, sides, covered);
      const asked = drawRequest(random, contract, session.pseudonyms);
      const [one, two] = await Promise.all(sides.map(({ gated }) => ask(gated, session, asked)));
      if (one === undefined || two === undefined) throw new LockerError('internal');
      expect(seen(two), JSON.stringify({ seed, number, request, asked, contract })).toEqual(seen(one));
      remember(session, asked, one);
    }
  }
  for (const { gated } of sides) expect(gated.faults).toEqual([]);
  expect(first.grants.log.map(({ rows, bytes }) => [rows, bytes])).toEqual(
    second.grants.log.map(({ rows, bytes }) => [rows, bytes]),
  );
  expect(first.clock).toBeGreaterThanOrEqual(NOW);
  return first.grants.log.filter(({ outcome, rows }) => outcome === 'answered' && rows > 0).length;
}

test('what a contract does not cover changes no byte of any answer', { timeout: 7_200_000 }, async () => {
  const base = process.env.SEED === undefined ? 20_260 : Number(process.env.SEED);
  let told = 0;
  for (let world = 0; world < WORLDS; world++) told += await runWorld(base + world * 7919);
  // Cases that were about something.
  expect(told).toBeGreaterThan(WORLDS * CONTRACTS);
});
