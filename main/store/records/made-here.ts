import { OWNER_ACTOR } from '../../../protocol/record.ts';

/** How the URIs of records begin that the owner makes inside the locker: acts, and what was seen. */
export const MADE_HERE = `${OWNER_ACTOR}:`;

export function isMadeHere(uri: string | null): boolean {
  return uri !== null && uri.startsWith(MADE_HERE);
}
