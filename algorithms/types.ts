/**
 * What an author of an algorithm needs: the types of the batch, the context and the outputs.
 * An algorithm is a module that exports `init` and `explain` if it wants them and one of `score`, `decide`, `dampen`, `arrange`.
 */
export type * from '../protocol/batch.ts';
export type { JsonObject } from '../protocol/json.ts';
export type { AuthorColumn, PostColumn } from '../protocol/columns.ts';
