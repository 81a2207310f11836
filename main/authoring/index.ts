/**
 * The author's kit: begins an algorithm, packs it to one file, tries it in the sandbox, records vectors, and signs it into a
 * repository. Runs from the project's sources, where the bundler is.
 * May touch: folders that the author names, the sandbox through what it is given. Imports market.
 */
export { writeKeyPair, readPublicSigner } from './keys.ts';
export { packFolder, type PackedFolder } from './pack-folder.ts';
export { recordVectors } from './record-vectors.ts';
export {
  addPublisher,
  beginRepository,
  publishRepository,
  renewRepository,
  revokeIn,
  rotateKeys,
  rootFingerprint,
  signInto,
} from './repository-acts.ts';
export { beginAlgorithm } from './scaffold.ts';
export { tryOut } from './try-out.ts';
