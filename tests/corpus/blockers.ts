import type { RuleSet } from '../../protocol/owner/rules.ts';
import { davidson, headlines, vicomtech, type Row } from '../../build/insults/data.ts';
import { shareOf } from '../../build/insults/measure.ts';
import { CORPUS } from './corpus.ts';
import type { PublishedPost } from './published-posts.ts';

const DAY = 86_400_000;
const START = Date.UTC(2017, 0, 1);
const SETS = ['davidson', 'vicomtech', 'clickbait', 'news'] as const;
type SetName = (typeof SETS)[number];

/** A text of a set, and whether people took it for an insult; headlines were labelled as clickbait or not, no more. */
export interface Labelled extends Row {
  readonly uri: string;
  readonly set: SetName;
}

/** The sets' rows. Of Davidson's, those that the model was neither trained on nor its thresholds chosen with. */
export function labelled(): Labelled[] {
  const rows: Record<SetName, readonly Row[]> = {
    davidson: davidson(CORPUS).held,
    vicomtech: vicomtech(CORPUS),
    clickbait: headlines(CORPUS, 'clickbait'),
    news: headlines(CORPUS, 'non_clickbait'),
  };
  return SETS.flatMap((set) =>
    rows[set].map((row, at) => ({ ...row, set, uri: `https://${set}.example/${String(at + 1)}` })),
  );
}

/** The text as a post of a day of its set. */
export function postOf({ uri, set, text }: Labelled, at: number): PublishedPost {
  return {
    uri,
    at: START + at * 1000,
    author: `https://${set}.example/`,
    source: `https://${set}.example/`,
    title: null,
    text,
    language: 'en',
    likes: null,
    downs: null,
    boosts: null,
    replies: null,
  };
}

export const AFTER = START + DAY;

/** A rule set that hides posts with one of these words. */
function hiding(id: string, name: string, words: string[]): RuleSet {
  const when: RuleSet['rules'][number]['when'] = [{ about: 'words', has: 'any', where: 'anywhere', words }];
  return { id, name, revision: 1, kind: 'blocker', rules: [{ match: 'any', when, severity: 3, target: 'post' }] };
}

/** Words as somebody would write them down who has had enough of being called names; no set was looked at for them. */
export const INSULTS = hiding(
  'insults',
  'No insults',
  'idiot idiots moron morons stupid dumbass asshole assholes bitch bitches whore whores slut sluts cunt cunts faggot faggots fag fags retard retards retarded scum vermin'.split(
    ' ',
  ),
);

/** Phrases as somebody would write them down who is tired of lists and promises. */
export const CLICKBAIT = hiding('clickbait', 'No clickbait', [
  'you won’t believe',
  "you won't believe",
  'will make you',
  'things you',
  'things only',
  'reasons why',
  'reasons you',
  'here’s what',
  "here's what",
  'this is what',
  'what happened next',
  'can we guess',
  'how well do you know',
  'which character',
  'you should',
  'you need to',
  'of all time',
  'everyone who',
  'that prove',
  'times when',
]);

/** How many were marked, and how many of these rightly. */
export interface Outcome {
  readonly rows: number;
  readonly wanted: number;
  readonly marked: number;
  readonly right: number;
}

export function outcomeOf(
  rows: readonly Labelled[],
  marked: ReadonlySet<string>,
  isWanted: (row: Labelled) => boolean,
): Outcome {
  const hit = rows.filter(({ uri }) => marked.has(uri));
  return {
    rows: rows.length,
    wanted: rows.filter(isWanted).length,
    marked: hit.length,
    right: hit.filter(isWanted).length,
  };
}

function percent(part: number, whole: number): string {
  if (whole === 0) return '–';
  const { share, low, high } = shareOf(part, whole);
  return `${(100 * share).toFixed(1)} (${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)})`;
}

export function lineOf(name: string, { rows, wanted, marked, right }: Outcome): string {
  const precision = wanted === 0 ? '–' : percent(right, marked);
  const recall = percent(right, wanted);
  const wrong = `${String(marked - right)}, ${percent(marked - right, rows - wanted)}`;
  return `| ${name} | ${String(rows)} | ${String(wanted)} | ${String(marked)} | ${precision} | ${recall} | ${wrong} |`;
}
