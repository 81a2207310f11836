import type { Json, JsonObject } from '../../protocol/json.ts';
import { hostOf } from './html-text.ts';
import { countOf, isObject, listOf, firstOf, textOf, timeOf, uriOf, uriText, urlOf, typeOf } from './json-access.ts';
import { digestOf, uriKey } from './uri-key.ts';

const NAME_MAX = 200;
const ACTOR_TYPES = new Set(['Person', 'Service', 'Group', 'Organization', 'Application']);

/** What a reference to an account or an embedded actor tells. Null: not told. */
export interface AccountFacts {
  uri: string;
  name: string | null;
  handle: string | null;
  avatar: string | null;
  followers: number | null;
  following: number | null;
  posts: number | null;
  /** When the account was made, milliseconds UTC. */
  created: number | null;
  /** Other URIs of the same account: its page, `acct:` of its handle. */
  aliases: string[];
  /** Other accounts that this one says are the same person's. */
  alsoKnownAs: string[];
  /** True where an actor was embedded, false for a bare reference. */
  embedded: boolean;
}

export function isActorType(type: string): boolean {
  return ACTOR_TYPES.has(type);
}

/**
 * Facts of the account that `value` refers to or embeds; null where it names none. An author who has a name only is
 * told apart within `source`.
 */
export function accountOf(value: Json | undefined, source: string): AccountFacts | null {
  const first = firstOf(value);
  if (!isObject(first)) {
    const uri = uriText(first);
    return uri === null ? null : bareAccount(accountUri(uri));
  }
  const uri = uriOf(first);
  if (uri === null) return namedAccount(first, source);
  return actorFacts(accountUri(uri), first);
}

/** `at://did:…` without a path is the DID itself, `acct:@a@b` is `acct:a@b`: one spelling for each account. */
export function accountUri(uri: string): string {
  if (uri.startsWith('at://did:') && !uri.includes('/', 5)) return uri.slice(5);
  if (uri.startsWith('acct:')) return `acct:${uri.slice(uri.startsWith('acct:@') ? 6 : 5).toLowerCase()}`;
  return uri;
}

/** Key of the account that a reference names; 0: none. */
export function accountKey(value: Json | undefined): number {
  const uri = uriOf(value);
  return uri === null ? 0 : uriKey(accountUri(uri));
}

function bareAccount(uri: string): AccountFacts {
  return {
    uri,
    name: null,
    handle: uri.startsWith('acct:') ? uri.slice(5) : null,
    avatar: null,
    followers: null,
    following: null,
    posts: null,
    created: null,
    aliases: [],
    alsoKnownAs: [],
    embedded: false,
  };
}

/** Feeds name authors without an address. */
function namedAccount(actor: JsonObject, source: string): AccountFacts | null {
  const name = textOf(actor['name'], NAME_MAX) ?? textOf(actor['preferredUsername'], NAME_MAX);
  if (name === null) return null;
  return actorFacts(`urn:locker:author:${digestOf(source, name).toString(36)}`, actor);
}

function actorFacts(uri: string, actor: JsonObject): AccountFacts {
  const handle = handleOf(uri, actor);
  const page = urlOf(actor['url']);
  const aliases = [page, handle?.includes('@') === true ? accountUri(`acct:${handle}`) : null].filter(
    (alias) => alias !== null && alias !== uri,
  );
  return {
    uri,
    name: textOf(actor['name'], NAME_MAX) ?? textOf(actor['preferredUsername'], NAME_MAX),
    handle,
    avatar: urlOf(actor['icon']),
    followers: countOf(actor['followers']) ?? countOf(actor['followersCount']),
    following: countOf(actor['following']) ?? countOf(actor['followingCount']),
    posts: countOf(actor['outbox']) ?? countOf(actor['postsCount']) ?? countOf(actor['statusesCount']),
    created: timeOf(actor['published']),
    aliases: aliases.filter((alias): alias is string => alias !== null),
    alsoKnownAs: listOf(actor['alsoKnownAs'])
      .map(uriOf)
      .filter((other) => other !== null)
      .slice(0, 20),
    embedded: true,
  };
}

/** `name@host`; for atproto the handle itself. */
function handleOf(uri: string, actor: JsonObject): string | null {
  const webfinger = textOf(actor['webfinger'], 300);
  if (webfinger !== null) return webfinger.replace(/^(?:acct:)?@?/, '');
  if (uri.startsWith('acct:')) return uri.slice(5);
  const user = textOf(actor['preferredUsername'], NAME_MAX);
  if (uri.startsWith('did:')) {
    const known = listOf(actor['alsoKnownAs']).map(uriOf);
    return known.find((other) => other?.startsWith('at://') === true)?.slice(5) ?? user;
  }
  const host = hostOf(uri);
  return user === null ? null : host === null || user.includes('@') ? user.replace(/^@/, '') : `${user}@${host}`;
}

/**
 * The account that wrote the post at `uri`, where servers put the account into the address: an atproto repository, or
 * Mastodon's `/users/NAME/statuses/ID` and `/@NAME/ID`. 0: it can't be told.
 */
export function authorKeyFromPost(uri: string): number {
  if (uri.startsWith('at://')) {
    const end = uri.indexOf('/', 5);
    return end > 5 ? uriKey(uri.slice(5, end)) : 0;
  }
  const match = /^(https?:\/\/[^/]{1,253}\/(?:users\/[^/]{1,100}(?=\/statuses\/)|@[^/]{1,100}(?=\/\d)))/.exec(uri);
  return match?.[1] === undefined ? 0 : uriKey(match[1]);
}

/** True for an object that is an actor. */
export function isActor(value: Json | undefined): value is JsonObject {
  return isObject(value) && isActorType(typeOf(value));
}
