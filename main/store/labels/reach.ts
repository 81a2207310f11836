import { z } from 'zod';
import { readOperation } from '../operation.ts';

/** Examples of a preview, of as many people. */
const EXAMPLES = 6;

const Target = z.strictObject({
  /** Place of the label in the caller's list. */
  kind: z.int().min(0),
  about: z.enum(['post', 'account', 'host']),
  /** Key of the post or account; 0: it is a host. */
  subject: z.int().min(0),
  host: z.string().max(253),
});

/** What labels would be on, of the posts in the locker. The owner's own posts are left out: no label touches them. */
export interface Reach {
  readonly posts: number;
  readonly people: number;
  /** People among them whom the owner follows. */
  readonly followed: number;
  readonly byKind: readonly { kind: number; posts: number; people: number }[];
  /** Newest posts, at most one per person, with the first label that is on each. */
  readonly examples: readonly { id: number; kind: number }[];
}

export const reachReads = {
  'labels.reach': readOperation(
    z.strictObject({ targets: z.array(Target).max(200_000) }),
    async ({ db, rows }, { targets }): Promise<Reach> => {
      const posts = new Map<number, number[]>();
      const accounts = new Map<number, number[]>();
      const hosts = new Map<string, number[]>();
      for (const { kind, about, subject, host } of targets) {
        if (about === 'host') push(hosts, host, kind);
        else push(about === 'post' ? posts : accounts, subject, kind);
      }
      const authors = db.selectFrom('author').select(['key', 'person', 'uri', 'i_follow', 'own']).compile();
      const aliases = db.selectFrom('author_alias').select(['alias', 'author']).compile();
      for (const [alias, author] of rows(aliases)) {
        for (const kind of accounts.get(Number(alias)) ?? []) push(accounts, Number(author), kind);
      }
      const people = new Map<number, { person: number; followed: boolean; kinds: number[] }>();
      for (const [key, person, uri, followed, own] of rows(authors)) {
        if (own === 1) continue;
        const kinds = [...(accounts.get(Number(key)) ?? []), ...ofHost(hosts, String(uri))];
        people.set(Number(key), { person: Number(person), followed: followed === 1, kinds });
      }
      // A label on one account is on the person's others.
      const byPerson = new Map<number, Set<number>>();
      for (const { person, kinds } of people.values()) {
        if (kinds.length > 0) byPerson.set(person, new Set([...(byPerson.get(person) ?? []), ...kinds]));
      }
      const counted = new Map<number, { posts: number; people: Set<number> }>();
      const all = new Set<number>();
      const followed = new Set<number>();
      const examples: { id: number; kind: number }[] = [];
      const shown = new Set<number>();
      let total = 0;
      const query = db
        .selectFrom('post_column')
        .select(['id', 'ref', 'author'])
        .where('mine', '=', 0)
        .orderBy('id', 'desc')
        .compile();
      for (const [id, ref, author] of rows(query)) {
        const who = people.get(Number(author));
        const person = who?.person ?? Number(author);
        const kinds = new Set([...(posts.get(Number(ref)) ?? []), ...(byPerson.get(person) ?? [])]);
        const [first] = kinds;
        if (first === undefined) continue;
        total++;
        all.add(person);
        if (who?.followed === true) followed.add(person);
        for (const kind of kinds) {
          const count = counted.get(kind) ?? { posts: 0, people: new Set() };
          count.posts++;
          count.people.add(person);
          counted.set(kind, count);
        }
        if (examples.length < EXAMPLES && !shown.has(person)) {
          shown.add(person);
          examples.push({ id: Number(id), kind: first });
        }
      }
      return {
        posts: total,
        people: all.size,
        followed: followed.size,
        byKind: Array.from(counted, ([kind, count]) => ({ kind, posts: count.posts, people: count.people.size })),
        examples,
      };
    },
  ),
};

function push<K>(map: Map<K, number[]>, key: K, kind: number): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [kind]);
  else if (!known.includes(kind)) known.push(kind);
}

function ofHost(hosts: ReadonlyMap<string, readonly number[]>, uri: string): number[] {
  const found: number[] = [];
  if (hosts.size === 0) return found;
  for (let name = URL.parse(uri)?.hostname.toLowerCase() ?? ''; name !== ''; name = name.slice(name.indexOf('.') + 1)) {
    found.push(...(hosts.get(name) ?? []));
    if (!name.includes('.')) break;
  }
  return found;
}
