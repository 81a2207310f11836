import type { z } from 'zod';
import type { Bundle } from '../../protocol/contract/grant.ts';
import type { Limits, OwnerPolicy } from '../../protocol/contract/offer.ts';
import type {
  AccessRequests,
  ActivityPage,
  ActivityQuery,
  AddService,
  Decide,
  Decided,
  GrantPage,
  LogVerdict,
  Preview,
  RequestsWaiting,
  ServiceAdded,
  ServiceList,
  ServicePage,
} from '../../protocol/owner/services.ts';

/** What the owner's screens do about services: one method per route of `protocol/owner/service-routes.ts`. */
export interface OwnerControl {
  services(): Promise<ServiceList>;
  /**
   * Makes a service known by an offer's or client document's address, or by a program's file. A program whose file is
   * signed by other keys than before only takes its place with `replace`, which ends all contracts of the one before.
   *
   * @throws LockerError `address_invalid`, `address_refused`, `fetch_failed`, `client_invalid`, `offer_invalid`,
   * `offer_signature`, `offer_version`, `program_changed`
   */
  addService(add: z.infer<typeof AddService>): Promise<ServiceAdded>;
  /** Pauses every contract that is active, or resumes those that this had paused. */
  pauseServices(paused: boolean): Promise<void>;
  /** Throws `service_not_found`. */
  service(id: string): Promise<ServicePage>;
  /** Blocking withdraws all contracts of the service. Throws `service_not_found`. */
  blockService(id: string, blocked: boolean): Promise<void>;
  /** Warnings about a service that came up to this moment are no longer shown. Throws `service_not_found`. */
  dismissWarnings(id: string, upTo: string): Promise<void>;
  accessRequests(): Promise<z.infer<typeof AccessRequests>>;
  /** How many wait: at once, and at each change until `signal` aborts. */
  watchRequests(signal: AbortSignal): AsyncIterable<z.infer<typeof RequestsWaiting>>;
  /** What a yes with these limits would release now. Throws `request_not_found`, `limits_invalid`. */
  previewRequest(id: string, limits: Limits): Promise<Preview>;
  /** Throws `request_not_found`, `wrong_number`, `limits_invalid`. */
  decideRequest(id: string, decision: Decide): Promise<z.infer<typeof Decided>>;
  /** What a contract would release with these limits. Throws `grant_not_found`, `limits_invalid`. */
  previewLimits(id: string, limits: Limits): Promise<Preview>;
  /** In force for the next byte. Throws `grant_not_found`, `grant_over`, `limits_invalid`. */
  setLimits(id: string, limits: Limits): Promise<GrantPage>;
  /** Throws `grant_not_found`, `grant_over`. */
  pauseGrant(id: string, paused: boolean): Promise<void>;
  /** Throws `grant_not_found`; on one that is over already it does nothing. */
  withdrawGrant(id: string): Promise<void>;
  getPolicy(): Promise<OwnerPolicy>;
  /** Every contract is met with the new rules at once. */
  savePolicy(policy: OwnerPolicy): Promise<OwnerPolicy>;
  activity(query: ActivityQuery): Promise<ActivityPage>;
  /** Checks every chain and signature. */
  verifyActivity(): Promise<LogVerdict>;
  /** One signed bundle a contract, each read as it is asked for. */
  exportActivity(): AsyncIterable<Bundle>;
}
