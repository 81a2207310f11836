import { entryReads, entryWrites } from './entry-operations.ts';
import { labelExceptionWrites } from './exception-operations.ts';
import { reachReads } from './reach.ts';
import { sourceReads, sourceWrites } from './source-operations.ts';

export const labelReads = { ...entryReads, ...reachReads, ...sourceReads };
export const labelWrites = { ...entryWrites, ...labelExceptionWrites, ...sourceWrites };
