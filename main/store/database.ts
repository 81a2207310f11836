import type { ContractsDatabase } from './contracts/contract-tables.ts';
import type { FeedDatabase } from './feed/feed-tables.ts';
import type { GateDatabase } from './gate/gate-tables.ts';
import type { LabelsDatabase } from './labels/label-tables.ts';
import type { InstalledAlgorithmTable } from './market/installed-algorithm-table.ts';
import type { RepositoryDatabase } from './market/repository-tables.ts';
import type { OauthStateTable } from './oauth/oauth-table.ts';
import type { RecordsDatabase } from './records/record-tables.ts';
import type { SubscriptionTable } from './subscriptions/subscription-table.ts';
import type { SettingTable } from './settings/setting-table.ts';

/** Every table by name; a topic adds `extends` of its own tables. */
export interface Database
  extends ContractsDatabase, FeedDatabase, GateDatabase, LabelsDatabase, RecordsDatabase, RepositoryDatabase {
  installed_algorithm: InstalledAlgorithmTable;
  oauth_state: OauthStateTable;
  setting: SettingTable;
  subscription: SubscriptionTable;
}
