import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { NO_ROW } from '../protocol/columns.ts';
import { defaultSettings, Manifest, type SettingValues } from '../protocol/manifest.ts';
import type { Algorithm, Batch, Ctx, OwnerLabel, OwnerLists, OwnerWord } from './types.ts';
import insultsJson from './insults-and-heat/algorithm.json' with { type: 'json' };
import * as insults from './insults-and-heat/index.ts';
import labelsJson from './labels-and-lists/algorithm.json' with { type: 'json' };
import * as labels from './labels-and-lists/index.ts';
import lockoutJson from './lockout/algorithm.json' with { type: 'json' };
import * as lockout from './lockout/index.ts';
import wordsJson from './muted-words/algorithm.json' with { type: 'json' };
import * as mutedWords from './muted-words/index.ts';

const soak = process.env['SOAK'] !== undefined;
if (soak) vi.setConfig({ testTimeout: 600_000 });
const runs = { numRuns: soak ? 3000 : 80 };
const NOW = 1_767_225_600_000;
const AUTHORS = 6;
const LABELS = 4;

interface Post {
  readonly author: number;
  readonly flags: readonly boolean[];
  readonly acts: number;
  readonly language: number;
  readonly text: readonly (readonly [kind: number, text: string])[];
  readonly labels: readonly number[];
}
interface Person {
  readonly ageDays: number;
  readonly followers: number;
  readonly flags: readonly boolean[];
  readonly labels: readonly number[];
}
interface World {
  readonly posts: readonly Post[];
  readonly people: readonly Person[];
}

const phrase = fc
  .array(fc.constantFrom('frost', 'Frost', 'igel', '庭', 'tax', 'you idiot', 'stupid bitch', '#frost', 'bad.example', '!'), {
    maxLength: 5,
  })
  .map((parts) => parts.join(' ')); // prettier-ignore
/** Labels by their place in OWNER: those about posts, and those about accounts and hosts. */
const few = (...of: number[]): fc.Arbitrary<number[]> => fc.uniqueArray(fc.constantFrom(...of), { maxLength: 2 });
const number = fc.oneof(fc.constant(NaN), fc.nat(40));
const worlds: fc.Arbitrary<World> = fc.record({
  posts: fc.array(
    fc.record({
      author: fc.oneof(fc.nat(AUTHORS - 1), fc.constant(NO_ROW)),
      flags: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
      acts: fc.constantFrom(0, 0, 1),
      language: fc.constantFrom(0, 1, NO_ROW),
      text: fc.array(fc.tuple(fc.nat(6), phrase), { maxLength: 3 }),
      labels: few(0, 3),
    }),
    { maxLength: 12 },
  ),
  people: fc.array(
    fc.record({
      ageDays: number,
      followers: number,
      flags: fc.array(fc.boolean(), { minLength: 2, maxLength: 2 }),
      labels: few(1, 2),
    }),
    { minLength: AUTHORS, maxLength: AUTHORS },
  ),
});

function batchOf({ posts, people }: World): Batch {
  const flag = (place: number): Uint8Array => Uint8Array.from(posts, ({ flags }) => Number(flags[place] === true));
  const acts = (): Float64Array => Float64Array.from(posts, (post) => post.acts);
  const segments = posts.flatMap(({ text }) => text);
  const offsets = (lengths: readonly number[]): Uint32Array => {
    let at = 0;
    return Uint32Array.from([0, ...lengths.map((length) => (at += length))]);
  };
  return {
    n: posts.length,
    f64: { myReplies30d: acts(), myLikes30d: acts(), myBoosts30d: acts() },
    u32: {
      authorIdx: Uint32Array.from(posts, ({ author }) => author),
      personIdx: Uint32Array.from(posts, ({ author }) => (author === NO_ROW ? NO_ROW : author >> 1)),
      langIdx: Uint32Array.from(posts, ({ language }) => language),
    },
    u8: { mine: flag(0), mentionsMe: flag(1), isReply: flag(2) },
    author: {
      n: people.length,
      f64: {
        ageDays: Float64Array.from(people, ({ ageDays }) => ageDays),
        followers: Float64Array.from(people, ({ followers }) => followers),
      },
      u32: {},
      u8: {
        iFollow: Uint8Array.from(people, ({ flags }) => Number(flags[0] === true)),
        followsMe: Uint8Array.from(people, ({ flags }) => Number(flags[1] === true)),
      },
    },
    langs: ['en', 'de'],
    text: {
      arena: segments.map(([, text]) => text).join(''),
      off: offsets(segments.map(([, text]) => text.length)),
      postSeg: offsets(posts.map(({ text }) => text.length)),
      kind: Uint8Array.from(segments, ([kind]) => kind),
    },
    labels: {
      postOff: offsets(posts.map((post) => post.labels.length)),
      post: Uint32Array.from(posts.flatMap((post) => post.labels)),
      authorOff: offsets(people.map((person) => person.labels.length)),
      author: Uint32Array.from(people.flatMap((person) => person.labels)),
    },
  };
}

