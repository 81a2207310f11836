import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The example service, in a process of its own and with a folder that goes with it. */
export interface RunningNewcomer {
  readonly origin: string;
  readonly offerFile: string;
  readonly folder: string;
  /** All it has said so far. */
  readonly said: () => string;
  readonly exitCode: () => number | null;
  stop(): Promise<void>;
}

/** A port that nobody has at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function startNewcomer(locker: string, args: readonly string[] = []): Promise<RunningNewcomer> {
  const folder = mkdtempSync(join(tmpdir(), 'newcomer-'));
  const child = spawn(
    process.execPath,
    ['examples/newcomer/main.ts', '--locker', locker, '--port', '0', '--folder', folder, '--no-open', ...args],
    { cwd: root, env: { PATH: process.env['PATH'] ?? '' }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const lines: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
  const ready = Promise.withResolvers<void>();
  const output = createInterface({ input: child.stdout });
  output.on('line', (line) => {
    lines.push(line);
    if (line.startsWith('Its offer is in ')) ready.resolve();
  });
  child.once('exit', (code) => ready.reject(new Error(`Newcomer ended with ${code}: ${lines.join('\n')}`)));
  await ready.promise;
  const said = (): string => lines.join('\n');
  return {
    origin: /Newcomer is at (\S+)/.exec(said())?.[1] ?? '',
    offerFile: /Its offer is in (.+)/.exec(said())?.[1] ?? '',
    folder,
    said,
    exitCode: () => child.exitCode,
    async stop() {
      const gone = once(child, 'exit');
      if (child.exitCode === null) {
        child.kill('SIGTERM');
        await gone;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
