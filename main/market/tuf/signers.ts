import type { Metadata, Root } from '@tufjs/models';

/** Whether two roots have a role signed by the same keys. */
export function sameSigners(one: Metadata<Root>, other: Metadata<Root>, role: 'timestamp' | 'snapshot'): boolean {
  return signers(one, role) === signers(other, role);
}

function signers({ signed }: Metadata<Root>, role: string): string {
  const ids = signed.roles[role]?.keyIDs.toSorted() ?? [];
  return JSON.stringify(ids.map((id) => [id, signed.keys[id]?.toJSON() ?? null]));
}
