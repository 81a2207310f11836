import { isDatatype, type AnyDatatype, type Datatype } from '../../protocol/datatypes.ts';
import { LockerError } from '../../protocol/errors.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { Visibility } from '../../protocol/record.ts';
import { givenFields, type GivenFields, type GivenMedia } from './field-values.ts';
import { escapeLines } from './post-facts.ts';

const PUBLIC = 'https://www.w3.org/ns/activitystreams#Public';
const MEDIA_TYPES = { image: 'Image', video: 'Video', audio: 'Audio', file: 'Document' } as const;
const REACTIONS = new Set(['Like', 'Dislike', 'EmojiReact', 'Ignore', 'More']);

/**
 * The ActivityStreams body that has these fields: `fieldsOf` reads the same from it, spelled as the locker spells them.
 * `source` and `mine` are facts of the record beside its body: read and left to the caller. A service's own datatype is
 * kept as it is.
 *
 * @throws LockerError `record_invalid`, naming the field that is unknown, of another form, or missing
 */
export function bodyOf(datatype: AnyDatatype, fields: JsonObject): JsonObject {
  if (!isDatatype(datatype)) return ownBody(fields);
  const given = givenFields(fields);
  given.uri('source');
  if (datatype === 'social.post') given.flag('mine');
  const body = { ...common(given), ...BODIES[datatype](given) };
  given.end();
  return without(body);
}

/** Properties that a name of the locker's own can't stand for. */
function ownBody(fields: JsonObject): JsonObject {
  const wrong = Object.keys(fields).find((name) => !/^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(name));
  if (wrong !== undefined) throw new LockerError('record_invalid', { detail: wrong.slice(0, 64) });
  return { ...fields };
}

type Members = Record<string, Json | null>;
type Body = (given: GivenFields) => Members;

function common(given: GivenFields): Members {
  return {
    id: given.uri('id'),
    published: given.time('published'),
    updated: given.time('updated'),
    url: given.uri('url'),
  };
}

function account(given: GivenFields): Members {
  const avatar = given.uri('avatar');
  const bio = given.text('bio');
  return {
    type: 'Person',
    name: given.text('name'),
    webfinger: given.text('handle'),
    summary: bio === null ? null : escapeLines(bio),
    icon: avatar === null ? null : { type: 'Image', url: avatar },
    followers: total(given.count('followers')),
    following: total(given.count('following')),
    outbox: total(given.count('posts')),
  };
}

function act(type: string): Body {
  return (given) => ({ type, actor: given.uri('author'), object: needed('object', given.uri('object')) });
}

function post(given: GivenFields): Members {
  const author = given.uri('author');
  const audience = addressed(given.visibility('visibility'), author);
  const boostOf = given.uri('boostOf');
  if (boostOf !== null) {
    const sensitive = given.flag('sensitive');
    if (sensitive === true) throw new LockerError('record_invalid', { detail: 'sensitive' });
    return { type: 'Announce', actor: author, object: boostOf, ...audience };
  }
  const warning = given.text('warning');
  return {
    type: 'Note',
    attributedTo: author,
    ...audience,
    name: given.text('title'),
    content: given.text('content'),
    summary: warning === null ? null : escapeLines(warning),
    sensitive: given.flag('sensitive'),
    language: given.text('language'),
    inReplyTo: given.uri('inReplyTo'),
    context: given.uri('thread'),
    quote: given.uri('quoteOf'),
    tag: [
      ...given.texts('tags').map((tag) => ({ type: 'Hashtag', name: `#${tag}` })),
      ...given.uris('mentions').map((href) => ({ type: 'Mention', href })),
    ],
    attachment: [
      ...given.media('media').map(attachment),
      ...given.uris('links').map((href) => ({ type: 'Link', href })),
    ],
    replies: total(given.count('replies')),
    shares: total(given.count('boosts')),
    likes: total(given.count('likes')),
  };
}

const BODIES: { readonly [D in Datatype]: Body } = {
  'social.profile': account,
  'social.person': account,
  'social.post': post,
  'social.reaction': (given) => {
    const kind = given.text('kind') ?? 'Like';
    if (!REACTIONS.has(kind)) throw new LockerError('record_invalid', { detail: 'kind' });
    return act(kind)(given);
  },
  'social.follow': act('Follow'),
  'social.mute': act('Ignore'),
  'social.block': act('Block'),
  'social.list': (given) => ({ type: 'Collection', name: given.text('name'), items: given.uris('members') }),
  'social.bookmark': act('Add'),
  'social.message': (given) => ({
    type: 'Note',
    attributedTo: given.uri('author'),
    content: given.text('content'),
    context: given.uri('thread'),
    to: given.uris('recipients'),
  }),
  'media.item': (given) => ({
    type: 'Document',
    attributedTo: given.uri('author'),
    name: given.text('name'),
    mediaType: given.text('mediaType'),
    attachment: given.media('media').map(attachment),
  }),
  'activity.view': (given) => ({ type: 'View', object: needed('object', given.uri('object')) }),
  'activity.search': (given) => ({ type: 'Search', content: needed('content', given.text('content')) }),
  label: (given) => ({ ...act('Flag')(given), value: given.text('value') }),
};

/** To whom a post of that visibility is addressed; see `visibilityOf`. */
function addressed(visibility: Visibility | null, author: string | null): Members {
  if (visibility === 'public') return { to: [PUBLIC] };
  if (visibility === 'unlisted') return { cc: [PUBLIC] };
  if (visibility === 'followers') return { to: [`${author ?? 'urn:locker:author'}/followers`] };
  return visibility === 'direct' ? { to: ['urn:locker:nobody'] } : {};
}

function attachment({ kind, url, mediaType, alt }: GivenMedia): JsonObject {
  return without({ type: MEDIA_TYPES[kind], url, mediaType, name: alt });
}

function total(count: number | null): Json | null {
  return count === null ? null : { type: 'Collection', totalItems: count };
}

function needed(name: string, value: string | null): string {
  if (value === null) throw new LockerError('record_invalid', { detail: name });
  return value;
}

/** Without members that say nothing. */
function without(members: Members): JsonObject {
  const told = Object.entries(members).filter(
    ([, value]) => value !== null && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(told);
}
