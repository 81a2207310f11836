import { z } from 'zod';

export const Settings = z.strictObject({
  /** Minutes without use until the screen locks; 0: never. */
  autoLockMinutes: z.int().min(0).max(1440),
  language: z.enum(['en']),
  theme: z.enum(['system', 'light', 'dark']),
  /** Pictures and video at their origin: ask each time, or load. */
  remoteMedia: z.enum(['ask', 'load']),
  /** IANA name; times of day are worked out in it. */
  timeZone: z.string().min(1).max(60),
  /** Days for which each request of a service stays in the log; then only a day's sums do. Absent: two years. */
  accessLogDays: z.int().min(30).max(3650).optional(),
});
export type Settings = z.infer<typeof Settings>;

export const System = z.strictObject({
  version: z.string(),
  node: z.string(),
  sqlite: z.string(),
  dataFolder: z.string(),
  /** What contains algorithms here, from the process flags up to the operating system's wall. */
  sandbox: z.strictObject({
    wall: z.enum(['bubblewrap', 'unshare', 'seatbelt', 'job-object', 'none']),
    permission: z.boolean(),
    ulimit: z.boolean(),
    note: z.string(),
  }),
  warnings: z.array(z.string()),
});
export type System = z.infer<typeof System>;
