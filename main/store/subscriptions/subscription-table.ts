/** A feed by address. Times are milliseconds UTC. */
export interface SubscriptionTable {
  id: string;
  url: string;
  title: string;
  interval_minutes: number;
  enabled: 0 | 1;
  /** The owner said that this address may be on this machine. */
  allow_loopback: 0 | 1;
  /** Import run of the subscription list it came from; null: added by the owner. */
  run: string | null;
  created: number;
  next_due: number;
  /** Failed polls in a row. */
  failures: number;
  etag: string | null;
  last_modified: string | null;
  last_polled: number | null;
  last_changed: number | null;
  last_problem: string | null;
  items: number;
}
