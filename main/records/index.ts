/**
 * The owner's data: what the store keeps beside a record's body, and reading, searching, editing,
 * deleting it, and the owner's own acts. Importing this opens nothing, so that the intake worker can use `prepareRecord`
 * alone. May touch: the store's record operations. Imports protocol, derive, the store's face.
 */
export { prepareRecord, uriKey } from '../derive/index.ts';
export { createRecords, type Records } from './records.ts';
export type { PreparedRecord } from '../derive/index.ts';
