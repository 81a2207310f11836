/**
 * Owns the sandbox processes: starts them behind the best wall the system has, gives them algorithms and batches, kills them
 * when they don't answer in time, and checks every number that comes out. May start processes and read the sandbox's files;
 * knows nothing of the store, the network, or what the numbers are for.
 */
import { mkdirSync } from 'node:fs';
import { availableParallelism, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { System } from '../../protocol/owner/settings.ts';
import type { Call, RunRequest, RunResult, Tier as TierName } from '../../protocol/sandbox-run.ts';
import { systemPowers, type Powers } from './powers.ts';
import { locateProgram, type Program } from './program.ts';
import type { Ending } from './sandbox-process.ts';
import { Starter, hasShell } from './starter.ts';
import { Tier } from './tier.ts';
import { wallsToTry, type Wall } from './walls.ts';

/** A process ended that wasn't asked to. */
export interface Loss {
  tier: TierName;
  why: Exclude<Ending, 'retired'>;
  /** From the moment it was judged to the moment it was gone. */
  goneMs: number;
}

export interface SandboxHostOptions {
  /** Files of a packaged app; found by themselves where the sources are. */
  program?: Partial<Program>;
  powers?: Powers;
  /** `best` (the default) takes the best that works, if only `none`; a name takes that one, and nothing starts without it. */
  wall?: 'best' | Wall['name'];
  /** Processes of the fast tier. */
  fastProcesses?: number;
  onLoss?: (loss: Loss) => void;
}

export interface SandboxHost extends AsyncDisposable {
  /**
   * Runs one call of an algorithm and checks what it gave. Never throws: all that can go wrong is a reason. The batch must not
   * change until the answer is there.
   */
  run<C extends Call>(request: RunRequest<C>): Promise<RunResult<C>>;
  /** What contains algorithms here; known in full once `ready` has resolved. */
  level(): System['sandbox'];
  /** Resolves to whether a process of the fast tier came up. */
  ready(): Promise<boolean>;
}

const FAST = { exclusive: false, spareCells: 2, rehearses: true, restAfterMs: undefined };
// Without a compiler there is little to rehearse.
const HARDENED = { exclusive: true, spareCells: 2, rehearses: false, restAfterMs: 60_000, seats: 2, keep: 3 };

/** Starts looking for a wall and a first process at once; requests wait for them. */
export function createSandboxHost(options: SandboxHostOptions = {}): SandboxHost {
  const powers = options.powers ?? systemPowers;
  const starter = new Starter({
    powers,
    program: () => locateProgram(options.program),
    async walls(program) {
      const { wall = 'best' } = options;
      return (await wallsToTry(program)).filter(({ name }) => wall === 'best' || name === wall);
    },
    folder: emptyFolder,
    shell: hasShell(),
  });

  // Two algorithms at a time nearly halve a feed's time where there are two cores.
  const seats = options.fastProcesses ?? Math.min(2, availableParallelism());

  function tier(name: TierName): Tier {
    return new Tier({
      powers,
      start: () => starter.start(name),
      wornAfter: { runs: 2000, busyMs: 300_000, residentMb: 250 },
      ...(name === 'fast' ? { ...FAST, seats, keep: Math.max(2, seats) } : HARDENED),
      onLoss: (why, goneMs) => options.onLoss?.({ tier: name, why, goneMs }),
    });
  }
  const tiers = { fast: tier('fast'), hardened: tier('hardened') };
  const ready = tiers.fast.prepare();

  return {
    run: (request) => tiers[request.tier].run(request),
    level: () => starter.level(),
    ready: () => ready,
    async [Symbol.asyncDispose]() {
      await Promise.all([tiers.fast[Symbol.asyncDispose](), tiers.hardened[Symbol.asyncDispose]()]);
    },
  };
}

/** Where processes start. One for all, never removed: a locker that is killed leaves nothing more behind. */
function emptyFolder(): string {
  const folder = join(tmpdir(), `locker-sandbox-${userInfo().uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}
