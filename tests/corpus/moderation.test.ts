import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createFeed } from '../../main/feed/index.ts';
import { createLabels } from '../../main/labels/index.ts';
import type { Mix } from '../../protocol/owner/feed.ts';
import { openLockerOf } from '../unit/town-locker.ts';
import { CORPUS } from './corpus.ts';
import { moderation, type Moderation, type Outcome } from './moderation.ts';

const PAGE = 200;
const MIX: Mix = {
  id: 'm',
  name: 'Mine',
  blend: 'rank',
  window: { maxItems: 10_000, maxAgeHours: null },
  entries: [
    ['org.datalocker.muted-words', { rules: 'bluesky' }] as const,
    ['org.datalocker.labels-and-lists', {}] as const,
  ].map(([algorithm, settings]) => ({ entry: algorithm, algorithm, enabled: true, weight: 1, settings })),
};

interface Decided {
  readonly list: Outcome;
  /** Whether its pictures are covered; null: it isn't there to be looked at. */
  readonly media: boolean | null;
}

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** What our feed makes of every case's post, by its URI. */
async function decide({ now, situations }: Moderation): Promise<Map<string, Decided>> {
  const clock = (): number => now;
  const locker = await openLockerOf(
    situations.flatMap(({ records }) => records),
    now,
  );
  onTestFinished(() => locker[Symbol.asyncDispose]());
  const { store, records, market, sandbox } = locker;
  const labels = createLabels({ store, records, now: clock, random: () => 0.5, polls: false });
  onTestFinished(() => labels[Symbol.asyncDispose]());
  const subscribe = async (text: string, choices: { value: string; choice: -1 | 0 | 1 | 2 | 3 }[]): Promise<void> => {
    const { preview, values } = await labels.previewFile(bytes(text), null);
    const offered = choices.filter((choice) => values.some(({ value }) => value === choice.value));
    await labels.subscribe({ preview, name: 'Labeler', intervalMinutes: 60, choices: offered });
  };
  for (const { labels: said, choices } of situations.flatMap(({ subscriptions }) => subscriptions)) {
    await subscribe(JSON.stringify({ labels: said }), [...choices]);
  }
  await subscribe(situations.flatMap(({ listed }) => listed).join('\n'), []);
  const feed = createFeed({ store, records, market, sandbox, now: clock, timeZone: async () => 'Etc/UTC', labels });
  onTestFinished(() => feed[Symbol.asyncDispose]());
  await feed.saveWords({ words: situations.flatMap(({ words }) => words), hosts: [] });

  const decided = new Map<string, Decided>();
  const page = await feed.makeFeed({ order: 'mix', limit: 1, mix: MIX });
  expect(page.notices).toEqual([]);
  for (let offset = 0; offset < page.hidden; offset += PAGE) {
    const { items } = await feed.feedHidden(page.feedId, { offset, limit: PAGE });
    for (const { post } of items) decided.set(post.uri ?? '', { list: 'hidden', media: null });
  }
  for (let offset = 0; offset < page.total - page.hidden; offset += PAGE) {
    const { items } = await feed.feedPage(page.feedId, { offset, limit: PAGE });
    for (const { post, marks } of items) {
      const severities = new Set(marks.map(({ severity }) => severity));
      const list = severities.has(1) ? 'covered' : severities.has(0) ? 'noted' : 'shown';
      decided.set(post.uri ?? '', { list, media: severities.has(2) || post.sensitive });
    }
  }
  return decided;
}

describe.skipIf(CORPUS === '')('agreement with the moderation of Bluesky’s client', () => {
  let reference: Moderation;
  beforeAll(() => {
    reference = moderation();
  });

  test('posts in a list, and their pictures, differ only where it is meant', { timeout: 300_000 }, async () => {
    const decided = await decide(reference);
    const differing: Record<'list' | 'pictures', string[]> = { list: [], pictures: [] };
    let looked = 0;
    for (const { id, post, expected } of reference.situations) {
      const ours = decided.get(post);
      if (ours?.list !== expected.list) differing.list.push(id);
      // Pictures can be compared where both leave the post to be looked at.
      if (ours === undefined || ours.media === null || expected.list === 'hidden') continue;
      looked++;
      if (ours.media !== expected.media) differing.pictures.push(id);
    }
    const { situations, answers, withoutCounterpart } = reference;
    const same = { list: situations.length - differing.list.length, pictures: looked - differing.pictures.length };
    console.log(
      `in a list ${same.list} of ${situations.length}, pictures ${same.pictures} of ${looked} visible to both`,
    );
    console.log(`${withoutCounterpart} of ${answers} answers are about what a feed doesn't have`);
    expect(differing.list.sort()).toEqual(Object.values(MEANT_IN_LISTS).flat().sort());
    expect(differing.pictures.sort()).toEqual(Object.values(MEANT_FOR_PICTURES).flat().sort());
    expect({ same, looked, answers, withoutCounterpart }).toEqual({
      same: { list: 130, pictures: 62 },
      looked: 68,
      answers: 1432,
      // A profile's own page and pictures, its name, a list of profiles; and a post opened by itself, which has the marks of the feed.
      withoutCounterpart: 1074,
    });
  });
});

