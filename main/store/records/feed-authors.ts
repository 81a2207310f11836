import type { RawBuilder } from 'kysely';
import type { Reader } from '../operation.ts';

/** Facts of an account that the feed works with. Counts and times are NaN where unknown. */
export interface AuthorRow {
  /** Key of the account's URI. */
  key: number;
  seq: number;
  uri: string;
  name: string;
  /** Key shared by the accounts of one person. */
  person: number;
  followers: number;
  following: number;
  posts: number;
  /** When the account was made, milliseconds UTC. */
  created: number;
  own: boolean;
  iFollow: boolean;
  followsMe: boolean;
  /** Muted or blocked by the owner, by this account or another of the same person. */
  muted: boolean;
  blocked: boolean;
  medianEngagement: number;
}

export async function loadAuthors({ db }: Reader, keys: RawBuilder<number>): Promise<AuthorRow[]> {
  const rows = await db
    .selectFrom('author')
    .select([
      'key',
      'seq',
      'uri',
      'name',
      'handle',
      'person',
      'followers',
      'following',
      'posts',
      'created',
      'own',
      'i_follow',
      'follows_me',
      'muted',
      'blocked',
      'median',
    ]) // prettier-ignore
    .where('key', 'in', keys)
    .execute();
  return rows.map((row) => ({
    key: row.key,
    seq: row.seq,
    uri: row.uri,
    name: row.name ?? row.handle ?? row.uri,
    person: row.person,
    followers: row.followers ?? NaN,
    following: row.following ?? NaN,
    posts: row.posts ?? NaN,
    created: row.created ?? NaN,
    own: row.own === 1,
    iFollow: row.i_follow === 1,
    followsMe: row.follows_me === 1,
    muted: row.muted === 1,
    blocked: row.blocked === 1,
    medianEngagement: row.median ?? NaN,
  }));
}
