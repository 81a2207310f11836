/**
 * The made-up town that `--sample` opens: 60 people, 5,000 posts, replies and boosts over 60 days, with likes and
 * follows. The same seed and clock give the same records. Nothing here is anyone's data.
 */
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { IntakeRecord } from '../../protocol/record.ts';
import { OWNER_URI, actorOf, makePeople, type Person } from './people.ts';
import { phrase, replyPhrase } from './phrases.ts';
import { createRandom, type Random } from './random.ts';

const PUBLIC = 'https://www.w3.org/ns/activitystreams#Public';
const DAY = 86_400_000;
const DAYS = 60;
/** Replies and boosts go to one of this many latest posts. */
const RECENT = 80;

export interface TownSize {
  readonly people: number;
  /** Posts, replies and boosts together. */
  readonly posts: number;
}

export const TOWN: TownSize = { people: 60, posts: 5000 };

interface Written {
  readonly uri: string;
  readonly author: Person;
  readonly at: number;
}

function record(
  datatype: IntakeRecord['datatype'],
  uri: string,
  at: number,
  mine: boolean,
  body: JsonObject,
): IntakeRecord {
  const text = new Date(at).toISOString();
  return {
    datatype,
    uri,
    source: OWNER_URI,
    published: at,
    publishedText: text,
    timeEstimated: false,
    mine,
    body: { ...body, id: uri, published: text },
  };
}

function weighted(random: Random, people: readonly Person[], weight: (person: Person) => number): Person {
  const total = people.reduce((sum, person) => sum + weight(person), 0);
  let left = random.next() * total;
  for (const person of people) {
    left -= weight(person);
    if (left <= 0) return person;
  }
  return random.pick(people);
}

function counts(random: Random, author: Person, ageDays: number): JsonObject {
  const heat = author.popularity * (random.chance(0.03) ? 12 : 1) * Math.min(1, 0.3 + ageDays);
  const collection = (mean: number): Json => ({
    type: 'Collection',
    totalItems: Math.round(random.exponential(mean * heat)),
  });
  return { replies: collection(1.2), shares: collection(1.6), likes: collection(6) };
}

function note(random: Random, author: Person, html: string, now: number, at: number): JsonObject {
  return {
    type: 'Note',
    attributedTo: actorOf(author, now),
    content: html,
    contentMap: { [author.language]: html },
    to: [PUBLIC],
    ...counts(random, author, (now - at) / DAY),
  };
}

function post(random: Random, { author, uri, at }: Written, now: number): IntakeRecord {
  const topic = random.pick(author.topics);
  const tagged = random.chance(0.35);
  const host = new URL(author.uri).host;
  const html = `<p>${phrase(random, author, topic)}${tagged ? ` <a href="https://${host}/tags/${topic}" rel="tag">#${topic}</a>` : ''}</p>`;
  const body = note(random, author, html, now, at);
  if (tagged) body['tag'] = [{ type: 'Hashtag', name: `#${topic}`, href: `https://${host}/tags/${topic}` }];
  if (random.chance(0.06)) body['summary'] = random.pick(['Town politics', 'Food', 'A long one', 'Football result']);
  if (random.chance(0.03)) body['sensitive'] = true;
  if (random.chance(0.14)) {
    const picture = random.below(10_000);
    body['attachment'] = [
      {
        type: 'Image',
        mediaType: 'image/jpeg',
        url: `https://${host}/media/${picture}.jpg`,
        name: random.chance(0.7) ? `A picture about the ${topic}` : null,
      },
    ];
  }
  return record('social.post', uri, at, false, { ...body, url: uri });
}

function reply(random: Random, { author, uri, at }: Written, to: Written, now: number, mine: boolean): IntakeRecord {
  const html = `<p>${replyPhrase(random)}</p>`;
  const body = note(random, { ...author, language: 'en' }, html, now, at);
  return record('social.post', uri, at, mine, {
    ...body,
    url: uri,
    inReplyTo: to.uri,
    tag: [{ type: 'Mention', href: to.author.uri, name: to.author.handle }],
  });
}

function boost(author: Person, of: Written, uri: string, at: number, now: number): IntakeRecord {
  return record('social.post', uri, at, false, {
    type: 'Announce',
    actor: actorOf(author, now),
    object: of.uri,
    to: [PUBLIC],
  });
}

function owner(now: number): Person {
  return {
    uri: OWNER_URI,
    handle: '@you@linden.example',
    name: 'You',
    bio: 'New by the lake.',
    topics: ['lake', 'library'],
    language: 'en',
    talkative: 0.5,
    popularity: 0.8,
    followers: 41,
    following: 38,
    joinedDaysAgo: Math.min(400, now / DAY),
  };
}

function* ties(random: Random, people: readonly Person[], now: number): Generator<IntakeRecord> {
  const me = owner(now);
  yield record('social.profile', OWNER_URI, now - me.joinedDaysAgo * DAY, true, actorOf(me, now));
  for (const person of people) {
    yield record('social.person', person.uri, now - person.joinedDaysAgo * DAY, false, actorOf(person, now));
    const since = now - Math.min(person.joinedDaysAgo, 90 + random.below(200)) * DAY;
    if (random.chance(0.65)) {
      yield record('social.follow', `${OWNER_URI}/follows/${encodeURIComponent(person.handle)}`, since, true, {
        type: 'Follow',
        actor: OWNER_URI,
        object: person.uri,
      });
    }
    if (random.chance(0.4)) {
      yield record('social.follow', `${person.uri}/follows/you`, since, false, {
        type: 'Follow',
        actor: person.uri,
        object: OWNER_URI,
      });
    }
  }
}

function like(of: Written, at: number): IntakeRecord {
  return record('social.reaction', `${OWNER_URI}/likes/${encodeURIComponent(of.uri)}`, at, true, {
    type: 'Like',
    actor: OWNER_URI,
    object: of.uri,
  });
}

/**
 * The town's records, oldest first: people and follows, then posts, replies, boosts and the owner's likes.
 *
 * @param now UTC milliseconds at which the town's 60 days end
 * @param seed any 32-bit number; the default is the town everyone sees
 */
export function* generateTown(now: number, size: TownSize = TOWN, seed = 20_260_101): Generator<IntakeRecord> {
  const random = createRandom(seed);
  const people = makePeople(random, size.people);
  const me = owner(now);
  yield* ties(random, people, now);
  const recent: Written[] = [];
  const step = (DAYS * DAY) / size.posts;
  for (let index = 0; index < size.posts; index++) {
    const at = Math.floor(now - DAYS * DAY + (index + random.next()) * step);
    const writer = weighted(random, people, (person) => (person.joinedDaysAgo * DAY > now - at ? person.talkative : 0));
    const target = recent.length > 0 && random.chance(0.45) ? random.pick(recent) : undefined;
    if (target !== undefined && random.chance(0.3)) {
      yield boost(writer, target, `${writer.uri}/posts/${index}`, at, now);
      continue;
    }
    const mine = target !== undefined && random.chance(0.06);
    const author = mine ? me : writer;
    const written: Written = { uri: `${author.uri}/posts/${index}`, author, at };
    yield target === undefined ? post(random, written, now) : reply(random, written, target, now, mine);
    if (!mine && random.chance(0.04 * author.popularity)) {
      yield like(written, Math.min(now, at + 60_000 * (1 + random.below(600))));
    }
    recent.push(written);
    if (recent.length > RECENT) recent.shift();
  }
}
