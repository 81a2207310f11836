/**
 * The owner's data: what a record means (derivation from its ActivityStreams body), and reading, searching, editing,
 * deleting it, and the owner's own acts. Importing this opens nothing, so that the intake worker can use `prepareRecord`
 * alone. May touch: the store's record operations. Imports protocol, the store's face, htmlparser2.
 */
export { prepareRecord } from './derive/prepare-record.ts';
export { uriKey } from './derive/uri-key.ts';
export { createRecords, type Records } from './records.ts';
export type { PreparedRecord } from '../store/index.ts';