function word(value: string, severity: OwnerWord['severity'], excludeFollowing = false): OwnerWord {
  return { value, targets: ['content', 'tag'], severity, excludeFollowing, expiresAt: null };
}
function label(about: OwnerLabel['about'], severity: OwnerLabel['severity']): OwnerLabel {
  return { source: 'a labeler', value: 'rude', about, severity, advised: 1 };
}

const OWNER: OwnerLists = {
  words: [word('frost', 3), word('庭', 1), word('you idiot', 2, true), word('tax', 0)],
  hosts: ['bad.example'],
  labels: [label('post', 3), label('account', null), label('host', 1), label('post', -1)],
};

type Case = readonly [name: string, algorithm: Algorithm, json: unknown, settings: SettingValues];
const BLOCKERS: readonly Case[] = [
  ['lockout', lockout, lockoutJson, { minAgeDays: 20, minFollowers: 10, unknown: true }],
  ['lockout of strange answers', lockout, lockoutJson, { where: 'replies', anyStranger: true, contactsPass: false }],
  ['labels and lists', labels, labelsJson, {}],
  ['labels and lists, people followed alone', labels, labelsJson, { followingPass: true, atMost: 'warn' }],
  ['muted words', mutedWords, wordsJson, {}],
  ['muted words as Bluesky’s', mutedWords, wordsJson, { rules: 'bluesky' }],
  ['insults and heat', insults, insultsJson, { level: 'wide', unknownLanguage: true }],
];

interface Given {
  readonly settings?: SettingValues;
  readonly owner?: OwnerLists;
}

/** Decisions, each as what it is about and all that is said of it; an account is named by whichever post comes first. */
function decided([, algorithm, json, settings]: Case, world: World, given: Given = {}): string[] {
  const manifest = Manifest.parse(json);
  const ctx: Ctx = { now: NOW, seed: 7, owner: given.owner ?? OWNER, apiVersion: 1 };
  algorithm.init?.({ ...defaultSettings(manifest), ...settings, ...given.settings }, ctx);
  const out = algorithm.decide?.(batchOf(world), ctx);
  if (out === undefined) throw new Error('no blocker');
  const stride = Math.max(0, ...manifest.reasons.map(({ params }) => params.length));
  expect(out.args).toHaveLength(out.row.length * stride);
  return Array.from(out.row, (row, at) => {
    const post = world.posts[row];
    const reason = manifest.reasons[out.reason[at] ?? -1];
    const [severity, target] = [out.severity[at] ?? 9, out.target[at] ?? 9];
    const args = Array.from(out.args.subarray(at * stride, (at + 1) * stride));
    // Every decision is about a post that is there and somebody else's, and gives a reason with all that it names.
    if (post === undefined || reason === undefined) throw new Error('a decision without a cause');
    expect(post.flags[0]).toBe(false);
    expect(severity).toBeLessThanOrEqual(3);
    reason.params.forEach(({ as }, place) => {
      const value = args[place] ?? NaN;
      expect(Number.isNaN(value), `${reason.code} ${as}`).toBe(false);
      if (as === 'author') expect(world.people[value]).toBeDefined();
      if (as === 'row') expect(world.posts[value]).toBeDefined();
      if (as === 'word') expect((given.owner ?? OWNER).words?.[value]).toBeDefined();
    });
    const about = target === 0 ? `post ${String(world.posts.indexOf(post))}` : `author ${String(post.author)}`;
    return `${about}: ${String(severity)} ${reason.code} ${args.join(' ')}`;
  });
}

