import type { Kysely } from 'kysely';
import * as init from './001-init.ts';
import * as records from './002-records.ts';
import * as feed from './003-feed.ts';
import * as market from './004-market.ts';
import * as subscriptions from './005-subscriptions.ts';
import * as searchTexts from './006-search-texts.ts';
import * as contracts from './007-contracts.ts';
import * as gate from './008-gate.ts';
import * as oauth from './009-oauth.ts';
import * as gated from './010-gated.ts';
import * as searchMerges from './011-search-merges.ts';
import * as asOfDay from './012-as-of-day.ts';
import * as learning from './013-learning.ts';
import * as labels from './014-labels.ts';
import * as repositories from './015-repositories.ts';

export interface Migration {
  readonly name: string;
  readonly up: (db: Kysely<unknown>) => Promise<void>;
}

/** Forward only, in this order; a migration that has shipped is never edited. The store's version is the number applied. */
export const MIGRATIONS: readonly Migration[] = [
  { name: '001-init', up: init.up },
  { name: '002-records', up: records.up },
  { name: '003-feed', up: feed.up },
  { name: '004-market', up: market.up },
  { name: '005-subscriptions', up: subscriptions.up },
  { name: '006-search-texts', up: searchTexts.up },
  { name: '007-contracts', up: contracts.up },
  { name: '008-gate', up: gate.up },
  { name: '009-oauth', up: oauth.up },
  { name: '010-gated', up: gated.up },
  { name: '011-search-merges', up: searchMerges.up },
  { name: '012-as-of-day', up: asOfDay.up },
  { name: '013-learning', up: learning.up },
  { name: '014-labels', up: labels.up },
  { name: '015-repositories', up: repositories.up },
];
