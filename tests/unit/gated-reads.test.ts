import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Plan, PlanAnswer, RowScope } from '../../protocol/contract/plan.ts';
import type { IntakeRecord } from '../../protocol/record.ts';
import { prepareRecord } from '../../main/records/index.ts';
import { openRecords, type TestLocker } from '../../main/records/testing.ts';
import type { ServiceReader } from '../../main/store/index.ts';
import { openServiceReaderHere } from '../../main/store/testing.ts';
import { expectedAnswer } from './gated-model.ts';
import { planUnder, world } from './gated-worlds.ts';

const WORLDS = process.env.SOAK ? 250 : 30;
/** Sequences of plans per world. */
const SEQUENCES = process.env.SOAK ? 50 : 25;

/** Answers of a plan, all of its pages where it is a list. */
async function pages(reader: ServiceReader, plan: Plan): Promise<PlanAnswer[]> {
  const answers: PlanAnswer[] = [];
  for (let next: Plan | null = plan; next !== null;) {
    const answer: PlanAnswer = await reader.read(next);
    answers.push(withoutSeq(answer));
    const last = answer.kind === 'rows' ? answer.rows.at(-1) : undefined;
    next =
      next.kind === 'list' && answer.kind === 'rows' && answer.more && last !== undefined
        ? { ...next, after: { value: last.at, key: last.key } }
        : null;
  }
  return answers;
}

function withoutSeq(answer: PlanAnswer): PlanAnswer {
  return answer.kind === 'rows' ? { ...answer, rows: answer.rows.map((row) => ({ ...row, seq: 0 })) } : answer;
}

function sorted(answer: PlanAnswer): PlanAnswer {
  if (answer.kind !== 'groups') return answer;
  const name = (group: unknown): string => JSON.stringify(group);
  return { ...answer, groups: answer.groups.toSorted((a, b) => name(a).localeCompare(name(b))) };
}

/** Keys of the plan's numbers as the records have them. */
function withKeys(plan: Plan, records: readonly IntakeRecord[]): Plan {
  if (plan.kind !== 'check') return plan;
  const keys = plan.keys.map(({ ref, identity }) => {
    const record = records[identity % records.length];
    return record === undefined ? { ref, identity } : keyOf(record);
  });
  return { ...plan, keys };
}

function keyOf(record: IntakeRecord): { ref: number; identity: number } {
  const { ref, identity } = prepareRecord(record);
  return { ref, identity };
}

function plansOf(held: RowScope, seed: number): Plan[] {
  return fc.sample(planUnder(held), { numRuns: SEQUENCES, seed });
}

const reader = (locker: TestLocker): ServiceReader => openServiceReaderHere(locker.store.file, locker.store.key);

test('every answer is what the contract says, page by page', { timeout: 1_200_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(world, async ({ records, scope: held, seed }) => {
      await using locker = await openRecords();
      await locker.import('a', seed % 2 === 0 ? records : records.toReversed());
      await using read = reader(locker);
      for (const drawn of plansOf(held, seed)) {
        let next = withKeys(drawn, records);
        for (const answer of await pages(read, next)) {
          expect(sorted(answer), JSON.stringify(next)).toEqual(sorted(expectedAnswer(records, next)));
          const last = answer.kind === 'rows' ? answer.rows.at(-1) : undefined;
          if (next.kind === 'list' && last !== undefined) next = { ...next, after: { value: last.at, key: last.key } };
        }
      }
    }),
    { numRuns: WORLDS },
  );
});

/** The records that a scope covers, and the others. */
function split(records: readonly IntakeRecord[], held: RowScope): { covered: IntakeRecord[]; others: IntakeRecord[] } {
  const keys = records.map(keyOf);
  const plan: Plan = { kind: 'check', scope: held, fields: ['id'], keys };
  const answer = expectedAnswer(records, plan);
  const seen = new Set(answer.kind === 'rows' ? answer.rows.map(({ key }) => `${key.ref} ${key.identity}`) : []);
  const isCovered = (_: IntakeRecord, i: number): boolean => seen.has(`${keys[i]?.ref} ${keys[i]?.identity}`);
  return { covered: records.filter(isCovered), others: records.filter((record, i) => !isCovered(record, i)) };
}

test('what a scope leaves out changes no byte of any answer', { timeout: 1_200_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(world, async ({ records, scope: held, seed }) => {
      const { covered, others } = split(records, held);
      await using one = await openRecords();
      await using two = await openRecords();
      // The one has all, one after the other; the other has every second of what is not covered, changed, and loses some.
      await one.import('a', records);
      const changed = others
        .filter((_, i) => i % 2 === seed % 2)
        .map((record) => ({ ...record, source: `${record.source}/other` }))
        .filter((record) => split([record], held).covered.length === 0);
      await two.import('b', changed);
      await two.import('a', covered.toReversed());
      const [gone] = changed;
      if (gone?.uri !== undefined && gone.uri !== null) await two.records.delete([await two.idOf(gone.uri)]);
      await using first = reader(one);
      await using second = reader(two);
      for (const drawn of plansOf(held, seed)) {
        const plan = withKeys(drawn, records);
        expect(JSON.stringify(await pages(second, plan)), JSON.stringify(plan)).toBe(
          JSON.stringify(await pages(first, plan)),
        );
      }
    }),
    { numRuns: WORLDS },
  );
});
