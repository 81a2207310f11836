import { NO_ROW } from '../../protocol/columns.ts';
import type { AuthorFacts } from './author-rows.ts';
import { columnDigest, jsonDigest } from './digest.ts';
import { numbering } from './grouping.ts';
import { mixColumn, textPrint } from './hashing.ts';
import { F64_FACTS, rememberedFor, U32_FACTS, U8_FACTS, type PostSet } from './post-set.ts';

/** Facts of an author that can change a feed, as numbers; the names and addresses are in `authorWords`. */
function authorNumbers(author: AuthorFacts | undefined): number[] {
  if (author === undefined) return [];
  const { person, muted, blocked, followers, following, posts, created, iFollow, followsMe, medianEngagement } = author;
  const { myReplies30d, myLikes30d, myBoosts30d, acts, lessAt } = author;
  const { myReplies, myBoosts, myQuotes, myLikes, mySeen, myMore, myLess } = acts;
  const flags = Number(muted) + 2 * Number(blocked) + 4 * Number(iFollow) + 8 * Number(followsMe);
  return [
    ...[person, flags, followers, following, posts, created, medianEngagement, myReplies30d, myLikes30d, myBoosts30d],
    ...[myReplies, myBoosts, myQuotes, myLikes, mySeen, myMore, myLess, lessAt],
  ];
}

const AUTHOR_NUMBERS = 18;

const digests = new WeakMap<PostSet, string>();
const prints = new WeakMap<PostSet, Uint32Array>();

/** Names the content of a set of posts: equal digests, equal facts about equal posts in equal order. */
export function postsDigest(posts: PostSet): string {
  return rememberedFor(digests, posts, () => {
    const authors = numbering(posts, 'author').keys;
    const numbers = new Float64Array(authors.length * AUTHOR_NUMBERS);
    const hosts: (string | null)[] = [];
    for (let i = 0; i < authors.length; i++) {
      const author = posts.context.authors.get(authors[i] ?? 0);
      numbers.set(authorNumbers(author), i * AUTHOR_NUMBERS);
      hosts.push(author?.host ?? null);
    }
    // The keys of languages and sources may differ from start to start; their numbering by appearance does not.
    const langs = Array.from(numbering(posts, 'lang').keys, (key) => posts.context.langs[key] ?? '');
    return jsonDigest([
      posts.n,
      F64_FACTS.map((fact) => columnDigest(posts.f64(fact))),
      U32_FACTS.filter((fact) => fact !== 'lang' && fact !== 'source').map((fact) => columnDigest(posts.u32(fact))),
      U8_FACTS.map((fact) => columnDigest(posts.u8(fact))),
      columnDigest(numbering(posts, 'source').index),
      [columnDigest(numbering(posts, 'lang').index), langs],
      [columnDigest(numbers), hosts],
      posts.context.blockedHosts,
    ]);
  });
}

/** A 32-bit number per post that changes when a fact about the post or its author changes. */
export function postPrints(posts: PostSet): Uint32Array {
  return rememberedFor(prints, posts, () => {
    const made = new Uint32Array(posts.n);
    for (const fact of F64_FACTS) mixColumn(made, posts.f64(fact));
    for (const fact of U32_FACTS) if (fact !== 'lang' && fact !== 'source') mixColumn(made, posts.u32(fact));
    for (const fact of U8_FACTS) mixColumn(made, posts.u8(fact));
    const langs = posts.context.langs.map(textPrint);
    mixColumn(
      made,
      posts.u32('lang').map((key) => langs[key] ?? NO_ROW),
    );
    const { index, keys } = numbering(posts, 'author');
    const authors = Uint32Array.from(keys, (key) => authorPrint(posts.context.authors.get(key)));
    mixColumn(
      made,
      index.map((number) => authors[number] ?? NO_ROW),
    );
    return made;
  });
}

function authorPrint(author: AuthorFacts | undefined): number {
  const print = new Uint32Array([textPrint(author?.host ?? '')]);
  for (const value of authorNumbers(author)) mixColumn(print, Float64Array.of(value));
  return print[0] ?? 0;
}
