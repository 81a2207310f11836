import { resolve } from 'node:path';
import { LockerError } from '../../../protocol/errors.ts';
import type { RepositoryLook } from '../../../protocol/owner/market.ts';
import { ROUTES } from '../../../protocol/owner/routes.ts';
import { processWorld, type Config } from '../config.ts';
import type { OwnerClient } from '../owner-client.ts';
import type { Terminal } from '../terminal.ts';
import { withClient } from '../with-client.ts';
import type { Given } from './given.ts';

/** What the owner of a locker does with repositories, over the locker's own API. */
export async function ownRepositories(
  command: 'algorithmInstall' | 'repositoryAdd' | 'repositoryRefresh',
  config: Config,
  given: Given,
  terminal: Terminal,
): Promise<void> {
  await withClient(config, terminal, config.dataFolder ?? '', async (client) => {
    if (command === 'repositoryAdd') await add(client, given, terminal);
    else if (command === 'repositoryRefresh') await refresh(client, terminal);
    else await install(client, given, terminal);
  });
}

async function add(client: OwnerClient, given: Given, terminal: Terminal): Promise<void> {
  const place = given.operand(0);
  const isAddress = /^https?:\/\//i.test(place);
  const path = resolve(processWorld().cwd, place);
  const fingerprint = given.maybe('fingerprint');
  if (fingerprint === null) {
    const look: RepositoryLook = isAddress
      ? await client.call(ROUTES.lookAtRepository, { body: { address: place } })
      : await client.call(ROUTES.lookAtFolder, { body: { path } });
    terminal.say(`Fingerprint of its root: ${look.fingerprint}`);
    terminal.say(`Signed by ${look.threshold} of ${look.keys} keys, until ${new Date(look.expiresAt).toISOString()}`);
    terminal.say('Compare it with what its publisher tells, then add it with --fingerprint and --name.');
    return;
  }
  if (!/^[0-9a-f]{64}$/.test(fingerprint))
    throw new LockerError('bad_arguments', { detail: '--fingerprint is 64 hex digits' });
  const about = { name: given.text('name'), fingerprint };
  const added = isAddress
    ? await client.call(ROUTES.addRepository, { body: { address: place, ...about } })
    : await client.call(ROUTES.addFolder, { body: { path, ...about } });
  terminal.say(`Added ${added.name}: ${counted(added.packages)}${added.problem === null ? '' : ` (${added.problem})`}`);
}

function counted(algorithms: number): string {
  return `${algorithms} algorithm${algorithms === 1 ? '' : 's'}`;
}

async function refresh(client: OwnerClient, terminal: Terminal): Promise<void> {
  const { items } = await client.call(ROUTES.repositories, {});
  for (const { id, name, kind } of items) {
    if (kind === 'bundled') continue;
    try {
      const { packages } = await client.call(ROUTES.refreshRepository, { params: { id } });
      terminal.say(`${name}: ${counted(packages)}`);
    } catch (error) {
      if (!(error instanceof LockerError)) throw error;
      terminal.say(`${name}: ${error.title} (${error.code})`);
    }
  }
}

async function install(client: OwnerClient, given: Given, terminal: Terminal): Promise<void> {
  const id = given.operand(0);
  const { items } = await client.call(ROUTES.catalogue, { query: { q: id } });
  const offers = items.filter((item) => item.id === id && item.repository !== 'bundled');
  const [offer] = offers;
  if (offer === undefined) throw new LockerError('algorithm_not_offered', { detail: id });
  if (offers.length > 1)
    throw new LockerError('bad_arguments', { detail: `several repositories offer ${id}: install it on the screen` });
  const params = { repository: offer.repository, id };
  const page = await client.call(ROUTES.packagePage, { params });
  terminal.say(
    `${offer.name} ${page.version}, from ${offer.repositoryName}. It reads: ${page.reads.join(', ') || 'nothing'}.`,
  );
  const body = {
    version: page.version,
    hash: page.hash,
    older: given.flag('older'),
    readsMore: given.flag('reads-more'),
  };
  const installed = await client.call(ROUTES.installPackage, { params, body });
  terminal.say(`Installed ${installed.id} ${installed.version}.`);
}
