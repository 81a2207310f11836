import { activityReads } from './activity-reads.ts';
import { appendLogWrites } from './append-log.ts';
import { bundleReads } from './bundle-reads.ts';
import { changeGrantWrites } from './change-grants.ts';
import { erasureReads, erasureWrites } from './erasure-operations.ts';
import { grantReads } from './grant-reads.ts';
import { logReads, logWrites } from './log-reads.ts';
import { loginReads, loginWrites } from './login-operations.ts';
import { outboxReads, outboxWrites } from './outbox-operations.ts';
import { ruleReads } from './rules.ts';
import { serviceReads, serviceWrites } from './service-operations.ts';

export const contractReads = {
  ...activityReads,
  ...bundleReads,
  ...erasureReads,
  ...grantReads,
  ...logReads,
  ...loginReads,
  ...outboxReads,
  ...ruleReads,
  ...serviceReads,
};

export const contractWrites = {
  ...appendLogWrites,
  ...changeGrantWrites,
  ...erasureWrites,
  ...logWrites,
  ...loginWrites,
  ...outboxWrites,
  ...serviceWrites,
};
