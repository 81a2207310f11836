import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { systemResident, type Resident } from './memory-watch.ts';

/** A started process and its three handles. */
export interface Spawned {
  readonly pid: number | undefined;
  readonly input: Writable;
  readonly output: Readable;
  /** Called once, also when the process couldn't be started. */
  onGone(listener: () => void): void;
  /** SIGKILL to the process and everything it started. */
  killGroup(): void;
}

/** What the host needs from the system, so that its logic tests without processes. */
export interface Powers {
  spawn(command: readonly string[], folder: string): Spawned;
  /** Milliseconds, never going backwards. */
  clock(): number;
  resident: Resident;
}

export const systemPowers: Powers = {
  clock: () => performance.now(),
  resident: systemResident,
  spawn(command, folder) {
    const [file = '', ...args] = command;
    const child = spawn(file, args, {
      cwd: folder,
      env: {},
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    // A pipe that breaks tells nothing that the exit doesn't.
    child.stdin.on('error', () => undefined);
    child.stdout.on('error', () => undefined);
    return {
      pid: child.pid,
      input: child.stdin,
      output: child.stdout,
      onGone(listener) {
        let told = false;
        const tell = (): void => {
          if (!told) listener();
          told = true;
        };
        child.once('exit', tell);
        child.once('error', tell);
      },
      killGroup() {
        if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
        try {
          if (process.platform === 'win32') child.kill('SIGKILL');
          else process.kill(-child.pid, 'SIGKILL');
        } catch {
          child.kill('SIGKILL');
        }
      },
    };
  },
};
