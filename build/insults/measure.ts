import { heat, type Model } from '../../algorithms/insults-and-heat/model.ts';
import { davidson, headlines, politician, reddit, vicomtech, type Row } from './data.ts';

export const LEVELS = ['careful', 'usual', 'wide'] as const;
export type Level = (typeof LEVELS)[number];
export type Thresholds = Readonly<Record<Level, number>>;

/** Share of what is no insult that each level marks, among the tweets that thresholds are chosen with. */
const MISTAKES: Thresholds = { careful: 0.01, usual: 0.03, wide: 0.1 };

/** Texts of subreddits in English that are there whole. */
const SUBREDDITS = ['AskHistorians', 'TrueReddit', 'books', 'programming', 'science', 'technology', 'worldnews'];

/** How one set came out at one level. */
export interface Outcome {
  readonly marked: number;
  readonly right: number;
}

export interface SetFigures {
  readonly name: string;
  readonly language: string;
  readonly rows: number;
  readonly insults: number;
  readonly levels: Readonly<Record<Level, Outcome>>;
}

/** A share with its 95 % interval (Wilson). */
export function shareOf(part: number, whole: number): { share: number; low: number; high: number } {
  const z = 1.959964;
  const share = part / whole;
  const middle = share + (z * z) / (2 * whole);
  const wide = z * Math.sqrt((share * (1 - share)) / whole + (z * z) / (4 * whole * whole));
  const under = 1 + (z * z) / whole;
  return { share, low: Math.max(0, (middle - wide) / under), high: Math.min(1, (middle + wide) / under) };
}

/** The heat that no more than a share of the texts without insults reaches. */
export function thresholdsFor(model: Model, rows: readonly Row[]): Thresholds {
  const heats = rows.filter(({ insult }) => !insult).map(({ text }) => heat(model, text));
  heats.sort((a, b) => b - a);
  const at = (level: Level): number =>
    Math.ceil((heats[Math.floor(heats.length * MISTAKES[level])] ?? 1) * 10_000) / 10_000;
  return { careful: at('careful'), usual: at('usual'), wide: at('wide') };
}

/** Figures of every set that was not trained on; of Davidson's, the rows that were held back. */
export function measure(model: Model, thresholds: Thresholds, corpus: string): SetFigures[] {
  const held = davidson(corpus).held;
  const neither = held.filter(({ label }) => label === 'neither');
  const only = (label: string): Row[] => [...held.filter((row) => row.label === label), ...neither];
  const sets: readonly (readonly [string, readonly Row[]])[] = [
    ['Davidson, tweets held back', held],
    ['of these: hateful against neither', only('hateful')],
    ['of these: offensive against neither', only('offensive')],
    ['Vicomtech, forum sentences, hate against not', vicomtech(corpus)],
    ['Clickbait headlines', headlines(corpus, 'clickbait')],
    ['News headlines', headlines(corpus, 'non_clickbait')],
    ['Tweets of a politician', politician(corpus)],
    ['Posts of seven subreddits', reddit(corpus, SUBREDDITS)],
  ];
  return sets.map(([name, rows]) => figuresOf(model, thresholds, name, rows));
}

function figuresOf(model: Model, thresholds: Thresholds, name: string, rows: readonly Row[]): SetFigures {
  const heats = rows.map(({ text }) => heat(model, text));
  const outcome = (level: Level): Outcome => {
    const marked = rows.filter((_, at) => (heats[at] ?? 0) >= thresholds[level]);
    return { marked: marked.length, right: marked.filter(({ insult }) => insult).length };
  };
  return {
    name,
    language: 'en',
    rows: rows.length,
    insults: rows.filter(({ insult }) => insult).length,
    levels: { careful: outcome('careful'), usual: outcome('usual'), wide: outcome('wide') },
  };
}

function percent(part: number, whole: number): string {
  const { share, low, high } = shareOf(part, whole);
  const text = (value: number): string => (value * 100).toFixed(1);
  return `${text(share)} (${text(low)}–${text(high)})`;
}

/** The figures as they stand in the algorithm's page. */
export function tableOf(figures: readonly SetFigures[]): string {
  const lines = [
    '| Set | Rows | Insults | Level | Precision % | Recall % | Others marked % |',
    '| --- | --- | --- | --- | --- | --- | --- |',
  ];
  for (const { name, rows, insults, levels } of figures) {
    for (const level of LEVELS) {
      const { marked, right } = levels[level];
      const precision = insults === 0 || marked === 0 ? '–' : percent(right, marked);
      const recall = insults === 0 ? '–' : percent(right, insults);
      const wrong = percent(marked - right, rows - insults);
      lines.push(`| ${name} | ${String(rows)} | ${String(insults)} | ${level} | ${precision} | ${recall} | ${wrong} |`);
    }
  }
  return lines.join('\n');
}
