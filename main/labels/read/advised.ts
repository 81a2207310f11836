import type { Severity } from '../../../protocol/batch.ts';

/** What well-known labels are usually taken for: atproto's global values, and what Mastodon's servers say of each other. */
const ADVISED: Readonly<Record<string, Severity>> = {
  '!hide': 3,
  '!takedown': 3,
  '!suspend': 3,
  '!warn': 1,
  porn: 2,
  sexual: 2,
  nudity: 2,
  'graphic-media': 2,
  gore: 2,
  spam: 3,
  scam: 3,
  suspend: 3,
  silence: 1,
  'rejects-media': 2,
  listed: 3,
};
const OTHERS: Severity = 1;

/** What a label does as long as the owner has not decided. */
export function advisedFor(value: string): Severity {
  return Object.hasOwn(ADVISED, value) ? (ADVISED[value] ?? OTHERS) : OTHERS;
}
