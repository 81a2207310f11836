/**
 * Labels and lists of others: labelers' signed statements about posts and accounts, and lists of accounts and servers, from
 * files and addresses. Says beforehand what each would do to the owner's posts, keeps them up to date, and tells the feed
 * which of them hold. May touch: the store's label operations, the web for subscribed addresses (through intake's filter).
 */
export { createLabels, type Labels } from './labels.ts';
