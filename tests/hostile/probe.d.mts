/** What the probe tries, by name; each resolves to whether it worked. */
export const ATTEMPTS: Record<string, (port: number) => boolean | Promise<boolean>>;
