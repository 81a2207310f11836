import { CatalogueEntry, packagePath } from '../../protocol/catalogue.ts';
import type { CatalogueItem, CatalogueQuery } from '../../protocol/owner/market.ts';
import { readsInWords } from './reads.ts';
import type { FoundTarget } from './tuf/client.ts';
import { compareVersions } from './version-order.ts';

/** A version of an algorithm that a repository offers. */
export interface Offered {
  readonly entry: CatalogueEntry;
  readonly hash: string;
}

/** The packages among a repository's targets; what isn't one, or says it is another, is none. */
export function packagesOf(targets: readonly FoundTarget[]): Offered[] {
  return targets.flatMap(({ path, file }) => {
    const entry = CatalogueEntry.safeParse(file.custom);
    const { sha256 } = file.hashes;
    if (!entry.success || sha256 === undefined) return [];
    if (packagePath(entry.data.id, entry.data.version) !== path) return [];
    return [{ entry: entry.data, hash: sha256 }];
  });
}

export interface ItemOptions {
  readonly repository: string;
  readonly repositoryName: string;
  /** Version that is installed from this repository, by algorithm. */
  readonly installed: ReadonlyMap<string, string>;
  /** Reason by package hash. */
  readonly revoked: ReadonlyMap<string, string>;
}

/** An item per algorithm, in its newest version that wasn't taken back. */
export function catalogueItems(offered: readonly Offered[], options: ItemOptions): CatalogueItem[] {
  const byId = Map.groupBy(offered, ({ entry }) => entry.id);
  return Array.from(byId.values()).flatMap((versions) => {
    const sorted = versions.toSorted((one, other) => compareVersions(other.entry.version, one.entry.version));
    const newest = sorted.find(({ hash }) => !options.revoked.has(hash)) ?? sorted[0];
    return newest === undefined ? [] : [itemOf(newest, sorted, options)];
  });
}

function itemOf({ entry, hash }: Offered, versions: readonly Offered[], options: ItemOptions): CatalogueItem {
  return {
    repository: options.repository,
    repositoryName: options.repositoryName,
    id: entry.id,
    version: entry.version,
    versions: versions.map((one) => one.entry.version),
    kind: entry.kind,
    name: entry.name['en'] ?? entry.id,
    summary: entry.summary['en'] ?? '',
    lifts: entry.lifts?.['en'] ?? null,
    sinks: entry.sinks?.['en'] ?? null,
    author: entry.author,
    license: entry.license,
    categories: entry.categories,
    languages: Object.keys(entry.name).filter((language) => language in entry.summary),
    reads: readsInWords(entry.needs),
    installed: options.installed.get(entry.id) ?? null,
    revoked: options.revoked.get(hash) ?? null,
  };
}

/** Whether an item is what the owner looks for. */
export function isWanted(item: CatalogueItem, { q, kind, category, language }: CatalogueQuery): boolean {
  if (kind !== undefined && item.kind !== kind) return false;
  if (category !== undefined && !item.categories.includes(category)) return false;
  if (language !== undefined && !item.languages.includes(language)) return false;
  const text = [item.name, item.summary, item.id, item.author].join('\n').toLowerCase();
  const words = q
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return words.every((word) => text.includes(word));
}
