/** Bytes a piece of metadata may have; where other metadata tell its length, that counts too. */
export const MAX_BYTES = {
  root: 512 * 1024,
  timestamp: 16 * 1024,
  snapshot: 2 * 1024 * 1024,
  targets: 5 * 1024 * 1024,
} as const;
/** New roots that one refresh follows. */
export const MAX_ROOTS = 256;
/** Roles that a search or a listing visits. */
export const MAX_ROLES = 256;
