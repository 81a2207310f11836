import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { blueskyPost } from '../../main/intake/testing.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { MutedWord } from '../../protocol/owner/feed.ts';
import type { IntakeRecord } from '../../protocol/record.ts';
import { CORPUS } from './corpus.ts';

const OWNER = 'did:web:me.example';
const Label = z.looseObject({ src: z.string(), uri: z.string(), val: z.string() });
type Label = z.infer<typeof Label>;
const Viewer = z.looseObject({
  muted: z.boolean().optional(),
  mutedByList: z.unknown().optional(),
  blocking: z.string().optional(),
  blockingByList: z.unknown().optional(),
  following: z.string().optional(),
});
const Person = z.looseObject({
  did: z.string(),
  viewer: Viewer.default({}),
  labels: z.array(Label).default([]),
});
const Quoted = z.looseObject({
  uri: z.string(),
  author: Person,
  value: z.record(z.string(), z.json()).optional(),
  labels: z.array(Label).default([]),
});
const Post = z.looseObject({
  uri: z.string(),
  author: Person,
  record: z.record(z.string(), z.json()),
  labels: z.array(Label),
  embed: z.looseObject({ $type: z.string() }).optional(),
});
const Choice = z.enum(['hide', 'warn', 'ignore']);
const Answer = z.looseObject({ filter: z.boolean(), blur: z.boolean(), alert: z.boolean(), inform: z.boolean() });
const Definition = z.looseObject({
  identifier: z.string(),
  severity: z.enum(['alert', 'inform', 'none']),
  blurs: z.enum(['content', 'media', 'none']),
  adultOnly: z.boolean(),
});
const Case = z.object({
  id: z.string(),
  kind: z.enum(['post', 'profile']),
  prefs: z.object({
    adultContentEnabled: z.boolean(),
    labels: z.record(z.string(), Choice),
    labelers: z.array(z.object({ did: z.string(), labels: z.record(z.string(), Choice) })),
    mutedWords: z.array(
      z.object({
        value: z.string(),
        targets: z.array(z.enum(['content', 'tag'])),
        actorTarget: z.string(),
        expiresAt: z.string().optional(),
      }),
    ),
    hiddenPosts: z.array(z.string()),
  }),
  subject: z.looseObject({}),
  expected: z.object({ ui: z.record(z.string(), Answer) }),
});
type Case = z.infer<typeof Case>;

/** What becomes of a post in a list: left out, covered until opened, shown with a note, or just shown. */
export type Outcome = 'hidden' | 'covered' | 'noted' | 'shown';

/** Labels of one labeler as a file, with what the owner decided about them. */
export interface Subscription {
  readonly labels: readonly Label[];
  readonly choices: readonly { value: string; choice: -1 | 0 | 1 | 2 | 3 }[];
}

/** A case as what a locker holds of it. Names of a case are its own, so that one locker holds all cases. */
export interface Situation {
  readonly id: string;
  readonly post: string;
  readonly records: readonly IntakeRecord[];
  readonly subscriptions: readonly Subscription[];
  readonly listed: readonly string[];
  readonly words: readonly MutedWord[];
  readonly expected: { readonly list: Outcome; readonly media: boolean };
}

export interface Moderation {
  readonly now: number;
  readonly situations: readonly Situation[];
  /** Answers in all contexts, and in those that a feed has no counterpart of. */
  readonly answers: number;
  readonly withoutCounterpart: number;
}

/** Adult values, and those that cover the pictures, among those that every Bluesky client knows. */
const ADULT = new Set(['porn', 'sexual', 'graphic-media', 'gore']);
const COVERS_PICTURES = new Set([...ADULT, 'nudity']);
const COMPARED = new Set(['contentList', 'contentMedia']);

