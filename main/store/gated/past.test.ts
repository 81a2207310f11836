import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AggregatePlan, PlanCondition } from '../../../protocol/contract/plan.ts';
import { DATATYPE_NAMES, DATATYPES, type AnyDatatype, type Field } from '../../../protocol/datatypes.ts';
import type { Json, JsonObject } from '../../../protocol/json.ts';
import { Visibility, type IntakeRecord } from '../../../protocol/record.ts';
import { bodyOf, keyUri, uriKey } from '../../derive/index.ts';
import { openRecords, START, type TestLocker } from '../../records/testing.ts';
import { grantKeyWrites } from '../gate/grant-keys.ts';
import { openServiceReaderHere, openTestFile } from '../testing.ts';

const RUNS = process.env['SOAK'] === '1' ? 400 : 12;
const OWN = 'x-newcomer.example.note';
const GRANT = 'g'.repeat(22);
const DAY = Math.floor(Date.now() / 86_400_000);

const accounts = ['ann', 'bob', 'cyd'].map((name) => `https://${name}.example/users/${name}`);
const posts = [1, 2, 3].map((number) => `https://ann.example/statuses/${number}`);
const POOLS: Readonly<Record<string, readonly Json[]>> = {
  source: ['https://s.example/a', 'https://s.example/b'],
  author: accounts,
  object: accounts,
  language: ['en', 'de'],
  inReplyTo: posts,
  thread: posts,
  boostOf: posts,
  quoteOf: posts,
  sensitive: [true, false],
  visibility: Visibility.options,
  mine: [true, false],
  kind: ['Like', 'Dislike'],
  handle: ['ann@a.example', 'bob@b.example'],
  mediaType: ['image/png', 'video/mp4'],
  value: ['spam', 'nsfw'],
  content: ['a', 'b'],
  stars: [1, 2, 2.5],
  mood: ['sad', '2024-01-01T00:00:00Z', 'public'],
  done: [true, false],
};
const OWN_FIELDS = ['stars', 'mood', 'done'];
const names = (datatype: AnyDatatype): string[] =>
  datatype === OWN
    ? ['id', 'source', ...OWN_FIELDS]
    : Object.entries(DATATYPES[datatype as keyof typeof DATATYPES] as Record<string, Field>)
        .filter(([name, { indexed }]) => indexed && name !== 'published')
        .map(([name]) => name);

interface Made {
  readonly number: number;
  readonly datatype: AnyDatatype;
  readonly day: number;
  readonly fields: JsonObject;
}

const made = (datatype: AnyDatatype): fc.Arbitrary<Made> => {
  const own = [...names(datatype), 'content'].filter((name) => POOLS[name] !== undefined);
  const shape = Object.fromEntries(own.map((name) => [name, fc.constantFrom(...(POOLS[name] ?? [null]))]));
  return fc.record({
    number: fc.nat(9),
    datatype: fc.constant(datatype),
    day: fc.nat(2),
    fields: fc.record(shape, { requiredKeys: ['object', 'kind', 'content'].filter((name) => own.includes(name)) }),
  });
};

function intake({ number, datatype, day, fields }: Made): IntakeRecord {
  const { source, mine, content, ...rest } = fields;
  const takes = datatype === OWN || Object.hasOwn(DATATYPES[datatype as keyof typeof DATATYPES], 'content');
  // A boost has no other fields.
  const { author, visibility, boostOf } = rest;
  const isBoost = boostOf !== undefined && number % 2 === 0;
  const boost = Object.entries({ author, visibility, boostOf }).filter(([, value]) => value !== undefined);
  const told = { ...rest, ...(takes ? { content } : {}) } as JsonObject;
  if (!isBoost) delete told['boostOf'];
  return {
    datatype,
    uri: number === 9 ? null : `https://r.example/${datatype}/${number}`,
    source: typeof source === 'string' ? source : 'https://s.example/a',
    published: START + day * 86_400_000,
    publishedText: null,
    timeEstimated: false,
    mine: mine === true,
    body: bodyOf(datatype, isBoost ? (Object.fromEntries(boost) as JsonObject) : told),
  };
}

