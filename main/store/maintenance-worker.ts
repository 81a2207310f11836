import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { makeBackup } from './backup.ts';
import { expiredBackups } from './backup-rotation.ts';
import { failureOf } from './failures.ts';
import { Task, type Reply } from './messages.ts';
import { restore } from './restore.ts';

/** Does one task on files, answers, and ends: a thread of its own, as checking a large file takes long. */
if (parentPort === null) throw new Error('maintenance-worker runs as a worker thread');
const port = parentPort;

port.once('message', (message: unknown) => {
  void answer(message);
});

async function answer(message: unknown): Promise<void> {
  const started = performance.now();
  try {
    const task = Task.parse(message);
    const output = await run(task);
    task.key.fill(0);
    port.postMessage({ ok: true, id: 0, output, ms: performance.now() - started } satisfies Reply);
  } catch (error) {
    port.postMessage(failureOf(0, error));
  }
  port.close();
}

async function run(task: Task): Promise<unknown> {
  if (task.kind === 'restore') return restore(task);
  const made = await makeBackup(task);
  for (const name of expiredBackups(await readdir(task.folder))) await rm(join(task.folder, name), { force: true });
  return made;
}
