import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addPackage } from './packages.ts';
import { openBuilder, TOP_ROLES } from './repository.ts';
import { newSigner } from './signer.ts';

/** Ten years: what is shipped is replaced with the app, and never over the network. */
const BUNDLE_DAYS = 3653;
const BUNDLE_LIFETIMES = { root: BUNDLE_DAYS, targets: BUNDLE_DAYS, snapshot: BUNDLE_DAYS, timestamp: BUNDLE_DAYS };

/** Writes the metadata of the packages in `target`; the packages themselves lie there already. */
export async function signBundle(
  target: string,
  packages: readonly { readonly bytes: string }[],
  now: () => number = Date.now,
): Promise<void> {
  await rm(join(target, 'metadata'), { recursive: true, force: true });
  await mkdir(join(target, 'metadata'), { recursive: true });
  const builder = await openBuilder({
    now,
    lifetimes: BUNDLE_LIFETIMES,
    files: {
      read: async () => null,
      metadataNames: async () => [],
      async write(name, bytes) {
        if (name.startsWith('metadata/')) await writeFile(join(target, name), bytes);
      },
    },
  });
  const signers = new Map(
    ['root', 'targets', 'snapshot', 'timestamp', 'app'].map((role) => [role, [newSigner().signer]]),
  );
  for (const role of TOP_ROLES) builder.setKeys(role, signers.get(role) ?? [], 1);
  const app = { name: 'app', paths: ['*/*'], terminating: true, threshold: 1 };
  builder.delegate('targets', app, signers.get('app') ?? []);
  for (const { bytes } of packages) await addPackage(builder, 'app', bytes);
  for (const role of ['app', 'targets', 'snapshot', 'timestamp', 'root'])
    await builder.publish(role, signers.get(role) ?? []);
}