describe.each(BLOCKERS)('%s', (...given) => {
  test('gives a cause with everything it marks, never the owner’s own posts, and the same each time', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        expect(decided(given, world)).toEqual(decided(given, world));
      }),
      runs,
    );
  });

  test('marks the same whatever order the posts come in', () => {
    fc.assert(
      fc.property(worlds, fc.integer({ min: 1, max: 11 }), (world, by) => {
        const turned = { ...world, posts: [...world.posts.slice(by), ...world.posts.slice(0, by)].reverse() };
        const named = (line: string): string => line.replace(/^post (\d+)/u, (_, at: string) => {
            const post = turned.posts[Number(at)];
            return `post ${String(post === undefined ? -1 : world.posts.indexOf(post))}`;
          }); // prettier-ignore
        expect(decided(given, turned).map(named).sort()).toEqual(decided(given, world).sort());
      }),
      runs,
    );
  });

  test('without anything to go by it marks nothing', () => {
    const nothing = { minAgeDays: 0, minFollowers: 0, anyStranger: false, unknown: false };
    const settings = given[0].startsWith('lockout') ? nothing : {};
    const silent = (world: World): World => ({ ...world, posts: world.posts.map((post) => ({ ...post, text: [] })) });
    fc.assert(
      fc.property(worlds, (world) => {
        const bare = given[0].startsWith('insults') ? silent(world) : world;
        expect(decided(given, bare, { settings, owner: { words: [], hosts: [], labels: [] } })).toEqual([]);
      }),
      runs,
    );
  });
});

describe.each(BLOCKERS.filter(([, , json]) => Manifest.parse(json).scope === 'item'))('%s', (...given) => {
  test('says of a post what it says of it among others: answers are kept post by post', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const alone = world.posts.flatMap((post, at) =>
          decided(given, { ...world, posts: [post] }).map((line) => line.replace('post 0', `post ${String(at)}`)),
        );
        expect(decided(given, world).sort()).toEqual(alone.sort());
      }),
      runs,
    );
  });
});

describe('more to go by never marks less', () => {
  const within = (less: readonly string[], more: readonly string[]): void => {
    expect(less.filter((line) => !more.includes(line))).toEqual([]);
  };
  const lists = (count: number): OwnerLists => ({
    words: (OWNER.words ?? []).slice(0, count),
    hosts: [],
    labels: (OWNER.labels ?? []).slice(0, count),
  });

  test.each(BLOCKERS.slice(2, 6))('words and labels: %s', (...given) => {
    fc.assert(
      fc.property(worlds, fc.nat(LABELS), fc.nat(LABELS), (world, one, other) => {
        const [fewer, all] = [Math.min(one, other), Math.max(one, other)];
        within(decided(given, world, { owner: lists(fewer) }), decided(given, world, { owner: lists(all) }));
      }),
      runs,
    );
  });

  test.each(['minAgeDays', 'minFollowers'] as const)('lockout: %s', (key) => {
    const given: Case = ['lockout', lockout, lockoutJson, { where: 'mentions' }];
    fc.assert(
      fc.property(worlds, fc.nat(40), fc.nat(40), (world, one, other) => {
        const at = (value: number): string[] => decided(given, world, { settings: { [key]: value } });
        within(at(Math.min(one, other)), at(Math.max(one, other)));
      }),
      runs,
    );
  });

  test('insults: the next level', () => {
    const given: Case = ['insults', insults, insultsJson, { unknownLanguage: true }];
    fc.assert(
      fc.property(worlds, (world) => {
        const [careful = [], usual = [], wide = []] = ['careful', 'usual', 'wide'].map((level) =>
          decided(given, world, { settings: { level } }),
        );
        within(careful, usual);
        within(usual, wide);
      }),
      runs,
    );
  });
});
