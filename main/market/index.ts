/**
 * The algorithms this locker can run: installs the shipped ones and packages of repositories, runs their vectors in the
 * sandbox first, checks hashes at each load, and suspends what keeps failing. Repositories are believed by The Update
 * Framework (`tuf/`); `builder/` makes and signs them.
 * May touch: the store's installed algorithms and repositories, the folder of shipped packages and folders of repositories
 * (read only), the sandbox and the web through what it is given.
 */
export { createMarket, type Market } from './market.ts';
export { signBundle } from './builder/bundle.ts';
export { folderFiles } from './builder/folder-files.ts';
export { addPackage, publisherRole, revocationsRole, revokePackage } from './builder/packages.ts';
export { openBuilder, TOP_ROLES } from './builder/repository.ts';
export type { RepositoryBuilder, TopRole } from './builder/repository.ts';
export { newSigner, readSigner, type Signer } from './builder/signer.ts';
export { parsePackage } from './package-bytes.ts';
export { runVector, runVectors, vectorProblem } from './vector-run.ts';
export type { SandboxRunner, VectorReport, VectorRun } from './vector-run.ts';
export { examinePackage } from './shelf.ts';
