import { z } from 'zod';

/** Metadata as a repository's builder keeps it: the signed part of each file (specification, section 4). */
const PublicKey = z.object({
  keytype: z.string(),
  keyval: z.object({ public: z.string() }),
  scheme: z.string(),
});
export type PublicKey = z.infer<typeof PublicKey>;

const RoleKeys = z.object({ keyids: z.array(z.string()), threshold: z.int().min(1) });
export type RoleKeys = z.infer<typeof RoleKeys>;

const head = { spec_version: z.string(), version: z.int(), expires: z.string() };

export const RootPart = z.object({
  _type: z.literal('root'),
  ...head,
  consistent_snapshot: z.boolean(),
  keys: z.record(z.string(), PublicKey),
  roles: z.record(z.string(), RoleKeys),
});

const FileEntry = z.object({
  length: z.int(),
  hashes: z.record(z.string(), z.string()),
  custom: z.record(z.string(), z.json()).optional(),
});

const Delegation = z.object({
  name: z.string(),
  keyids: z.array(z.string()),
  threshold: z.int().min(1),
  terminating: z.boolean(),
  paths: z.array(z.string()),
});
export type Delegation = z.infer<typeof Delegation>;

export const TargetsPart = z.object({
  _type: z.literal('targets'),
  ...head,
  targets: z.record(z.string(), FileEntry),
  delegations: z.object({ keys: z.record(z.string(), PublicKey), roles: z.array(Delegation) }).optional(),
});
export type TargetsPart = z.infer<typeof TargetsPart>;

const MetaEntry = z.object({
  version: z.int(),
  length: z.int().optional(),
  hashes: z.record(z.string(), z.string()).optional(),
});
export type MetaEntry = z.infer<typeof MetaEntry>;

export const SnapshotPart = z.object({
  _type: z.literal('snapshot'),
  ...head,
  meta: z.record(z.string(), MetaEntry),
});

export const TimestampPart = z.object({
  _type: z.literal('timestamp'),
  ...head,
  meta: z.record(z.string(), MetaEntry),
  /** When it was signed: a clock that is behind it is wrong. */
  signed_at: z.string().optional(),
});

export type RootPart = z.infer<typeof RootPart>;
export type SnapshotPart = z.infer<typeof SnapshotPart>;
export type TimestampPart = z.infer<typeof TimestampPart>;
export type SignedPart = RootPart | TargetsPart | SnapshotPart | TimestampPart;
