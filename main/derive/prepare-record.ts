import { isDatatype, type AnyDatatype } from '../../protocol/datatypes.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { OWNER_ACTOR, TEXT_KINDS, URI_MAX, type IntakeRecord } from '../../protocol/record.ts';
import { accountKey, accountOf, accountUri, authorKeyFromPost, isActor, type AccountFacts } from './account.ts';
import { searchText } from './bigrams.ts';
import { boundedBody } from './bounded-body.ts';
import { ownTexts } from './field-texts.ts';
import { hostOf, readHtml } from './html-text.ts';
import { clean, firstOf, isObject, listOf, textOf, typeOf, uriOf } from './json-access.ts';
import { postFacts, segmentsOf, type PostFacts } from './post-facts.ts';
import { TEXT_SEPARATOR, type PreparedAuthor, type PreparedPost, type PreparedRecord } from './prepared-record.ts';
import { bodyDigestOf, digestOf, keyOfKeyUri, uriKey } from './uri-key.ts';

const SUMMARY_MAX = 200;
/** Texts of a service's own record that its line in a list shows. */
const OWN_SUMMARY = 3;
/** All texts of one kind together: title and content are shorter, descriptions of pictures may be longer. */
const KIND_MAX = 120_000;

/**
 * Works out everything the store keeps beside a record's body: who made it, its texts, what it refers to, its counts.
 * Pure, and gives a result for any JSON; a fact that isn't told stays unknown.
 */
export function prepareRecord(record: IntakeRecord): PreparedRecord {
  const uri = record.uri === null ? null : clean(record.uri).slice(0, URI_MAX) || null;
  const { body, text: bodyText } = boundedBody(record.body);
  const source = clean(record.source).slice(0, URI_MAX);
  const kind = typeOf(body);
  if (!isDatatype(record.datatype)) return prepareOwn(record, uri, source, body, bodyText);
  const isPost = record.datatype === 'social.post' || record.datatype === 'social.message';
  const facts = isPost ? postFacts(body) : null;
  const author = authorOf(record.datatype, body, source, uri);
  const texts = joinTexts(facts === null ? otherTexts(record.datatype, body) : postTexts(facts), author);
  const objectUri = facts === null ? uriOf(body['object']) : null;
  const content = uri === null ? normalised(texts.text) || (objectUri === null ? bodyText : '') : '';
  return {
    datatype: record.datatype,
    uri,
    ...identityOf(record, uri, [source, String(record.published), kind, objectUri ?? '', author?.uri ?? '', content]),
    source,
    published: record.published,
    publishedText: record.publishedText === null ? null : clean(record.publishedText),
    estimated: record.timeEstimated,
    mine: record.mine,
    body: bodyText,
    bodyDigest: bodyDigestOf(bodyText),
    kind,
    summary: summaryOf(record.datatype, body, facts, author, objectUri),
    author: author === null ? null : preparedAuthor(author),
    object: objectUri === null ? null : objectOf(record, body, objectUri),
    ...texts,
    search: searchText(texts.text),
    post: facts !== null && record.datatype === 'social.post' ? preparedPost(facts) : null,
  };
}

/** A service's own record: its properties mean what the service says, and no reference of its is followed. */
function prepareOwn(
  record: IntakeRecord,
  uri: string | null,
  source: string,
  body: JsonObject,
  bodyText: string,
): PreparedRecord {
  const strings = Object.values(body).flatMap(ownTexts);
  const texts = joined(strings.map((text) => ({ kind: 'n', text })));
  return {
    datatype: record.datatype,
    uri,
    ...identityOf(record, uri, [source, String(record.published), bodyText]),
    source,
    published: record.published,
    publishedText: record.publishedText === null ? null : clean(record.publishedText),
    estimated: record.timeEstimated,
    mine: record.mine,
    body: bodyText,
    bodyDigest: bodyDigestOf(bodyText),
    kind: '',
    summary: oneLine(strings.slice(0, OWN_SUMMARY).join(' · ')),
    author: null,
    object: null,
    ...texts,
    search: searchText(texts.text),
    post: null,
  };
}

/** A record is named by its URI; without one, by what it says, when, and where it came from. */
function identityOf(
  { datatype }: IntakeRecord,
  uri: string | null,
  told: readonly string[],
): Pick<PreparedRecord, 'ref' | 'identity'> {
  if (uri === null) return { ref: digestOf('', datatype, ...told), identity: digestOf(datatype, '', ...told) };
  const isAccount = datatype === 'social.person' || datatype === 'social.profile';
  const canonical = isAccount ? accountUri(uri) : uri;
  return { ref: uriKey(canonical), identity: digestOf(datatype, canonical) };
}

function authorOf(
  datatype: IntakeRecord['datatype'],
  body: JsonObject,
  source: string,
  uri: string | null,
): AccountFacts | null {
  if (datatype === 'social.profile' || datatype === 'social.person') {
    return accountOf(uri === null ? body : { ...body, id: uri }, source);
  }
  const value = firstOf(body['attributedTo']) ?? firstOf(body['actor']);
  return accountOf(value, source);
}

function preparedAuthor(facts: AccountFacts): PreparedAuthor {
  const { aliases, alsoKnownAs, ...rest } = facts;
  return {
    ...rest,
    key: uriKey(facts.uri),
    aliases: aliases.map(uriKey),
    alsoKnownAs: alsoKnownAs.map((uri) => uriKey(accountUri(uri))),
  };
}

