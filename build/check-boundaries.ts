import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise, type IForbiddenRuleType } from 'dependency-cruiser';
import { ROOMS, type Room } from './boundaries.ts';

/** Tests may also use test libraries, any room's face and any `node:` module. */
const TEST = '\\.test\\.ts$|/testing\\.ts$|/testing/|/dev/|vite\\.config\\.ts$|svelte\\.config\\.js$';

function escaped(path: string): string {
  return path.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function ownAndAllowed(room: Room): string[] {
  const faces = room.rooms.map((name) =>
    name === 'protocol'
      ? '^protocol/'
      : name === 'build/sample'
        ? '^build/sample/town\\.ts$'
        : `^${escaped(name)}/index\\.(d\\.)?ts$`,
  );
  const packages = room.packages.map(
    (name) => `^node_modules/${escaped(name)}/|^node_modules/@types/${escaped(name)}/`,
  );
  const node = room.node.includes('*') ? [] : room.node.map((name) => `^(node:)?${escaped(name)}$`);
  return [`^${escaped(room.folder)}/`, ...faces, ...packages, ...node];
}

function rulesFor(room: Room): IForbiddenRuleType[] {
  const from = { path: `^${escaped(room.folder)}/`, pathNot: TEST };
  const anyNode = room.node.includes('*');
  return [
    {
      name: `${room.folder}: imports`,
      severity: 'error',
      comment: 'not in this room’s row of build/boundaries.ts',
      from,
      to: { pathNot: ownAndAllowed(room), ...(anyNode ? { dependencyTypesNot: ['core'] } : {}) },
    },
  ];
}

const everywhere: IForbiddenRuleType[] = [
  {
    name: 'no cycles',
    severity: 'error',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  { name: 'nothing unresolved', severity: 'error', from: { pathNot: '^dist/' }, to: { couldNotResolve: true } },
  {
    name: 'only the shell sees electron',
    severity: 'error',
    from: { pathNot: '^main/shell/|^tests/shell/|^build/' },
    to: { path: '^node_modules/electron/' },
  },
  {
    name: 'SQL in one room',
    severity: 'error',
    from: { pathNot: '^main/store/|^tests/|^bench/' },
    to: { path: '^node_modules/(kysely|better-sqlite3-multiple-ciphers)/' },
  },
  {
    name: 'tests use faces',
    severity: 'error',
    comment: 'a test beside the code may look inside its own room only',
    from: { path: '^main/([^/]+)/.*\\.test\\.ts$' },
    to: { path: '^main/[^/]+/(?!index\\.ts|testing\\.ts)', pathNot: '^main/$1/' },
  },
];

const FORBIDDEN: IForbiddenRuleType[] = [...ROOMS.flatMap(rulesFor), ...everywhere];

/** Folders whose imports are checked. */
const CHECKED = ['protocol', 'main', 'sandbox', 'algorithms', 'renderer', 'tests', 'bench', 'build', 'examples', 'sdk'];

/**
 * Imports that the rules forbid, one line each: `rule: from → to`.
 *
 * @param baseDir folder that holds the rooms
 */
export async function boundaryViolations(baseDir: string): Promise<string[]> {
  const folders = CHECKED.filter((folder) => existsSync(join(baseDir, folder)));
  const result = await cruise(folders, {
    baseDir,
    ruleSet: { forbidden: FORBIDDEN },
    validate: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/|^\\.cache/|^node_modules/vite/client' },
    tsPreCompilationDeps: true,
    preserveSymlinks: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types', 'svelte'],
      extensions: ['.ts', '.svelte.ts', '.js', '.mjs', '.svelte', '.json', '.d.ts'],
    },
  });
  if (typeof result.output === 'string') throw new Error(result.output);
  return result.output.summary.violations.map(
    (violation) => `${violation.rule.name}: ${violation.from} → ${violation.to}`,
  );
}

if (import.meta.main) {
  const violations = await boundaryViolations(fileURLToPath(new URL('..', import.meta.url)));
  for (const violation of violations) console.error(violation);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
