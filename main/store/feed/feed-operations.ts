import { exceptionReads, exceptionWrites } from './exception-operations.ts';
import { learningReads, learningWrites } from './learning-operations.ts';
import { hideReads, hideWrites } from './hide-operations.ts';
import { originReads } from './origin-operations.ts';
import { snapshotReads, snapshotWrites } from './snapshot-operations.ts';
import { viewWrites } from './view-operations.ts';

export const feedReads = { ...snapshotReads, ...hideReads, ...exceptionReads, ...learningReads, ...originReads };
export const feedWrites = { ...snapshotWrites, ...hideWrites, ...exceptionWrites, ...viewWrites, ...learningWrites };