function plans(datatype: AnyDatatype, atSeq: number | null): AggregatePlan[] {
  const fields = names(datatype);
  const plan = (parts: { by?: string; conditions?: PlanCondition[]; othersPrivate?: boolean; since?: number }) => ({
    kind: 'aggregate' as const,
    scope: {
      datatype,
      conditions: parts.conditions ?? [],
      since: parts.since ?? null,
      until: null,
      othersPrivate: parts.othersPrivate ?? false,
      appendedBy: null,
    },
    bucket: 'P1D' as const,
    by: parts.by ?? null,
    minGroup: 1,
    limit: 1000,
    atSeq,
  });
  const conditions = fields.flatMap((field) =>
    (POOLS[field] ?? []).flatMap((value): PlanCondition[] =>
      typeof value === 'number' || value === '2024-01-01T00:00:00Z'
        ? [
            { field, op: 'gte', value },
            { field, op: 'in', value: [value, 'en'] },
          ]
        : [{ field, op: 'eq', value: value as string }],
    ),
  );
  return [
    plan({}),
    plan({ othersPrivate: true, since: START + 86_400_000 }),
    ...fields.map((by) => plan({ by, othersPrivate: true })),
    ...conditions.map((condition) => plan({ conditions: [condition] })),
  ];
}

/** An identifier is told by its key alone. */
function byKeys(datatype: AnyDatatype, { by }: AggregatePlan, value: Json): Json {
  const isKey =
    by === 'id' ||
    by === 'source' ||
    (by !== null &&
      datatype !== OWN &&
      (DATATYPES[datatype as keyof typeof DATATYPES] as Record<string, Field>)[by]?.class === 'identifier');
  return isKey && typeof value === 'string' && !value.startsWith('urn:locker:key:') ? keyUri(uriKey(value)) : value;
}

async function answers(locker: TestLocker, datatype: AnyDatatype, atSeq: number | null): Promise<object[]> {
  await using reader = openServiceReaderHere(locker.store.file, locker.store.key);
  const told: object[] = [];
  for (const plan of plans(datatype, atSeq)) {
    const answer = await reader.read(plan);
    if (answer.kind !== 'groups') throw new Error(answer.kind);
    const groups = answer.groups.map((group) => JSON.stringify({ ...group, by: byKeys(datatype, plan, group.by) }));
    told.push({ by: plan.by, conditions: plan.scope.conditions, groups: groups.sort() });
  }
  return told;
}

const change = fc.record({
  how: fc.constantFrom('edit', 'delete', 'undo', 'import', 'import' as const),
  at: fc.nat(9),
});
const story = fc.constantFrom<AnyDatatype>(...DATATYPE_NAMES, OWN, 'social.post', 'social.post').chain((datatype) =>
  fc.record({
    datatype: fc.constant(datatype),
    first: fc.array(made(datatype), { minLength: 3, maxLength: 12 }),
    changes: fc.array(fc.tuple(change, made(datatype)), { minLength: 1, maxLength: 6 }),
  }),
);

test('counts of a day are of records as they were, whatever is edited, deleted, brought back or comes', async () => {
  await fc.assert(
    fc.asyncProperty(story, async ({ datatype, first, changes }) => {
      await using locker = await openRecords();
      const { store, records } = locker;
      await bringsOwn(locker);
      await locker.import('a', first.map(intake));
      const now = await answers(locker, datatype, null);
      const seq = await store.write('gate.aggregateDay', { grant: GRANT, day: DAY });
      expect(await answers(locker, datatype, seq)).toEqual(now);
      let undo: string | null = null;
      for (const [{ how, at }, other] of changes) {
        const { items } = await records.browse({ order: 'newest', limit: 50, datatype });
        const id = items[at % Math.max(1, items.length)]?.id as never;
        if (how === 'import' || id === undefined) await locker.import('b', [intake(other)]);
        else if (how === 'edit') {
          const edit = Object.entries(intake(other).body).filter(([name]) => name !== 'id' && name !== 'type');
          await records.edit(id, Object.fromEntries(edit));
        } else if (how === 'delete') undo = (await records.delete([id])).undo;
        else if (undo !== null) await records.undoDelete(undo);
        expect(await answers(locker, datatype, seq)).toEqual(now);
      }
      // The next day knows all of it, and nothing is kept of the day before.
      const next = await store.write('gate.aggregateDay', { grant: GRANT, day: DAY + 1 });
      expect(await answers(locker, datatype, next)).toEqual(await answers(locker, datatype, null));
      await store.write('gate.forgetDays', { before: DAY + 1 });
      expect(locker.rows()['record_past']).toBeUndefined();
    }),
    { numRuns: RUNS },
  );
}, 3_600_000);

