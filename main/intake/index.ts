/**
 * Brings the owner's data in: archives and files of other networks, and feeds by address. Reading and parsing happen in
 * threads of this room, which hand records to the store's writer.
 * May touch: files the owner names (read only), its own uploads folder, the web for feeds. Imports store, records.
 */
export { createIntake, type Intake } from './intake.ts';
export { createDocumentFetcher } from './subscriptions/fetch-document.ts';
export { fetchFeed as fetchDocument, type FetchPowers } from './subscriptions/fetch-feed.ts';
export { createFileFetcher } from './subscriptions/fetch-file.ts';
export { createNoticePoster } from './subscriptions/post-notice.ts';
