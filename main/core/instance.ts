import { createHash, randomBytes } from 'node:crypto';
import { link, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { LockerError } from '../../protocol/errors.ts';

/**
 * One locker per data folder. The running one keeps `instance.json` there, which says on which socket it answers and
 * with which token; the file exists only while that socket does, so a socket nobody answers on means a crash.
 */
const FILE = 'instance.json';
/** The shortest limit of the systems for a socket's path, with room to spare. */
const SOCKET_PATH_MAX = 90;

const Instance = z.strictObject({
  socket: z.string().min(1).max(1000),
  token: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  /** Of one run, so that a stale file is never mistaken for its successor. */
  run: z.string().min(1).max(100),
});
export type Instance = z.infer<typeof Instance>;

async function socketFor(folder: string, run: string, platform: NodeJS.Platform): Promise<string> {
  if (platform === 'win32') {
    return `\\\\.\\pipe\\data-locker-${createHash('sha256').update(`${folder}\n${run}`).digest('hex').slice(0, 32)}`;
  }
  const near = join(folder, `instance-${run}.sock`);
  if (Buffer.byteLength(near) <= SOCKET_PATH_MAX) return near;
  return join(await mkdtemp(join(tmpdir(), 'data-locker-')), 's');
}

/** A socket and token for this run; nothing is written yet. */
export async function newInstance(folder: string, platform: NodeJS.Platform): Promise<Instance> {
  const run = randomBytes(8).toString('hex');
  return { run, token: randomBytes(32).toString('base64url'), socket: await socketFor(folder, run, platform) };
}

/** The locker that says it is running on this folder, or null. An unreadable file counts as none. */
export async function readInstance(folder: string): Promise<Instance | null> {
  try {
    return Instance.parse(JSON.parse(await readFile(join(folder, FILE), 'utf8')));
  } catch {
    return null;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/**
 * Takes the folder for this run. The socket must already answer.
 *
 * @returns false where another run has it
 */
export async function claim(folder: string, instance: Instance): Promise<boolean> {
  const draft = join(folder, `${FILE}.${instance.run}`);
  await writeFile(draft, JSON.stringify(instance), { mode: 0o600, flag: 'wx' });
  try {
    // Unlike rename, link never replaces, so of two claims one fails.
    await link(draft, join(folder, FILE));
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw new LockerError('bad_arguments', { detail: 'the data folder cannot be used', cause: error });
  } finally {
    await rm(draft, { force: true });
  }
}

/** Removes what a crashed run left, and only that: a successor's file is put back. */
export async function removeStale(folder: string, stale: Instance | null): Promise<void> {
  const aside = join(folder, `${FILE}.${randomBytes(8).toString('hex')}`);
  try {
    await rename(join(folder, FILE), aside);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return;
    throw error;
  }
  const taken = await readFile(aside, 'utf8').catch(() => '');
  const ours = Instance.safeParse(parse(taken));
  if (ours.success && ours.data.run !== stale?.run) await link(aside, join(folder, FILE)).catch(() => undefined);
  else if (stale !== null) await removeSocket(stale.socket, folder);
  await rm(aside, { force: true });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Gives the folder free. */
export async function release(folder: string, instance: Instance): Promise<void> {
  const kept = await readInstance(folder);
  if (kept?.run === instance.run) await rm(join(folder, FILE), { force: true });
  await removeSocket(instance.socket, folder);
}

async function removeSocket(socket: string, folder: string): Promise<void> {
  if (socket.startsWith('\\\\')) return;
  await rm(socket, { force: true }).catch(() => undefined);
  const parent = dirname(socket);
  if (parent !== folder && /data-locker-[A-Za-z0-9]{6}$/.test(parent)) {
    await rm(parent, { recursive: true, force: true }).catch(() => undefined);
  }
}
