import type { GrantView, SignedReceipt } from '../../../protocol/contract/grant.ts';
import type { OwnDatatype } from '../../../protocol/contract/offer.ts';
import type { LogRow } from '../../store/index.ts';

/** A contract as it is at this moment, with what the gate needs besides what the service may know of it. */
export interface GrantNow {
  readonly view: GrantView;
  /** What the owner knows the service by. */
  readonly serviceName: string;
  /** Every service-owned datatype that its clauses name, its own and other services'. */
  readonly datatypes: readonly OwnDatatype[];
}

/** What the gate asks of the part that keeps contracts. */
export interface GateGrants {
  /** The contract, or null where it is not known; never older than what was last committed. */
  grantNow(grantId: string): Promise<GrantNow | null>;
  /** Resolves when the row is on disk. `moreSoon`: rows of other requests may join it within a few milliseconds. */
  appendLog(row: LogRow, moreSoon?: boolean): Promise<void>;
  /** Calls with the id of each contract that was limited, widened, paused, resumed, withdrawn or that expired, once committed. */
  onChange(listener: (grantId: string) => void): () => void;
  receipts(grantId: string): Promise<SignedReceipt[]>;
  /** The service gives the contract back. */
  giveBack(grantId: string): Promise<void>;
}
