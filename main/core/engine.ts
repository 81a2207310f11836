import type { System } from '../../protocol/owner/settings.ts';
import { createFileFetcher } from '../intake/index.ts';
import { createMarket, type Market, type SandboxRunner } from '../market/index.ts';
import { createSandboxHost, type SandboxHost } from '../sandbox-host/index.ts';
import type { Store } from '../store/index.ts';
import type { Log } from './log.ts';
import type { ProgramFiles } from './program-files.ts';

/** What runs algorithms: the sandbox and the installed packages. Neither is started before it is needed. */
export interface Engine extends AsyncDisposable {
  readonly sandbox: SandboxRunner;
  readonly market: Market;
  /** Resolves when the installed algorithms are those that came with the program; never rejects. */
  installed(): Promise<void>;
  /** Known once a first sandbox process has come up, or has not. */
  level(): Promise<System['sandbox']>;
}

export interface EngineOptions {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly files: Pick<ProgramFiles, 'algorithms' | 'sandbox'>;
  readonly log: Log;
}

export function createEngine({ store, files, log }: EngineOptions): Engine {
  let host: SandboxHost | undefined;
  let installing: Promise<void> | undefined;
  const started = (): SandboxHost => {
    host ??= createSandboxHost({
      program: files.sandbox,
      onLoss: ({ tier, why, goneMs }) => log.note(`sandbox ${tier} ${why} ${Math.round(goneMs)} ms`),
    });
    return host;
  };
  const sandbox: SandboxRunner = { run: (request) => started().run(request) };
  const market = createMarket({
    store,
    sandbox,
    now: Date.now,
    shippedFolder: files.algorithms,
    fetchFile: createFileFetcher('DataLocker (algorithms)'),
  });

  async function install(): Promise<void> {
    try {
      const { refused } = await market.installShipped();
      for (const { id, why } of refused) log.note(`algorithm refused ${id}: ${why}`);
    } catch (error) {
      log.fault(error);
    }
  }

  return {
    sandbox,
    market,
    installed() {
      installing ??= install();
      return installing;
    },
    async level() {
      await started().ready();
      return started().level();
    },
    async [Symbol.asyncDispose]() {
      await installing;
      await host?.[Symbol.asyncDispose]();
    },
  };
}
