import { sql } from 'kysely';
import { z } from 'zod';
import { readOperation, writeOperation } from '../operation.ts';
import { SourceId, sourceNumber } from './source-number.ts';

const About = z.enum(['post', 'account', 'host']);
const Advised = z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]);

/** One statement of a labeler, or one entry of a list. */
export const LabelEntry = z.strictObject({
  value: z.string().min(1).max(128),
  about: About,
  advised: Advised,
  /** Of the post or account; a host's name. */
  uri: z.string().min(1).max(2048),
  cid: z.string().max(200),
  /** Key of the URI; 0: it is a host. */
  subject: z.int().min(0),
  negated: z.boolean(),
  made: z.int(),
  expires: z.int().nullable(),
});
export type LabelEntry = z.infer<typeof LabelEntry>;

/** Every label that holds at a moment. Keys ascend; `kind` is a place in `kinds`. */
export interface StoredLabels {
  readonly kinds: readonly {
    /** Of the source. */
    id: string;
    source: string;
    value: string;
    about: 'post' | 'account' | 'host';
    severity: -1 | 0 | 1 | 2 | 3 | null;
    advised: 0 | 1 | 2 | 3;
  }[];
  readonly posts: { keys: Float64Array; kinds: Uint32Array };
  readonly accounts: { keys: Float64Array; kinds: Uint32Array };
  readonly hosts: readonly { host: string; kind: number }[];
  readonly spared: readonly { kind: number; author: number }[];
  /** When the first of them expires; null: none does. */
  readonly nextExpiry: number | null;
}

const HOLDS = sql<boolean>`label.negated = 0`;

/** What was put on one version of a post holds as long as that version is not known to be another one. */
const SAME_VERSION = sql<boolean>`(label.cid = '' or not exists (
  select 1 from record_key k join record_body b on b.id = k.id
  where k.level in (0, 1, 2) and k.ref = label.subject and json_extract(b.body, '$.cid') <> label.cid))`;

export const entryReads = {
  /** What holds at `now`: not negated, not expired, and about the version that is there. */
  'labels.inForce': readOperation(
    z.strictObject({ now: z.int() }),
    async ({ db, rows }, { now }): Promise<StoredLabels> => {
      const kinds = await db
        .selectFrom('label_kind')
        .innerJoin('label_source', 'label_source.num', 'label_kind.source')
        .select(['label_kind.num', 'label_kind.source as of', 'label_source.id', 'label_source.name as source'])
        .select(['label_kind.value', 'label_kind.about', 'label_kind.severity', 'label_kind.advised'])
        .where('label_source.enabled', '=', 1)
        .orderBy('label_kind.num')
        .execute();
      const places = new Map(kinds.map(({ num }, place) => [num, place]));
      const exceptions = await db.selectFrom('label_exception').select(['source', 'value', 'author']).execute();
      const spared = exceptions.flatMap(({ source, value, author }) =>
        kinds.flatMap((kind, place) => (kind.of === source && kind.value === value ? [{ kind: place, author }] : [])),
      );
      const query = db
        .selectFrom('label')
        .innerJoin('label_kind', 'label_kind.num', 'label.kind')
        .innerJoin('label_source', 'label_source.num', 'label_kind.source')
        .leftJoin('author_alias', (join) =>
          join.onRef('author_alias.alias', '=', 'label.subject').on('label_kind.about', '=', 'account'),
        )
        .select(['label.kind', 'label_kind.about', 'label.uri', 'label.expires'])
        .select(sql<number>`coalesce(author_alias.author, label.subject)`.as('subject'))
        .where('label_source.enabled', '=', 1)
        .where(HOLDS)
        .where((eb) => eb.or([eb('label.expires', 'is', null), eb('label.expires', '>', now)]))
        .where(SAME_VERSION)
        .compile();
      const found = { post: new Keys(), account: new Keys() };
      const hosts: { host: string; kind: number }[] = [];
      let nextExpiry: number | null = null;
      for (const [kind, about, uri, expires, subject] of rows(query)) {
        const place = places.get(Number(kind)) ?? 0;
        if (about === 'host') hosts.push({ host: String(uri), kind: place });
        else found[about === 'post' ? 'post' : 'account'].add(Number(subject), place);
        if (expires !== null) nextExpiry = Math.min(nextExpiry ?? Infinity, Number(expires));
      }
      return {
        kinds: kinds.map(({ num: _num, of: _of, ...kind }) => kind),
        posts: found.post.sorted(),
        accounts: found.account.sorted(),
        hosts,
        spared,
        nextExpiry,
      };
    },
  ),
};

