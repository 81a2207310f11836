import type { z } from 'zod';
import { contractReads, contractWrites } from './contracts/contract-operations.ts';
import { feedReads, feedWrites } from './feed/feed-operations.ts';
import { gateReads, gateWrites } from './gate/gate-operations.ts';
import { labelReads, labelWrites } from './labels/label-operations.ts';
import { marketReads, marketWrites } from './market/market-operations.ts';
import { repositoryReads, repositoryWrites } from './market/repository-operations.ts';
import { oauthReads, oauthWrites } from './oauth/oauth-operations.ts';
import { recordReads, recordWrites } from './records/record-operations.ts';
import { aboutReads } from './settings/about-operations.ts';
import { settingReads, settingWrites } from './settings/setting-operations.ts';
import { subscriptionReads, subscriptionWrites } from './subscriptions/subscription-operations.ts';

/** Every read by name; a topic adds one line. */
export const READS = {
  ...aboutReads,
  ...settingReads,
  ...contractReads,
  ...feedReads,
  ...gateReads,
  ...labelReads,
  ...marketReads,
  ...oauthReads,
  ...recordReads,
  ...repositoryReads,
  ...subscriptionReads,
};

/** Every write by name; a topic adds one line. */
export const WRITES = {
  ...settingWrites,
  ...contractWrites,
  ...feedWrites,
  ...gateWrites,
  ...labelWrites,
  ...marketWrites,
  ...oauthWrites,
  ...recordWrites,
  ...repositoryWrites,
  ...subscriptionWrites,
};

export type ReadName = keyof typeof READS;
export type WriteName = keyof typeof WRITES;

export type ReadInput<N extends ReadName> = z.input<(typeof READS)[N]['input']>;
export type ReadOutput<N extends ReadName> = Awaited<ReturnType<(typeof READS)[N]['call']>>;
export type WriteInput<N extends WriteName> = z.input<(typeof WRITES)[N]['input']>;
export type WriteOutput<N extends WriteName> = Awaited<ReturnType<(typeof WRITES)[N]['call']>>;

export function isReadName(name: string): name is ReadName {
  return Object.hasOwn(READS, name);
}

export function isWriteName(name: string): name is WriteName {
  return Object.hasOwn(WRITES, name);
}
