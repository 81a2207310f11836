import type { InstalledAlgorithmTable } from './market/installed-algorithm-table.ts';
import type { SettingTable } from './settings/setting-table.ts';

/** Every table by name; a topic adds `extends` of its own tables. */
export interface Database {
  installed_algorithm: InstalledAlgorithmTable;
  setting: SettingTable;
}