class Keys {
  readonly #entries: [number, number][] = [];

  add(key: number, kind: number): void {
    this.#entries.push([key, kind]);
  }

  sorted(): { keys: Float64Array; kinds: Uint32Array } {
    this.#entries.sort(([a, kindA], [b, kindB]) => a - b || kindA - kindB);
    return {
      keys: Float64Array.from(this.#entries, ([key]) => key),
      kinds: Uint32Array.from(this.#entries, ([, kind]) => kind),
    };
  }
}

export const entryWrites = {
  /** Begins to take a source in again; the number of the round. Throws label_source_not_found. */
  'labels.beginRound': writeOperation(z.strictObject({ id: SourceId }), async ({ db }, { id }) => {
    await sourceNumber(db, id);
    const row = await db
      .updateTable('label_source')
      .set((source) => ({ round: source('round', '+', 1) }))
      .where('id', '=', id)
      .returning('round')
      .executeTakeFirstOrThrow();
    return row.round;
  }),
  /**
   * Takes entries in; of two statements about the same subject and version the later made one holds. Gives how many were
   * news. Throws label_source_not_found.
   */
  'labels.take': writeOperation(
    z.strictObject({ id: SourceId, round: z.int().min(0), entries: z.array(LabelEntry).max(5000) }),
    async ({ db }, { id, round, entries }) => {
      const source = await sourceNumber(db, id);
      const kinds = new Map<string, number>();
      let changed = 0;
      for (const entry of entries) {
        const name = `${entry.about} ${entry.value}`;
        const kind = kinds.get(name) ?? (await kindNumber(db, source, entry));
        kinds.set(name, kind);
        const before = await db
          .selectFrom('label')
          .select(['negated', 'made', 'expires'])
          .where('kind', '=', kind)
          .where('uri', '=', entry.uri)
          .where('cid', '=', entry.cid)
          .executeTakeFirst();
        const values = {
          subject: entry.subject,
          negated: entry.negated ? (1 as const) : (0 as const),
          made: entry.made,
          expires: entry.expires,
          round,
        };
        if (before === undefined) {
          await db
            .insertInto('label')
            .values({ kind, uri: entry.uri, cid: entry.cid, ...values })
            .execute();
          changed++;
          continue;
        }
        const isNews = before.negated !== values.negated || before.expires !== values.expires;
        if (entry.made >= before.made && isNews) changed++;
        await db
          .updateTable('label')
          .set(entry.made >= before.made ? values : { round })
          .where('kind', '=', kind)
          .where('uri', '=', entry.uri)
          .where('cid', '=', entry.cid)
          .execute();
      }
      return { changed };
    },
  ),
  /** Ends a round of a list: what was not in it is gone. Gives how many that were. */
  'labels.endRound': writeOperation(
    z.strictObject({ id: SourceId, round: z.int().min(0) }),
    async ({ db }, { id, round }) => {
      const source = await sourceNumber(db, id);
      const { numDeletedRows } = await db
        .deleteFrom('label')
        .where('kind', 'in', (eb) => eb.selectFrom('label_kind').select('num').where('source', '=', source))
        .where('round', '<', round)
        .executeTakeFirst();
      return { removed: Number(numDeletedRows) };
    },
  ),
};

type Db = Parameters<Parameters<typeof writeOperation<z.ZodType, unknown>>[1]>[0]['db'];

async function kindNumber(
  db: Db,
  source: number,
  { value, about, advised }: Pick<LabelEntry, 'value' | 'about' | 'advised'>,
): Promise<number> {
  // What the owner decided about a label holds for all that it is put on.
  const decided = await db
    .selectFrom('label_kind')
    .select('severity')
    .where('source', '=', source)
    .where('value', '=', value)
    .executeTakeFirst();
  const row = await db
    .insertInto('label_kind')
    .values({ source, value, about, advised, severity: decided?.severity ?? null })
    .onConflict((conflict) => conflict.columns(['source', 'value', 'about']).doUpdateSet({ advised }))
    .returning('num')
    .executeTakeFirstOrThrow();
  return row.num;
}
