/**
 * What services see of a locker: the OAuth server, by which they get a contract, and the data routes, by which they use it.
 * It decides nothing about data or contracts; it knows who asks (token, proof of possession, origin) and asks the contracts
 * room. May touch: the store's OAuth operations, its own pages (read only).
 */
export { createServiceApi } from './load.ts';
export type { ServiceApi } from './service-api.ts';
export { serviceDoor } from './door.ts';