export function moderation(): Moderation {
  const json: unknown = JSON.parse(readFileSync(join(CORPUS, 'reference-rankers/bluesky-moderation.json'), 'utf8'));
  const { about, label_definitions, cases } = z
    .object({
      about: z.object({ clock: z.string() }),
      label_definitions: z.record(z.string(), z.array(Definition)),
      cases: z.array(Case),
    })
    .parse(json);
  const definitions = new Map(
    Object.values(label_definitions)
      .flat()
      .map((one) => [one.identifier, one]),
  );
  const contexts = cases.flatMap(({ expected }) => Object.keys(expected.ui));
  return {
    now: Date.parse(about.clock),
    situations: cases.map((one) => situationOf(Case.parse(ofItsOwn(one)), definitions)),
    answers: contexts.length,
    withoutCounterpart: contexts.filter((context) => !COMPARED.has(context)).length,
  };
}

/** The case with people, labelers, posts and muted words that no other case has. */
function ofItsOwn(one: Case): unknown {
  let text = JSON.stringify(one)
    .replaceAll(/did:web:(?!me\.)([a-z-]+)\.example/g, `did:web:$1.${one.id}.example`)
    .replaceAll(/(app\.bsky\.feed\.post\/[pq]1)/g, `$1${one.id}`);
  for (const { value } of one.prefs.mutedWords) text = text.replaceAll(value, `${value}${one.id.replace('-', '')}`);
  return JSON.parse(text);
}

function situationOf(one: Case, definitions: ReadonlyMap<string, z.infer<typeof Definition>>): Situation {
  const post = Post.parse(one.kind === 'post' ? one.subject : plainPostOf(one));
  const quoted = quotedBy(post);
  const people = [post.author, ...(quoted === null ? [] : [quoted.author])];
  const labels = [...post.labels, ...people.flatMap((person) => person.labels), ...(quoted?.labels ?? [])];
  const records = [
    postRecord(post.uri, post.author.did, post.record, post.embed, post.labels),
    ...(quoted?.value === undefined ? [] : [postRecord(quoted.uri, quoted.author.did, quoted.value, undefined, quoted.labels)]), // prettier-ignore
    ...one.prefs.hiddenPosts.map((uri) => act('social.reaction', 'Ignore', uri)),
    ...people.flatMap(({ did, viewer }) => [
      ...(viewer.following === undefined ? [] : [act('social.follow', 'Follow', did)]),
      ...(viewer.muted === true && viewer.mutedByList === undefined ? [act('social.mute', 'Ignore', did)] : []),
      ...(viewer.blocking !== undefined && viewer.blockingByList === undefined
        ? [act('social.block', 'Block', did)]
        : []),
    ]),
  ];
  const { contentList, contentMedia } = one.expected.ui;
  if (contentList === undefined || contentMedia === undefined) throw new Error(`${one.id} lacks a context`);
  const noted = contentList.alert || contentList.inform ? 'noted' : 'shown';
  return {
    id: one.id,
    post: post.uri,
    records,
    subscriptions: one.prefs.labelers.flatMap((labeler) => {
      const said = labels.filter(({ src }) => src === labeler.did);
      if (said.length === 0) return [];
      const choices = [...new Set(said.map(({ val }) => val))].flatMap((value) => {
        const set = decided(value, labeler.labels[value] ?? one.prefs.labels[value], one.prefs.adultContentEnabled, definitions.get(value)); // prettier-ignore
        return set === null ? [] : [{ value, choice: set }];
      });
      return [{ labels: said, choices }];
    }),
    listed: people.flatMap(({ did, viewer }) =>
      viewer.mutedByList === undefined && viewer.blockingByList === undefined ? [] : [did],
    ),
    words: one.prefs.mutedWords.map(({ value, targets, actorTarget, expiresAt }) => ({
      value,
      targets,
      severity: 3,
      excludeFollowing: actorTarget === 'exclude-following',
      expiresAt: expiresAt === undefined ? null : Date.parse(expiresAt),
    })),
    expected: { list: contentList.filter ? 'hidden' : contentList.blur ? 'covered' : noted, media: contentMedia.blur },
  };
}

