/** Bits of `post_column.acts`: what the owner did about a post. */
export const POST_ACTS = { like: 1, save: 2, hide: 4, less: 8, more: 16 } as const;
