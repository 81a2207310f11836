import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { decodeHTML } from 'entities';
import { z } from 'zod';
import { plainText } from '../../algorithms/insults-and-heat/features.ts';

/** A text, and whether people took it for an insult. */
export interface Row {
  readonly text: string;
  readonly insult: boolean;
  /** What people said more closely, where the set has that. */
  readonly label?: string;
}

export type Part = 'train' | 'choose' | 'held';

function rowsOf(file: string): Record<string, string>[] {
  const parsed: unknown = parse(readFileSync(file, 'utf8'), { columns: true, relaxQuotes: true });
  return z.array(z.record(z.string(), z.string())).parse(parsed);
}

/** 32 bits over a text's words, so that a tweet and its repetitions fall into the same part. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of plainText(text).replace(/\brt\b|[^\p{L}]+/gu, '')) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** Davidson et al. 2017 (MIT): tweets that at least three people called hateful, offensive or neither; each text once. */
export function davidson(corpus: string): Record<Part, Row[]> {
  const parts: Record<Part, Row[]> = { train: [], choose: [], held: [] };
  const seen = new Set<number>();
  for (const row of rowsOf(join(corpus, 'toxicity-davidson/labeled_data.csv'))) {
    const text = decodeHTML(row['tweet'] ?? '');
    const hash = hashOf(text);
    if (seen.has(hash)) continue;
    seen.add(hash);
    const tenth = hash % 10;
    const part = tenth < 7 ? 'train' : tenth < 8 ? 'choose' : 'held';
    const label = row['class'] === '0' ? 'hateful' : row['class'] === '1' ? 'offensive' : 'neither';
    parts[part].push({ text, insult: label !== 'neither', label });
  }
  return parts;
}

/** Vicomtech 2018 (CC BY-SA 3.0): sentences of a forum, hate or not; only measured with, never trained on. */
export function vicomtech(corpus: string): Row[] {
  return rowsOf(join(corpus, 'toxicity-vicomtech/sentences.csv'))
    .filter(({ label }) => label === 'hate' || label === 'noHate')
    .map((row) => ({ text: row['text'] ?? '', insult: row['label'] === 'hate' }));
}

function lines(file: string): Row[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((text) => ({ text, insult: false }));
}

/** Headlines (MIT) that nobody labelled for insults, and few of which are any: what is marked among them counts as a mistake. */
export function headlines(corpus: string, kind: 'clickbait' | 'non_clickbait'): Row[] {
  return lines(join(corpus, `clickbait-headlines/${kind}_data.txt`));
}

/** One person's tweets (CC BY 4.0), a politician's: as headlines. */
export function politician(corpus: string): Row[] {
  return rowsOf(join(corpus, 'tweets-fivethirtyeight/twitter-ratio/BarackObama.csv')).map((row) => ({
    text: decodeHTML(row['text'] ?? ''),
    insult: false,
  }));
}

/** Posts of English subreddits (PDDL), title and text: as headlines, though a few are heated. */
export function reddit(corpus: string, names: readonly string[]): Row[] {
  return names.flatMap((name) =>
    rowsOf(join(corpus, `reddit-top-posts/${name}.csv`)).map((row) => ({
      text: `${row['title'] ?? ''}\n${decodeHTML(row['selftext'] ?? '')}`,
      insult: false,
    })),
  );
}