test('nothing is kept of what changes where no counts of the day were asked for', async () => {
  await using locker = await openRecords();
  const record = intake({ number: 1, datatype: 'social.post', day: 0, fields: { content: 'a' } });
  await locker.import('a', [record]);
  await locker.import('a', [{ ...record, published: START + 1 }]);
  expect(locker.rows()['record_past']).toBeUndefined();
  await locker.store.write('gate.aggregateDay', { grant: GRANT, day: DAY });
  await locker.import('a', [record]);
  await locker.import('a', [{ ...record, published: START + 1 }]);
  expect(locker.rows()['record_past']).toBe(1);
  await locker.store.write('gate.forget', { grant: GRANT });
  await locker.records.purge();
  expect(locker.rows()['record_past']).toBeUndefined();
});

test('a day begins for all contracts of a service at once, and for each service by itself', async () => {
  await using open = await openTestFile();
  await open.migrateTo();
  const { db, rows, sqlite } = open.connection;
  const grants = ['a', 'b', 'c'].map((name) => name.repeat(22));
  for (const service of ['s', 't']) {
    sqlite.exec(`insert into service (id, client_id, kind, host, name, metadata, added_by, added, checked)
      values ('${service}', '${service}', 'remote', 'h', 'n', '{}', 'owner', 0, 0);
      insert into offer (digest, service, offer_id, version, document, jwks, seen)
      values ('${service.repeat(43)}', '${service}', 'o', 1, '{}', '{}', 0)`);
  }
  for (const [i, grant] of grants.entries()) {
    const service = i === 2 ? 't' : 's';
    sqlite.exec(`insert into contract_grant (id, service, state, offer, revision, asked, limits, made, agreed)
      values ('${grant}', '${service}', 'active', '${service.repeat(43)}', 1, '[]', '[]', 0, 0)`);
  }
  const begin = (grant = ''): Promise<number> =>
    grantKeyWrites['gate.aggregateDay'].call({ db, rows, now: () => 0 }, { grant, day: DAY });
  const seqs: number[] = [];
  for (const grant of [...grants, ...grants]) {
    sqlite.exec(`update counter set value = value + 1 where name = 'seq'`);
    seqs.push(await begin(grant));
  }
  expect(seqs).toEqual([1, 1, 3, 1, 1, 3]);
});

/** A service whose offer says what of its own datatype may be filtered by. */
async function bringsOwn({ store }: TestLocker): Promise<void> {
  const clientId = 'https://newcomer.example/client.json';
  const jwks = { keys: [{ kty: 'OKP' }] };
  await store.write('contracts.keepService', {
    id: 's',
    clientId,
    kind: 'remote',
    host: 'newcomer.example',
    name: 'Newcomer',
    metadata: {
      client_id: clientId,
      client_name: 'Newcomer',
      redirect_uris: ['https://newcomer.example/cb'],
      token_endpoint_auth_method: 'none',
      jwks,
    },
    addedBy: 'request',
    at: START,
  });
  const datatypes = [{ name: OWN, title: 'Notes', schema: { type: 'object' }, indexed: OWN_FIELDS }];
  await store.write('contracts.keepOffer', {
    service: 's',
    offerId: 'o',
    document: { datatypes },
    jwks,
    at: START,
    graceUntil: START,
    digest: 'd'.repeat(43),
    version: 1,
  });
}