function preparedPost(facts: PostFacts): PreparedPost {
  const keyOf = (uri: string | null): number => (uri === null ? 0 : uriKey(uri));
  const target = facts.boostOf ?? facts.inReplyTo;
  const boostedAuthor = facts.boosted === null ? 0 : accountKey(facts.boosted['attributedTo']);
  return {
    replyTo: keyOf(facts.inReplyTo),
    boostOf: keyOf(facts.boostOf),
    quoteOf: keyOf(facts.quoteOf),
    targetAuthor: boostedAuthor || (target === null ? 0 : authorKeyFromPost(target)),
    replies: facts.replies,
    boosts: facts.boosts,
    likes: facts.likes,
    downs: facts.downs,
    mediaCount: facts.media.length,
    hasLink: facts.links.length > 0,
    chars: characters(facts.text),
    language: facts.language,
    sensitive: facts.sensitive || facts.warning !== null,
    visibility: facts.visibility,
    mentions: facts.mentions,
  };
}

const ABOUT_ACCOUNTS = new Set<AnyDatatype>(['social.follow', 'social.mute', 'social.block']);

function objectOf({ datatype, uri: own }: IntakeRecord, body: JsonObject, uri: string): PreparedRecord['object'] {
  const object = firstOf(body['object']);
  const isAccount = ABOUT_ACCOUNTS.has(datatype);
  const author = isAccount
    ? uriKey(accountUri(uri))
    : (isObject(object) && accountKey(object['attributedTo'])) || authorKeyFromPost(uri);
  // The root of a host stands for all accounts there.
  const host = isAccount && /^https?:\/\/[^/]+\/?$/.test(uri) ? hostOf(uri) : null;
  return { ref: isAccount ? author : postKey(uri, own), author, host };
}

/** Only what the owner did inside the locker may name a record by its key. */
function postKey(uri: string, act: string | null): number {
  const key = act?.startsWith(`${OWNER_ACTOR}:`) === true ? keyOfKeyUri(uri) : null;
  return key ?? uriKey(uri);
}

type Text = { kind: string; text: string };

function postTexts(facts: PostFacts): Text[] {
  return segmentsOf(facts).map(({ kind, text }) => ({ kind: String(TEXT_KINDS.indexOf(kind)), text }));
}

/** Words that other records are found by. */
function otherTexts(datatype: IntakeRecord['datatype'], body: JsonObject): Text[] {
  const texts = [textOf(body['name'], 1000)];
  const content = textOf(body['content'], 100_000) ?? textOf(body['summary'], 20_000);
  if (content !== null) texts.push(readHtml(content).text);
  if (datatype === 'label') texts.push(textOf(body['value'], 300));
  return texts.filter((text) => text !== null && text !== '').map((text) => ({ kind: 'n', text: text ?? '' }));
}

function joinTexts(texts: readonly Text[], author: AccountFacts | null): { text: string; kinds: string } {
  const all = [...texts];
  for (const name of new Set([author?.name, author?.handle])) {
    if (typeof name === 'string' && name !== '') all.push({ kind: 'n', text: name });
  }
  // Each kind by itself: a long text of one must not push another out of the index, as a contract may cover that alone.
  const taken = new Map<string, number>();
  const kept: Text[] = [];
  for (const { kind, text } of all) {
    const left = KIND_MAX - (taken.get(kind) ?? 0);
    if (left <= 0) continue;
    const cut = clean(text.slice(0, left));
    taken.set(kind, KIND_MAX - left + cut.length);
    kept.push({ kind, text: cut });
  }
  return joined(kept);
}

function joined(texts: readonly Text[]): { text: string; kinds: string } {
  return { text: texts.map(({ text }) => text).join(TEXT_SEPARATOR), kinds: texts.map(({ kind }) => kind).join('') };
}

function normalised(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}

function summaryOf(
  datatype: IntakeRecord['datatype'],
  body: JsonObject,
  facts: PostFacts | null,
  author: AccountFacts | null,
  objectUri: string | null,
): string {
  if (facts !== null) {
    const media = facts.media.find(({ alt }) => alt !== null)?.alt ?? facts.media[0]?.url;
    return oneLine(
      facts.warning ?? facts.title ?? (facts.text || (media ?? facts.boostOf ?? facts.cards[0]?.url ?? '')),
    );
  }
  if (datatype === 'social.profile' || datatype === 'social.person') {
    return oneLine(
      [author?.name, author?.handle].filter((part) => typeof part === 'string').join(' · ') || (author?.uri ?? ''),
    );
  }
  const object = firstOf(body['object']);
  if (isActor(object)) return oneLine(textOf(object['name']) ?? textOf(object['preferredUsername']) ?? objectUri ?? '');
  if (isObject(object)) return oneLine(postFacts(object).text || (objectUri ?? ''));
  const name = textOf(body['name']) ?? textOf(body['content']) ?? textOf(body['value']);
  return oneLine(
    name ??
      objectUri ??
      listOf(body['items'])
        .map((item) => uriOf(item) ?? '')
        .join(' '),
  );
}

function oneLine(text: string): string {
  const line = clean(text.slice(0, 4 * SUMMARY_MAX))
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > SUMMARY_MAX ? `${line.slice(0, SUMMARY_MAX - 1).toWellFormed()}…` : line;
}

/** Characters as a person counts them: code points. */
function characters(text: string): number {
  let pairs = 0;
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xd800) pairs++;
  return text.length - pairs;
}
