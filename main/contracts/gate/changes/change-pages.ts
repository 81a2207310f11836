import { hash } from 'node:crypto';
import type { Plan, PlanAnswer } from '../../../../protocol/contract/plan.ts';
import type { AnyDatatype } from '../../../../protocol/datatypes.ts';
import type { Change } from '../../../../protocol/service/records.ts';
import type { ChangeStream, Delivered } from '../../../store/index.ts';
import { compileStream } from '../compile/compile.ts';
import type { Held } from '../compile/held.ts';
import { isRefusal, type Refusal } from '../compile/refusal.ts';
import type { GateOptions } from '../gate-options.ts';
import type { GrantNames } from '../grant-names.ts';
import { releaseOf } from '../release.ts';
import { advance } from './advance.ts';
import { giveAgain, type Covered, type Named } from './ledger.ts';

/** Stands for the terms of a stream whose clause or datatype is gone. */
const GONE = 'gone';

export interface PageAsked {
  readonly grantId: string;
  readonly clauseId: string;
  /** Null: the clause is gone, and what it gave is taken away. */
  readonly held: Held | null;
  readonly names: GrantNames;
  readonly datatype: AnyDatatype | undefined;
  /** Number of the change to go on from. */
  readonly after: number;
  readonly limit: number;
  readonly now: number;
  readonly read: (plan: Plan) => Promise<PlanAnswer>;
}

export interface PageOfChanges {
  readonly changes: readonly Change[];
  readonly last: number;
  readonly more: boolean;
}

export interface ChangePages {
  page(asked: PageAsked): Promise<PageOfChanges | Refusal>;
}

/** Pages of a clause's changes, one after another: what a page gives, the ledger holds. */
export function createChangePages(store: GateOptions['store']): ChangePages {
  const turns = new Map<string, Promise<unknown>>();
  /** How far each stream has looked, in this process: further than is written down where nothing was found. */
  const positions = new Map<number, number>();

  function inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
    const turn = (turns.get(name) ?? Promise.resolve()).then(work);
    const settled = turn.then(
      () => undefined,
      () => undefined,
    );
    turns.set(name, settled);
    void settled.then(() => {
      if (turns.get(name) === settled) turns.delete(name);
    });
    return turn;
  }

  async function make(asked: PageAsked): Promise<PageOfChanges | Refusal> {
    const { grantId: grant, clauseId: clause, held, after, limit } = asked;
    const known = await store.read('gate.streams', { grant, clause });
    const streams: { stream: ChangeStream; named: Named }[] = [];
    for (const datatype of datatypesOf(asked, known)) {
      const covered = held === null ? null : coveredBy(held, datatype, asked.now);
      if (covered !== null && isRefusal(covered)) return covered;
      const terms = held === null || covered === null ? GONE : termsOf(held, covered);
      const there = known.find((one) => one.datatype === datatype);
      const stream =
        there?.terms === terms ? there : await store.write('gate.openStream', { grant, clause, datatype, terms });
      const { recordId } = asked.names;
      streams.push({ stream, named: { num: stream.num, datatype, covered, recordId, read: asked.read } });
    }
    const again = await numbered(streams, after, limit);
    const changes = [...again.changes];
    let { last, more } = again;
    for (const { stream, named } of more ? [] : streams) {
      if (changes.length >= limit) return { changes, last, more: true };
      const next = await advance(store, named, stream, positions, limit - changes.length);
      changes.push(...next.changes);
      last = Math.max(last, next.last);
      more ||= next.more;
      // Numbers of another stream must not be passed over.
      if (next.more) break;
    }
    return { changes, last, more };
  }

  /** Changes that have their numbers, of all streams in one order. */
  async function numbered(
    streams: readonly { named: Named }[],
    after: number,
    limit: number,
  ): Promise<{ changes: Change[]; last: number; more: boolean }> {
    const all: { row: Delivered; named: Named }[] = [];
    for (const { named } of streams) {
      const rows = await store.read('gate.changes', { stream: named.num, after, limit: limit + 1 });
      all.push(...rows.map((row) => ({ row, named })));
    }
    all.sort((a, b) => a.row.n - b.row.n);
    const page = all.slice(0, limit);
    const given = new Map<number, Change>();
    let last = page.at(-1)?.row.n ?? after;
    let isCut = false;
    for (const { named } of streams) {
      const rows = page.filter((one) => one.named === named).map(({ row }) => row);
      const again = await giveAgain(store, named, rows);
      for (const [n, change] of again.changes) given.set(n, change);
      if (rows.length > 0 && again.last < (rows.at(-1)?.n ?? 0)) {
        last = Math.min(last, again.last);
        isCut = true;
      }
    }
    const numbers = [...given.keys()].filter((n) => n <= last).sort((a, b) => a - b);
    const changes = numbers.flatMap((n) => given.get(n) ?? []);
    return { changes, last, more: isCut || all.length > limit };
  }

  return { page: (asked) => inTurn(`${asked.grantId} ${asked.clauseId}`, () => make(asked)) };
}

function datatypesOf({ held, datatype }: PageAsked, known: readonly ChangeStream[]): AnyDatatype[] {
  const all = new Set([...(held?.clause.datatypes ?? []), ...known.map((stream) => stream.datatype)]);
  return [...all].filter((name) => datatype === undefined || name === datatype).sort();
}

/** Null: nothing of the datatype is granted any more. */
function coveredBy(held: Held, datatype: AnyDatatype, now: number): Covered | null | Refusal {
  if (!held.clause.datatypes.includes(datatype)) return null;
  const compiled = compileStream(held, datatype, now);
  if (isRefusal(compiled)) return compiled;
  return { ...compiled, release: releaseOf(held, datatype, compiled.fields) };
}

/** Everything of a clause on which it depends what is released; equal terms, equal records and fields. */
function termsOf({ clause }: Held, { fields }: Covered): string {
  const { filter, window, privileges, others_private } = clause;
  return hash('sha256', JSON.stringify([filter, window, privileges, others_private, fields]), 'base64url');
}
