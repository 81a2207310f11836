import type { JsonObject } from '../../protocol/json.ts';
import type { Random } from './random.ts';

/** How a townsperson writes and is read; all of it made up. */
export interface Person {
  readonly uri: string;
  readonly handle: string;
  readonly name: string;
  readonly bio: string;
  readonly topics: readonly Topic[];
  readonly language: 'en' | 'de' | 'ja' | 'th' | 'es';
  /** Relative number of posts. */
  readonly talkative: number;
  /** Relative number of reactions per post. */
  readonly popularity: number;
  readonly followers: number;
  readonly following: number;
  readonly joinedDaysAgo: number;
}

export type Topic =
  | 'garden'
  | 'bakery'
  | 'football'
  | 'choir'
  | 'council'
  | 'library'
  | 'weather'
  | 'cycling'
  | 'cinema'
  | 'school'
  | 'market'
  | 'lake';

export const TOPICS: readonly Topic[] = [
  'garden',
  'bakery',
  'football',
  'choir',
  'council',
  'library',
  'weather',
  'cycling',
  'cinema',
  'school',
  'market',
  'lake',
];

const FIRST = [
  'Ana',
  'Bruno',
  'Carla',
  'Dario',
  'Elif',
  'Farid',
  'Greta',
  'Hugo',
  'Ines',
  'Jonas',
  'Kim',
  'Lea',
  'Milan',
  'Nora',
  'Omar',
  'Paula',
  'Quentin',
  'Rosa',
  'Sami',
  'Tilda',
  'Umar',
  'Vera',
  'Wim',
  'Xenia',
  'Yusuf',
  'Zoe',
  'Ada',
  'Bela',
  'Cleo',
  'Dimitri',
];
const LAST = [
  'Ahlgren',
  'Bader',
  'Costa',
  'Demir',
  'Engel',
  'Falk',
  'Grau',
  'Haas',
  'Ito',
  'Jansen',
  'Kaya',
  'Lindner',
  'Moreau',
  'Nagel',
  'Okafor',
  'Perrin',
  'Quist',
  'Roth',
  'Sand',
  'Thal',
];

/** The town's host names all end in `.example`, which no one can register. */
const HOSTS = ['linden.example', 'lakeside.example', 'square.example'];

/** Where the owner of the sample locker lives. */
export const OWNER_URI = 'https://linden.example/users/you';

/** The 60 people of the town, the same for the same random source. */
export function makePeople(random: Random, count: number): Person[] {
  return Array.from({ length: count }, (_, index) => {
    const first = FIRST[index % FIRST.length] ?? 'Ana';
    const last = LAST[(index * 7 + Math.floor(index / FIRST.length)) % LAST.length] ?? 'Thal';
    const user = `${first}${index < FIRST.length ? '' : (last[0] ?? '')}`.toLowerCase();
    const host = HOSTS[index % HOSTS.length] ?? 'linden.example';
    const topics = [random.pick(TOPICS), random.pick(TOPICS)];
    const popularity = 0.3 + random.exponential(1);
    return {
      uri: `https://${host}/users/${user}`,
      handle: `@${user}@${host}`,
      name: `${first} ${last}`,
      bio: `Lives by the lake. Mostly ${topics.join(' and ')}.`,
      topics,
      language:
        index % 20 === 7 ? 'de' : index % 20 === 11 ? 'ja' : index % 20 === 13 ? 'th' : index % 20 === 17 ? 'es' : 'en',
      talkative: 0.2 + random.exponential(1),
      popularity,
      followers: Math.round(20 + popularity * 180 + random.exponential(60)),
      following: Math.round(30 + random.exponential(120)),
      joinedDaysAgo: index % 15 === 4 ? 3 + random.below(10) : 200 + random.below(2000),
    };
  });
}

/** The actor as an ActivityStreams object, to embed in posts or to keep as a person. */
export function actorOf(person: Person, now: number): JsonObject {
  return {
    type: 'Person',
    id: person.uri,
    url: person.uri,
    name: person.name,
    preferredUsername: person.handle.split('@')[1] ?? person.name,
    summary: `<p>${person.bio}</p>`,
    published: new Date(now - person.joinedDaysAgo * 86_400_000).toISOString(),
    followers: { type: 'Collection', totalItems: person.followers },
    following: { type: 'Collection', totalItems: person.following },
  };
}
