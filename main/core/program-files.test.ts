import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { programFiles } from './program-files.ts';

it('finds the files of a packaged app beside the bundle, and those of the sources in dist', () => {
  const at = (...parts: string[]): string => join(process.cwd(), 'place', ...parts);
  expect(programFiles(pathToFileURL(at('resources', 'core', 'start-abc.js')).href)).toEqual({
    screens: at('resources', 'renderer'),
    servicePages: at('resources', 'service-pages'),
    algorithms: at('resources', 'algorithms'),
    sandbox: {
      entry: at('resources', 'sandbox', 'sandbox.mjs'),
      addon: at('resources', 'native', 'isolated-vm.node'),
    },
    about: at('resources', 'core', 'package.json'),
  });
  const sources = programFiles(pathToFileURL(at('main', 'core', 'program-files.ts')).href);
  expect(sources).toEqual({
    screens: at('dist', 'renderer'),
    servicePages: at('main', 'service-api', 'pages'),
    algorithms: at('dist', 'algorithms'),
    sandbox: {},
    about: at('package.json'),
  });
});