/** Cases whose post becomes something else in our feed, by why it is meant to. */
const MEANT_IN_LISTS: Readonly<Record<string, readonly string[]>> = {
  // There, labels whose names begin with “!” do what they do; here nothing on the screen is out of the owner's hands.
  'what the owner decided holds for !hide and !warn, too': [
    'mod-d001',
    'mod-d004',
    'mod-d005',
    'mod-d006',
    'mod-d008',
    'mod-d009',
  ],
  // There, what handed the labels over is trusted to have left these out; a file or a labeler's answer has them in it.
  'negated and expired labels do not hold': ['mod-d054', 'mod-d055', 'mod-d158', 'mod-d163'],
  // A post is by who wrote it: somebody else in it is a reason for a warning, and what was written stays to be read.
  'a post that quotes what would be hidden is covered, not hidden': [
    ...[
      'mod-d060',
      'mod-d063',
      'mod-d067',
      'mod-d071',
      'mod-d081',
      'mod-d084',
      'mod-d087',
      'mod-d088',
      'mod-d110',
      'mod-d121',
      'mod-d136',
      'mod-d161',
      'mod-d167',
    ],
  ],
  // Of it only the address is there to be shown, so there is nothing by that author to be warned of.
  'a quoted post that is not in the locker is not looked at': [
    'mod-d061',
    'mod-d064',
    'mod-d068',
    'mod-d072',
    'mod-d082',
    'mod-d085',
  ],
  // That is on the other's account and in no export of the owner's.
  'who blocks the owner is not known': [
    'mod-d073',
    'mod-d074',
    'mod-d075',
    'mod-d119',
    'mod-d130',
    'mod-d137',
    'mod-d173',
    'mod-d179',
  ],
  // Nobody needs protecting from what they wrote.
  'no label marks the own posts': ['mod-d052', 'mod-d111', 'mod-d147'],
  // What authors say of their posts is a content warning, which covers pictures whatever labelers' labels of that name do.
  'an author’s own label on a post covers pictures and never hides': ['mod-d040'],
  // They come with a server's answer about the account, not with its posts.
  'an author’s own labels on the account are not taken up': ['mod-d131'],
  // The owner of a locker is always signed in to it.
  'nobody is signed out': ['mod-d047', 'mod-d048'],
  // There, it covers the account's posts in whole where it covers a post's pictures; here one decision is one effect.
  'a label that covers pictures covers them on an account’s posts as well': ['mod-d019', 'mod-d028'],
  // A labeler's definitions are its own advice; a label that the owner subscribed to and has not decided on is told by a warning.
  'a label without a decision warns, whatever its labeler advises': ['mod-d114'],
  // Whom the owner follows is asked of who quotes, as all else about a post, and of the quoted author for the quoted post.
  'a word kept off people the owner follows is kept off what they quote': ['mod-d103'],
  'a word is not kept off whom others quote': ['mod-d104'],
};

/** Cases in which the pictures of a post that both show are covered on one side only. */
const MEANT_FOR_PICTURES: Readonly<Record<string, readonly string[]>> = {
  'no label marks the own posts': ['mod-d051', 'mod-d053', 'mod-d112', 'mod-d133'],
  // There nudity is left alone until the owner decides; here the author's own mark is believed.
  'an author’s own label on a post covers pictures': ['mod-d042'],
  // There a labeler's own label of that kind covers an account's portrait, not its posts' pictures.
  'a label that covers pictures covers them on an account’s posts as well': ['mod-d159'],
};
