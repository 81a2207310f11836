import { existsSync } from 'node:fs';
import type { System } from '../../protocol/owner/settings.ts';
import type { Tier } from '../../protocol/sandbox-run.ts';
import { limited, nodeCommand } from './launch.ts';
import type { Powers } from './powers.ts';
import type { Program } from './program.ts';
import { SandboxProcess } from './sandbox-process.ts';
import { noWall, type Wall } from './walls.ts';

export interface StarterOptions {
  powers: Powers;
  program(): Promise<Program>;
  walls(program: Program): Promise<readonly Wall[]>;
  /** Empty folder in which processes start, made when it isn't there. */
  folder(): string;
  shell: boolean;
}

/** Starts sandbox processes behind the best wall that works here. Which one that is shows with the first start. */
export class Starter {
  readonly #options: StarterOptions;
  #program: Promise<Program> | undefined;
  #wall: Wall | undefined;
  #searching: Promise<unknown> | undefined;
  #level: System['sandbox'] = {
    wall: 'none',
    permission: false,
    ulimit: false,
    note: 'The sandbox has not started yet.',
  };

  constructor(options: StarterOptions) {
    this.#options = options;
  }

  level(): System['sandbox'] {
    return this.#level;
  }

  /** A process that answers; undefined when none can be started. */
  async start(tier: Tier): Promise<SandboxProcess | undefined> {
    // The first start looks for the wall; those that come meanwhile wait for it.
    await this.#searching;
    if (this.#wall !== undefined) return this.#behind(this.#wall, tier);
    const search = this.#search(tier);
    this.#searching = search;
    const process = await search;
    this.#searching = undefined;
    return process;
  }

  async #search(tier: Tier): Promise<SandboxProcess | undefined> {
    try {
      this.#program ??= this.#options.program();
      const walls = await this.#options.walls(await this.#program);
      for (const wall of walls) {
        const process = await this.#behind(wall, tier);
        if (process === undefined) continue;
        this.#wall = wall;
        const { shell } = this.#options;
        const permission = process.permission;
        this.#level = { wall: wall.name, permission, ulimit: shell, note: describe(wall, permission, shell) };
        return process;
      }
    } catch {
      this.#program = undefined;
    }
    this.#level = { ...this.#level, note: 'The sandbox could not be started; algorithms do not run.' };
    return undefined;
  }

  async #behind(wall: Wall, tier: Tier): Promise<SandboxProcess | undefined> {
    const program = await this.#program;
    if (program === undefined) return undefined;
    const { powers, folder, shell } = this.#options;
    const walled = wall.wrap(nodeCommand(program, tier));
    try {
      const process = new SandboxProcess(powers, shell ? limited(walled, tier) : walled, folder());
      return (await process.ready) ? process : undefined;
    } catch {
      // The system has no room for a process or a folder: this start fails, the next may not.
      return undefined;
    }
  }
}

/** Where limits by a shell can be had. */
export function hasShell(): boolean {
  return process.platform !== 'win32' && existsSync('/bin/sh');
}

function describe(wall: Wall, permission: boolean, shell: boolean): string {
  const parts = [
    permission ? 'Node’s permission model' : '',
    shell ? 'limits on files and CPU time' : '',
    wall === noWall ? '' : `a wall of the system (${wall.name})`,
  ].filter((part) => part !== '');
  const weaker = wall === noWall ? ' This system offers no further wall that works here.' : '';
  return `Algorithms run in a process of their own behind ${parts.join(', ') || 'no further limits'}.${weaker}`;
}
