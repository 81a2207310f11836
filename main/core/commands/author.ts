import { writeFile, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LockerError } from '../../../protocol/errors.ts';
import { Kind } from '../../../protocol/manifest.ts';
import {
  addPublisher,
  beginAlgorithm,
  beginRepository,
  packFolder,
  publishRepository,
  readPublicSigner,
  recordVectors,
  renewRepository,
  revokeIn,
  rootFingerprint,
  rotateKeys,
  signInto,
  tryOut,
  writeKeyPair,
  type PackedFolder,
} from '../../authoring/index.ts';
import { createSandboxHost } from '../../sandbox-host/index.ts';
import type { AuthorCommand } from '../author-options.ts';
import type { Config } from '../config.ts';
import { EXIT_CODES } from '../options.ts';
import { programFiles } from '../program-files.ts';
import type { Terminal } from '../terminal.ts';
import { givenTo, type Given } from './given.ts';

/** A command of authors or keepers of repositories. @returns the exit code */
export async function authorCommand(command: AuthorCommand, config: Config, terminal: Terminal): Promise<number> {
  const given = givenTo(config);
  switch (command) {
    case 'algorithmNew':
      await newAlgorithm(given, terminal);
      break;
    case 'algorithmDev':
      await (await import('./algorithm-dev.ts')).algorithmDev(config, given, terminal);
      break;
    case 'algorithmTest':
      return testAlgorithm(given, terminal);
    case 'algorithmPack':
      await packAlgorithm(given, terminal);
      break;
    case 'algorithmSign':
      await signInto(keptOf(given, 1), given.text('as'), await readPackage(given.operand(0)));
      terminal.say('Signed. It is seen by others after: locker algorithm publish');
      break;
    case 'algorithmPublish':
      await publishRepository(keptOf(given, 0));
      terminal.say('Published.');
      break;
    case 'repositoryInit':
      await beginRepository(keptOf(given, 0), given.count('signers'), given.count('threshold'));
      terminal.say(`Made. Its fingerprint, for those who add it: ${await rootFingerprint(given.operand(0))}`);
      terminal.say(
        'Take the keys of root and targets to another disk: they are needed again only for publishers and keys.',
      );
      break;
    case 'repositoryKey':
      await writeKeyPair(given.text('keys'), given.operand(0));
      terminal.say(`Made ${given.operand(0)}.pem, to keep, and ${given.operand(0)}.pub.json, to give away.`);
      break;
    case 'repositoryPublisher': {
      const own = given.maybe('public');
      const key = own === null ? null : await readPublicSigner(own);
      await addPublisher(keptOf(given, 0), given.operand(1), given.text('prefix'), key);
      terminal.say(`${given.operand(1)} may sign for ${given.text('prefix')}.`);
      break;
    }
    case 'repositoryRevoke':
      await revokeIn(keptOf(given, 0), await readPackage(given.operand(1)), given.text('reason'));
      terminal.say('Taken back. It stops at its owners’ next refresh.');
      break;
    case 'repositoryRotate':
      await rotateKeys(keptOf(given, 0), given.operand(1), given.text('as'));
      terminal.say(`${given.operand(1)} has new keys. The old ones are worth nothing any more.`);
      break;
    case 'repositoryRenew':
      terminal.say(`Signed again: ${(await renewRepository(keptOf(given, 0))).join(', ')}`);
      break;
    case 'algorithmInstall':
    case 'repositoryAdd':
    case 'repositoryRefresh':
      await (await import('./own-repositories.ts')).ownRepositories(command, config, given, terminal);
  }
  return EXIT_CODES.done.code;
}

function keptOf(given: Given, place: number): Parameters<typeof publishRepository>[0] {
  return { repository: given.operand(place), keys: given.text('keys'), now: Date.now };
}

async function readPackage(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new LockerError('bad_arguments', { detail: `${basename(path)} cannot be read`, cause });
  });
}

async function newAlgorithm(given: Given, terminal: Terminal): Promise<void> {
  const folder = given.operand(0);
  const kind = Kind.safeParse(given.maybe('kind') ?? 'ranker');
  if (!kind.success)
    throw new LockerError('bad_arguments', { detail: '--kind is ranker, blocker, damper or reranker' });
  const made = await beginAlgorithm(folder, kind.data, given.maybe('id') ?? `com.example.${basename(folder)}`);
  terminal.say(`Made in ${folder}: ${made.join(', ')}`);
  terminal.say(`Next: locker algorithm test ${basename(folder)} --record`);
}

async function testAlgorithm(given: Given, terminal: Terminal): Promise<number> {
  const folder = given.operand(0);
  await using sandbox = createSandboxHost({ program: programFiles().sandbox });
  let made = await packFolder(folder);
  if (given.flag('record')) {
    const recorded = await recordVectors(folder, made.packed, sandbox);
    terminal.say(recorded.length === 0 ? 'Nothing to record.' : `Recorded, please read them: ${recorded.join(', ')}`);
    made = await packFolder(folder);
  }
  const { ok, lines } = await tryOut(made.packed, sandbox);
  lines.forEach((line) => terminal.say(line));
  return ok ? EXIT_CODES.done.code : EXIT_CODES.failed.code;
}

async function packAlgorithm(given: Given, terminal: Terminal): Promise<void> {
  const folder = given.operand(0);
  const made = await packFolder(folder);
  const path = await placeOf(given.maybe('out') ?? folder, made);
  await writeFile(path, made.bytes);
  terminal.say(`${path}: ${Buffer.byteLength(made.bytes)} bytes, SHA-256 ${made.sha256}`);
}

/** A folder takes the package under its own name. */
async function placeOf(path: string, { packed }: PackedFolder): Promise<string> {
  const about = await stat(path).catch(() => null);
  if (about?.isDirectory() !== true) return path;
  return join(path, `${packed.manifest.id}-${packed.manifest.version}.json`);
}
