import { z } from 'zod';
import * as feed from './feed.ts';
import * as learning from './learning.ts';
import * as session from './session.ts';
import { None, type Route } from './route.ts';

const EntryPath = z.strictObject({ mix: feed.Mix.shape.id, entry: feed.MixEntry.shape.entry });

/** Routes of the owner API about what algorithms learn from the owner. */
export const LEARNING_ROUTES = {
  comparisons: { method: 'GET', path: '/owner/comparisons', auth: 'owner', answer: learning.Comparisons },
  comparisonPair: {
    method: 'POST',
    path: '/owner/comparisons/pair',
    auth: 'owner',
    body: None,
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
  /** Forgets every comparison and what was learnt from them. */
  forgetComparisons: { method: 'DELETE', path: '/owner/comparisons', auth: 'owner', answer: session.Done },
  /** Forgets what an entry of a mix has learnt. */
  forgetLearnt: {
    method: 'DELETE',
    path: '/owner/mixes/:mix/learnt/:entry',
    auth: 'owner',
    params: EntryPath,
    answer: session.Done,
  },
} as const satisfies Record<string, Route>;
