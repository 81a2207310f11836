import { z } from 'zod';
import { Count, PostView, RecordIdText } from './data.ts';

/** How many comparisons the owner has answered. */
export const Comparisons = z.strictObject({ answered: Count });
export type Comparisons = z.infer<typeof Comparisons>;

/** Two posts to ask about: "which would you rather have seen". Null: there is nothing to ask about. */
export const ComparisonPair = z.strictObject({ answered: Count, pair: z.tuple([PostView, PostView]).nullable() });
export type ComparisonPair = z.infer<typeof ComparisonPair>;

export const CompareRequest = z
  .strictObject({ better: RecordIdText, worse: RecordIdText })
  .refine(({ better, worse }) => better !== worse, 'two posts');
export type CompareRequest = z.infer<typeof CompareRequest>;
