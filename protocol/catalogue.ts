import { z } from 'zod';
import { Category, Kind, LocalText, Manifest, Needs } from './manifest.ts';

/** What a repository's signed metadata say of a package, so that a catalogue needs no package: part of its manifest. */
export const CatalogueEntry = z.object({
  id: Manifest.shape.id,
  version: Manifest.shape.version,
  kind: Kind,
  name: LocalText,
  summary: LocalText,
  lifts: LocalText.optional(),
  sinks: LocalText.optional(),
  author: Manifest.shape.author,
  license: Manifest.shape.license,
  source: Manifest.shape.source,
  categories: z.array(Category).max(6).default([]),
  needs: Needs,
});
export type CatalogueEntry = z.infer<typeof CatalogueEntry>;

/** What a repository's signed metadata say of a revoked package. */
export const RevocationEntry = z.object({
  id: Manifest.shape.id,
  version: Manifest.shape.version,
  /** Why, in plain words. */
  reason: LocalText,
});
export type RevocationEntry = z.infer<typeof RevocationEntry>;

/** Path of a package in a repository; the id comes first, so that a publisher's part is a prefix of it. */
export function packagePath(id: string, version: string): string {
  return `${id}/${version}.json`;
}

/** Where revoked packages are named, by the SHA-256 of their bytes. */
export const REVOKED_FOLDER = 'revoked';

/** The parts of a manifest that a catalogue shows. */
export function catalogueEntryOf(manifest: Manifest): CatalogueEntry {
  return CatalogueEntry.parse(manifest);
}
