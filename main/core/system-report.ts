import type { SystemReporter } from '../owner-api/index.ts';
import type { OpenLocker } from './open-locker.ts';

export interface SystemReporterOptions {
  readonly version: string;
  readonly folder: string;
  readonly opened: () => OpenLocker;
  readonly warnings: readonly string[];
}

/** What this locker runs on, for Settings. */
export function createSystemReporter(options: SystemReporterOptions): SystemReporter {
  return {
    system: async () => {
      const open = options.opened();
      return {
        version: options.version,
        node: process.versions.node,
        sqlite: (await open.store.read('store.about', {})).sqlite,
        dataFolder: options.folder,
        sandbox: await open.sandboxLevel(),
        warnings: [...options.warnings],
      };
    },
  };
}