/** The owner's decision here that is the preference there; null: none. No adult content is a decision to hide each such label. */
function decided(
  value: string,
  preference: z.infer<typeof Choice> | undefined,
  adult: boolean,
  definition: z.infer<typeof Definition> | undefined,
): -1 | 0 | 1 | 2 | 3 | null {
  if (!adult && (definition?.adultOnly ?? ADULT.has(value))) return 3;
  if (preference === undefined) return null;
  if (preference !== 'warn') return preference === 'hide' ? 3 : -1;
  const blurs = definition?.blurs ?? (COVERS_PICTURES.has(value) ? 'media' : 'content');
  if (blurs !== 'none') return blurs === 'media' ? 2 : 1;
  return definition?.severity === 'none' ? -1 : 0;
}

/** A feed has posts: what holds for an account is looked at in a plain post by it. */
function plainPostOf({ id, subject }: Case): JsonObject {
  const author: Json = z.json().parse(subject);
  const { did } = Person.parse(subject);
  const record = { $type: 'app.bsky.feed.post', text: 'plain text', createdAt: '2026-05-01T10:00:00.000Z' };
  return { uri: `at://${did}/app.bsky.feed.post/plain${id}`, author, record, labels: [] };
}

type Embed = z.infer<typeof Post>['embed'];

function quotedBy({ embed }: z.infer<typeof Post>): z.infer<typeof Quoted> | null {
  const held = embed?.['record'];
  const inner = z.looseObject({ record: z.unknown() }).safeParse(held).data?.record ?? held;
  return Quoted.safeParse(inner).data ?? null;
}

function postRecord(
  uri: string,
  did: string,
  record: JsonObject,
  embed: Embed,
  labels: readonly Label[],
): IntakeRecord {
  const own = labels.filter(({ src }) => src === did).map(({ val }) => ({ val }));
  const quoted = embed === undefined ? null : quotedBy(Post.parse({ uri, author: { did }, record, labels: [], embed }));
  // Plain pictures are read from the record, as there; whatever the server shows beside it is not the author's.
  const shown = embed?.$type === 'app.bsky.embed.images#view' ? record['embed'] : (embed?.['media'] ?? embed);
  const media = mediaOf(z.json().parse(shown ?? record['embed'] ?? null));
  const inRecord: JsonObject | null =
    quoted === null
      ? media
      : media === null
        ? { $type: 'app.bsky.embed.record', record: { uri: quoted.uri } }
        : { $type: 'app.bsky.embed.recordWithMedia', record: { record: { uri: quoted.uri } }, media };
  const whole: JsonObject = {
    ...record,
    ...(inRecord === null ? {} : { embed: inRecord }),
    ...(own.length === 0 ? {} : { labels: { values: own } }),
  };
  const published = z.string().parse(record['createdAt']);
  return {
    datatype: 'social.post',
    uri,
    source: did,
    published: Date.parse(published),
    publishedText: published,
    timeEstimated: false,
    mine: did === OWNER,
    body: { id: uri, ...blueskyPost(whole, did, uri.split('/').at(-1) ?? '') },
  };
}

/** Pictures and links as the record names them, from how a server shows them. */
function mediaOf(shown: Json): JsonObject | null {
  const { success, data } = z
    .looseObject({
      images: z.array(z.looseObject({ alt: z.string() })).optional(),
      external: z.record(z.string(), z.json()).optional(),
    })
    .safeParse(shown);
  if (!success) return null;
  if (data.external !== undefined) return { $type: 'app.bsky.embed.external', external: data.external };
  if (data.images === undefined) return null;
  const image = { $type: 'blob', ref: { $link: 'bafyreigh2akis' }, mimeType: 'image/png', size: 1 };
  return { $type: 'app.bsky.embed.images', images: data.images.map(({ alt }) => ({ alt, image })) };
}

function act(datatype: IntakeRecord['datatype'], type: string, object: string): IntakeRecord {
  return {
    datatype,
    uri: `urn:${datatype}:${object}`,
    source: OWNER,
    published: Date.UTC(2026, 3, 1),
    publishedText: null,
    timeEstimated: false,
    mine: true,
    body: { type, actor: OWNER, object },
  };
}
