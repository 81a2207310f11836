/**
 * Owns the sandbox processes: starts them behind the best wall the system has, gives them algorithms and batches, kills them
 * when they don't answer in time, and checks every number that comes out. May start processes and read the sandbox's files;
 * knows nothing of the store, the network, or what the numbers are for.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { System } from '../../protocol/owner/settings.ts';
import type { Call, RunRequest, RunResult, Tier as TierName } from '../../protocol/sandbox-run.ts';
import { limited, nodeCommand } from './launch.ts';
import { systemPowers, type Powers } from './powers.ts';
import { locateProgram, type Program } from './program.ts';
import { SandboxProcess } from './sandbox-process.ts';
import { Tier } from './tier.ts';

export interface SandboxHostOptions {
  /** Files of a packaged app; found by themselves where the sources are. */
  program?: Partial<Program>;
  powers?: Powers;
}

export interface SandboxHost extends AsyncDisposable {
  run<C extends Call>(request: RunRequest<C>): Promise<RunResult<C>>;
  level(): System['sandbox'];
}

export function createSandboxHost(options: SandboxHostOptions = {}): SandboxHost {
  const powers = options.powers ?? systemPowers;
  const folder = mkdtempSync(join(tmpdir(), 'locker-sandbox-'));
  const program = locateProgram(options.program);
  const level: System['sandbox'] = { wall: 'none', permission: false, ulimit: true, note: '' };

  function tier(name: TierName): Tier {
    return new Tier({
      powers,
      seats: name === 'fast' ? 1 : 2,
      exclusive: name === 'hardened',
      spareCells: name === 'fast' ? 10 : 2,
      runsPerProcess: 1000,
      busyMsPerProcess: 300_000,
      async start() {
        const command = limited(nodeCommand(await program, name), name, 2048);
        const process = new SandboxProcess(powers, command, folder);
        return (await process.ready) ? process : undefined;
      },
    });
  }
  const tiers = { fast: tier('fast'), hardened: tier('hardened') };
  tiers.fast.prepare();

  return {
    run: (request) => tiers[request.tier].run(request),
    level: () => level,
    async [Symbol.asyncDispose]() {
      await Promise.all([tiers.fast[Symbol.asyncDispose](), tiers.hardened[Symbol.asyncDispose]()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
