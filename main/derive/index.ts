/**
 * What a record's ActivityStreams body says: its texts, accounts, references, visibility, words, the flat fields that
 * services know it by, and everything that the store keeps beside it. Pure: intake, the store's writer and service reader,
 * the records room and the gate all read bodies by these functions, so a field means the same on a screen, in the index and
 * outside. May touch: nothing. Imports protocol, htmlparser2, zod.
 */
export { accountOf, accountUri, type AccountFacts } from './account.ts';
export { searchText } from './bigrams.ts';
export { effectiveBody, parsed } from './effective-body.ts';
export { readHtml } from './html-text.ts';
export { isObject, uriOf } from './json-access.ts';
export { matchQuery, termsOf, type Term } from './match-query.ts';
export { prepareRecord } from './prepare-record.ts';
export { PreparedAuthor, PreparedRecord, TEXT_SEPARATOR } from './prepared-record.ts';
export { postFacts, type PostFacts } from './post-facts.ts';
export { digestOf, keyOfKeyUri, keyUri, uriKey } from './uri-key.ts';
export { rederive } from './rederive.ts';
export { bodyOf } from './fields-body.ts';
export { textsOf } from './field-texts.ts';
export { fieldOf, fieldsOf, type FieldSource } from './record-fields.ts';
export { visibilityOf } from './visibility.ts';
export { wordsOf } from './words.ts';
