/**
 * The algorithms this locker can run: installs the shipped ones and packages from elsewhere, runs their vectors in the
 * sandbox first, checks hashes at each load, and suspends what keeps failing.
 * May touch: the store's installed algorithms, the folder of shipped packages (read only), the sandbox through the runner
 * it is given.
 */
export { createMarket, type Market } from './market.ts';
export { runVectors, type SandboxRunner, type VectorReport } from './vector-run.ts';
