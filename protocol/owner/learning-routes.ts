import { z } from 'zod';
import * as feed from './feed.ts';
import * as learning from './learning.ts';
import * as session from './session.ts';
import type { Route } from './route.ts';

const PairPath = z.strictObject({
  better: learning.CompareRequest.shape.better,
  worse: learning.CompareRequest.shape.worse,
});
const EntryPath = z.strictObject({ mix: feed.Mix.shape.id, entry: feed.MixEntry.shape.entry });

/** Routes of the owner API about what algorithms learn from the owner. */
export const LEARNING_ROUTES = {
  comparisons: { method: 'GET', path: '/owner/comparisons', auth: 'owner', answer: learning.Comparisons },
  comparisonPair: {
    method: 'POST',
    path: '/owner/comparisons/pair',
    auth: 'owner',
    body: learning.PairRequest,
    answer: learning.ComparisonPair,
  },
  /** Noted, and what learns from comparisons learns anew. */
  compare: {
    method: 'POST',
    path: '/owner/comparisons',
    auth: 'owner',
    body: learning.CompareRequest,
    answer: learning.Comparisons,
  },
  answers: {
    method: 'GET',
    path: '/owner/comparisons/answers',
    auth: 'owner',
    query: feed.PageQuery,
    answer: learning.Answers,
  },
  /** Takes an answer back; what learns from comparisons learns anew. */
  dropComparison: {
    method: 'DELETE',
    path: '/owner/comparisons/:better/:worse',
    auth: 'owner',
    params: PairPath,
    answer: learning.Comparisons,
  },
  /** Forgets every comparison and all that was learnt from anything. */
  forgetComparisons: { method: 'DELETE', path: '/owner/comparisons', auth: 'owner', answer: session.Done },
  /** What each entry of each mix has learnt. */
  learnt: { method: 'GET', path: '/owner/learnt', auth: 'owner', answer: learning.Learnt },
  /** Forgets what an entry of a mix has learnt. */
  forgetLearnt: {
    method: 'DELETE',
    path: '/owner/mixes/:mix/learnt/:entry',
    auth: 'owner',
    params: EntryPath,
    answer: session.Done,
  },
  /** Posts of which the owner wanted more or less of the like. */
  wishes: { method: 'GET', path: '/owner/wishes', auth: 'owner', query: feed.PageQuery, answer: learning.Wishes },
  /** Takes them all back. */
  dropWishes: { method: 'DELETE', path: '/owner/wishes', auth: 'owner', answer: session.Done },
} as const satisfies Record<string, Route>;
