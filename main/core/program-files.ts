import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SandboxHostOptions } from '../sandbox-host/index.ts';

/** What comes with the program besides its code, as absolute paths. */
export interface ProgramFiles {
  /** Folder of the built screens. */
  readonly screens: string;
  /** Folder of the pages that a service's browser sees. */
  readonly servicePages: string;
  /** Folder of the packed algorithms. */
  readonly algorithms: string;
  /** Files of the sandbox; what is missing it finds beside its sources. */
  readonly sandbox: NonNullable<SandboxHostOptions['program']>;
  /** The `package.json` that says the program's version. */
  readonly about: string;
}

/**
 * Where they are. The program runs in two forms: from its sources, and bundled in a packaged app's `resources/core`
 * (`build/bundle-core.ts` lays that out).
 *
 * @param self address of this module: TypeScript in the one form, JavaScript in the other
 */
export function programFiles(self: string = import.meta.url): ProgramFiles {
  return self.endsWith('.ts') ? besideSources(self) : besideBundle(self);
}

function besideSources(self: string): ProgramFiles {
  const project = fileURLToPath(new URL('../..', self));
  return {
    screens: join(project, 'dist', 'renderer'),
    servicePages: join(project, 'main', 'service-api', 'pages'),
    algorithms: join(project, 'dist', 'algorithms'),
    sandbox: {},
    about: join(project, 'package.json'),
  };
}

function besideBundle(self: string): ProgramFiles {
  const core = dirname(fileURLToPath(self));
  const resources = dirname(core);
  return {
    screens: join(resources, 'renderer'),
    servicePages: join(resources, 'service-pages'),
    algorithms: join(resources, 'algorithms'),
    sandbox: {
      entry: join(resources, 'sandbox', 'sandbox.mjs'),
      addon: join(resources, 'native', 'isolated-vm.node'),
    },
    about: join(core, 'package.json'),
  };
}
