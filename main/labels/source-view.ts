import type { LabelSource, LabelValue } from '../../protocol/owner/labels.ts';
import type { StoredLabelSource } from '../store/index.ts';

/** A source as screens show it. */
export function sourceView(stored: StoredLabelSource): LabelSource {
  const values = new Map<string, LabelValue>();
  for (const { value, about, severity, advised, entries } of stored.kinds) {
    const known = values.get(value) ?? { value, choice: severity, advised, posts: 0, accounts: 0, hosts: 0 };
    const counted = `${about}s` as const;
    values.set(value, { ...known, [counted]: known[counted] + entries });
  }
  return {
    id: stored.id,
    kind: stored.kind,
    name: stored.name,
    publisher: stored.publisher,
    address: stored.address,
    allowLoopback: stored.allowLoopback,
    key: stored.key,
    intervalMinutes: stored.intervalMinutes,
    enabled: stored.enabled,
    createdAt: stored.created,
    lastPolledAt: stored.lastPolled,
    lastChangedAt: stored.lastChanged,
    lastProblem: stored.lastProblem,
    entries: stored.kinds.reduce((sum, { entries }) => sum + entries, 0),
    values: [...values.values()],
    exceptions: stored.exceptions.map(({ created, ...exception }) => ({ ...exception, createdAt: created })),
  };
}
