import { join } from 'node:path';
import { CORPUS } from './corpus.ts';
import { rowsOf } from './published-posts.ts';

/** One person's answer to "which of two videos should be recommended more", in the order they were given. */
export interface Answer {
  readonly person: string;
  readonly week: number;
  readonly better: string;
  readonly worse: string;
  /** Whether the preferred one was named first. */
  readonly first: boolean;
}

const WEEK = 7 * 86_400_000;

/** Answers to the main question; those that found both alike are left out. */
export function answers(): Answer[] {
  return rowsOf(join(CORPUS, 'video-preferences-tournesol/comparisons.csv'))
    .filter(({ criteria, score }) => criteria === 'largely_recommended' && Number(score) !== 0)
    .map((row) => {
      const first = Number(row['score']) < 0;
      const [a, b] = [row['video_a'] ?? '', row['video_b'] ?? ''];
      return {
        person: row['public_username'] ?? '',
        week: Math.floor(Date.parse(row['week_date'] ?? '') / WEEK),
        better: first ? a : b,
        worse: first ? b : a,
        first,
      };
    })
    .sort((a, b) => a.week - b.week);
}

/** What was known of a video when a question was asked: from earlier weeks only, so no answer tells of itself. */
export interface Known {
  /** Weeks since anybody first compared it; NaN: nobody had. */
  readonly weeks: number;
  /** How often others preferred it, and how often they compared it. */
  readonly likes: number;
  readonly views: number;
  /** The same of the person asked. */
  readonly ownLikes: number;
  readonly ownViews: number;
}

export interface Question {
  readonly answer: Answer;
  readonly better: Known;
  readonly worse: Known;
}

interface Count {
  likes: number;
  views: number;
}

/** A person's questions with what was known before the week they were asked in. */
export function questionsOf(person: string, all: readonly Answer[]): Question[] {
  const since = new Map<string, number>();
  const others = new Map<string, Count>();
  const own = new Map<string, Count>();
  const known = (video: string, week: number): Known => ({
    weeks: week - (since.get(video) ?? NaN),
    likes: others.get(video)?.likes ?? 0,
    views: others.get(video)?.views ?? 0,
    ownLikes: own.get(video)?.likes ?? 0,
    ownViews: own.get(video)?.views ?? 0,
  });
  const questions: Question[] = [];
  let waiting: Answer[] = [];
  const learn = (): void => {
    for (const { person: by, week, better, worse } of waiting) {
      const counts = by === person ? own : others;
      for (const video of [better, worse]) {
        if (!since.has(video)) since.set(video, week);
        const count = counts.get(video) ?? { likes: 0, views: 0 };
        counts.set(video, { likes: count.likes + Number(video === better), views: count.views + 1 });
      }
    }
    waiting = [];
  };
  for (const answer of all) {
    if (waiting[0] !== undefined && waiting[0].week !== answer.week) learn();
    waiting.push(answer);
    if (answer.person !== person) continue;
    questions.push({ answer, better: known(answer.better, answer.week), worse: known(answer.worse, answer.week) });
  }
  return questions;
}
