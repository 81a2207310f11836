import { appendReads, appendWrites } from './appends.ts';
import { changeStreamReads, changeStreamWrites } from './change-streams.ts';
import { deliveryReads, deliveryWrites } from './deliveries.ts';
import { grantKeyReads, grantKeyWrites } from './grant-keys.ts';
import { headReads } from './head-seq.ts';
import { usageReads } from './usage.ts';

export const gateReads = {
  ...appendReads,
  ...changeStreamReads,
  ...deliveryReads,
  ...grantKeyReads,
  ...headReads,
  ...usageReads,
};

export const gateWrites = { ...appendWrites, ...changeStreamWrites, ...deliveryWrites, ...grantKeyWrites };
