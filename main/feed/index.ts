/**
 * The feed: the window's posts, blockers, rankers, blend, dampers, rerankers, the stored snapshot, and why each post is
 * where it is. Algorithms propose; what is hidden, in which order things stand and what is remembered is decided here.
 * May touch: the store's feed operations and the records', market's and sandbox host's faces that it is given.
 */
export { createFeed, type Feed } from './feed.ts';
export type { LabelsInForce, LabelSource } from './label-rows.ts';
