import type { Json } from '../../protocol/json.ts';
import type { Act, AuthorView, PostView } from '../../protocol/owner/data.ts';
import { POST_ACTS, type StoredPost, type StoredRef } from '../store/index.ts';
import {
  accountOf,
  type AccountFacts,
  isObject,
  uriOf,
  postFacts,
  type PostFacts,
  uriKey,
  effectiveBody,
} from '../derive/index.ts';

const REF_TEXT = 500;

/** A post as screens draw it, from what is stored; `refs` are the posts it refers to, by key. */
export function postView(post: StoredPost, refs: ReadonlyMap<number, StoredRef>): PostView {
  const body = effectiveBody(post.body, post.overlay);
  const facts = postFacts(body);
  const ref = (uri: string | null, embedded: Json | undefined): PostView['boostOf'] =>
    uri === null ? null : refView(uri, embedded, refs.get(uriKey(uri)), post.source);
  return {
    id: String(post.id),
    uri: post.uri,
    url: facts.url ?? webAddress(post.uri),
    author: post.author,
    source: post.source,
    published: post.published,
    timeEstimated: post.estimated,
    title: facts.title,
    html: facts.html,
    text: facts.text,
    warning: facts.warning,
    language: facts.language,
    sensitive: facts.sensitive || facts.warning !== null,
    visibility: facts.visibility,
    mine: post.mine,
    replies: facts.replies,
    boosts: facts.boosts,
    likes: facts.likes,
    media: facts.media.map((media) => ({ ...media, local: null })),
    cards: facts.cards,
    tags: facts.tags,
    inReplyTo: ref(facts.inReplyTo, body['inReplyTo']),
    boostOf: ref(facts.boostOf, facts.boosted ?? undefined),
    quoteOf: ref(facts.quoteOf, facts.quoted ?? undefined),
    acts: actsOf(post),
  };
}

function webAddress(uri: string | null): string | null {
  return uri !== null && /^https?:\/\//i.test(uri) ? uri : null;
}

/** What is stored of the other post; else what the body itself carries of it. */
function refView(
  uri: string,
  embedded: Json | undefined,
  stored: StoredRef | undefined,
  source: string,
): NonNullable<PostView['boostOf']> {
  if (stored !== undefined) return { uri, id: String(stored.id), author: stored.author, text: stored.text };
  if (!isObject(embedded) || uriOf(embedded) !== uri) return { uri, id: null, author: null, text: null };
  const facts: PostFacts = postFacts(embedded);
  const account = accountOf(embedded['attributedTo'] ?? embedded['actor'], source);
  const text = [facts.title, facts.text].filter((part) => part !== null && part !== '').join('\n');
  return { uri, id: null, author: account === null ? null : accountView(account), text: shortened(text) };
}

function accountView(account: AccountFacts): AuthorView {
  const { uri, name, handle, avatar } = account;
  return { uri, name: name ?? handle ?? uri, handle, avatar, iFollow: false };
}

function shortened(text: string): string | null {
  if (text === '') return null;
  return text.length > REF_TEXT ? `${text.slice(0, REF_TEXT).toWellFormed()}…` : text;
}

function actsOf({ acts, muted, blocked }: StoredPost): Act[] {
  const inForce: Act[] = [];
  for (const act of ['like', 'save', 'hide', 'more', 'less'] as const)
    if ((acts & POST_ACTS[act]) !== 0) inForce.push(act);
  if (muted) inForce.push('mute');
  if (blocked) inForce.push('block');
  return inForce;
}
