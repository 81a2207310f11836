import { expect, test } from 'vitest';
import type { Clause } from '../../protocol/contract/clause.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { IntakeRecord } from '../../protocol/record.ts';
import { AggregateQuery, CountQuery, ListQuery, type ChangePage } from '../../protocol/service/records.ts';
import type { Answer, Caller } from '../../main/contracts/index.ts';
import { CLIENT, clause, NOTE_DATATYPE } from '../../main/contracts/gate/testing/clauses.ts';
import { openGated, type GatedLocker } from '../../main/contracts/gate/testing/gated-locker.ts';
import { note } from '../../main/records/testing.ts';
import { createRandom, type Random } from './random.ts';
import { createSide, drawEvent, happen, stir, type Event, type Side } from './gate-events.ts';
import { drawContract, drawRequest, drawWorld, NOW, type Asked, type World } from './gate-worlds.ts';

/** A case is a contract, what is in the lockers, and a sequence of requests. */
const WORLDS = Number(process.env.WORLDS ?? (process.env.SOAK ? 400 : 5));
const CONTRACTS = process.env.SOAK ? 25 : 6;
const REQUESTS = 10;

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

function grantName(number: number): string {
  return String(number).padStart(22, 'g');
}

/** What happens in the first locker only later: before the day is over for a service that gets counts alone. */
interface Late {
  readonly events: Event[];
  /** The day has begun for the service: what happens from now on is told tomorrow. */
  begun: boolean;
}

async function runCase(random: Random, world: World, sides: readonly [Side, Side], number: number, seed: number) {
  const contract: Clause = drawContract(random, world);
  const grantId = grantName(number);
  const session: Session = {
    caller: { grantId, clientId: CLIENT, signal: new AbortController().signal },
    clause: contract.clause_id,
    ids: [],
    pseudonyms: [],
    next: null,
    lastList: null,
    cursor: undefined,
  };
  for (const { gated } of sides) gated.grants.set([contract], 'active', grantId);
  const countsOnly = contract.privileges[0] === 'aggregate';
  const late: Late = { events: [], begun: false };
  const [first, second] = sides;

  async function both(asked: Asked, request: number): Promise<Answer> {
    const one = await ask(first.gated, session, asked);
    const two = await ask(second.gated, session, asked);
    const told = JSON.stringify({ seed, number, request, asked, contract, late: late.events });
    expect(seen(two), told).toEqual(seen(one));
    remember(session, asked, one);
    return one;
  }
  async function catchUp(): Promise<void> {
    for (const event of late.events.splice(0)) await happen(first, world, event);
    late.begun = false;
  }
  async function next(): Promise<void> {
    const event = drawEvent(random, second);
    for (const side of sides) await stir(side, world);
    if (event.kind === 'clock') await catchUp();
    if (late.begun) late.events.push(event);
    else await happen(first, world, event);
    await happen(second, world, event);
    for (const side of sides) if (side.hidden.chance(0.2)) await stir(side, world);
  }

  for (let request = 0; request < REQUESTS; request++) {
    if (countsOnly && !late.begun) {
      const answer = await both({ kind: 'aggregate', query: { limit: 20 } }, request);
      late.begun = answer.kind === 'answered';
    }
    const events = random.chance(0.4) ? random.whole(1, 2) : 0;
    for (let event = 0; event < events; event++) await next();
    await both(drawRequest(random, contract, session.pseudonyms), request);
  }
  await catchUp();
}

async function runWorld(seed: number): Promise<number> {
  const random = createRandom(seed);
  const world = drawWorld(random);
  await using first = await openGated({ seed: 'same' });
  await using second = await openGated({ seed: 'same' });
  const sides = [createSide(first, seed), createSide(second, seed + 1)] as const;
  for (let i = 0; i < 12; i++) {
    const event = drawEvent(random, sides[0]);
    for (const side of sides) {
      await stir(side, world);
      await happen(side, world, event);
    }
  }
  for (let number = 0; number < CONTRACTS; number++) await runCase(random, world, [...sides], number, seed);
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

/** Whether one record is found by a word in what is granted of it, in a locker where it says `more` besides. */
async function findsWord(record: IntakeRecord, granted: Partial<Clause>, more: JsonObject): Promise<object> {
  await using gated = await openGated({ seed: 'same' });
  gated.grants.set([clause(granted)]);
  await gated.locker.import('r', [{ ...record, body: { ...more, ...record.body } }]);
  const query = { clause: 'posts', q: 'zebra' };
  const answers = [
    await gated.gate.count(gated.caller, record.datatype, query),
    await gated.gate.list(gated.caller, record.datatype, { ...query, limit: 5 }),
  ];
  return answers.map(seen);
}

const LONG = 'lorem '.repeat(60_000);
const pictures = (alt: string): JsonObject[] =>
  Array.from({ length: 60 }, (_, n) => ({ type: 'Image', mediaType: 'image/png', url: `https://a.example/${n}`, name: alt })); // prettier-ignore
const OWN = { datatypes: [NOTE_DATATYPE], fields: ['text'] } as Partial<Clause>;
const ownNote = (text: string): IntakeRecord => ({ ...note(1), datatype: NOTE_DATATYPE, body: { text } });

test.each<[string, IntakeRecord, Partial<Clause>, JsonObject, number]>([
  [
    'tags, by descriptions of pictures',
    note(1, { tag: [{ type: 'Hashtag', name: '#zebra' }] }),
    { fields: ['tags'] },
    { attachment: pictures(LONG.slice(0, 5000)) },
    1,
  ],
  ['a property, by a longer one before it', ownNote('zebra'), OWN, { a: LONG }, 1],
  ['a property, by many texts', ownNote('zebra'), OWN, { a: Array.from({ length: 1500 }, () => 'x') }, 1],
  ['what is past the length of a property, by another', ownNote(`${LONG}zebra`), OWN, { a: 'zebra' }, 0],
  ['what no word of it is, by another that has it', ownNote('z\u0001ebra \u0001'), OWN, { a: 'z ebra' }, 1],
  [
    'a text of many spaces, by the description of a picture',
    note(1, { content: `& ${'a  '.repeat(40_000)}zebra`, mediaType: 'text/plain' }),
    { fields: ['content'] },
    { attachment: pictures('zebra') },
    0,
  ],
])('no word is found or hidden by what is not covered: %s', async (_name, record, granted, more, count) => {
  const without = await findsWord(record, granted, {});
  expect(await findsWord(record, granted, more)).toEqual(without);
  expect(without).toMatchObject([{ json: JSON.stringify({ count }) }, {}]);
});
