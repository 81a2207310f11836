import type { Clause } from '../../../protocol/contract/clause.ts';
import type { GrantEvent, Receipt, SignedReceipt } from '../../../protocol/contract/grant.ts';
import type { Limits, Offer } from '../../../protocol/contract/offer.ts';
import { durationMs } from '../lattice/times.ts';
import { makeReceipt, receiptHash, signReceipt } from '../receipts/receipt.ts';
import type { SigningKey } from '../offers/signature.ts';
import type { GrantChange, KeptGrant } from '../../store/index.ts';

/** Name of the owner's side in receipts: a service need not know more of the owner than the contract says. */
const DATA_SUBJECT = 'The owner of this locker';

/** What happens to a contract; what is left out stays as it is. */
export interface GrantStep {
  /** Null: something that nobody is told of. */
  readonly event: GrantEvent | null;
  readonly state?: KeptGrant['state'];
  readonly pausedBy?: KeptGrant['pausedBy'];
  readonly offer?: Offer;
  readonly asked?: Clause[];
  readonly limits?: Limits;
  /** Effective clauses: with these there is a new revision. */
  readonly clauses?: Clause[];
  readonly declined?: string | null;
  /** The owner says yes to the whole anew. */
  readonly agreedNow?: true;
  /** The day that is closed. */
  readonly closing?: { readonly day: number; readonly entry: NonNullable<Receipt['day']> };
}

/** A contract that a step begins or goes on from. */
export type Before =
  | { readonly kind: 'new'; readonly id: string; readonly service: string; readonly clientId: string }
  | { readonly kind: 'kept'; readonly grant: KeptGrant; readonly receipt: SignedReceipt | null };

/** Puts a step into the form that the store writes in one transaction: terms, receipt, notice and erasure demand. */
export async function grantChange(
  before: Before,
  step: GrantStep,
  { offer, at, key }: { offer: Offer; at: number; key: SigningKey },
): Promise<GrantChange> {
  const kept = before.kind === 'kept' ? before.grant : null;
  const clauses = step.clauses ?? kept?.clauses ?? [];
  const revision = step.clauses === undefined ? (kept?.revision ?? 1) : (kept?.revision ?? 0) + 1;
  const state = step.state ?? kept?.state ?? 'active';
  const grant = before.kind === 'new' ? before.id : before.grant.id;
  const signed =
    step.event === null
      ? null
      : await signReceipt(
          makeReceipt(before.kind === 'new' ? null : before.receipt, {
            grantId: grant,
            event: step.event,
            at: new Date(at).toISOString(),
            dataSubject: DATA_SUBJECT,
            controller: { client_id: offer.client_id, name: offer.controller.name, contact: offer.controller.contact },
            notice: offer.notice_uri ?? null,
            offer: { id: offer.id, version: offer.version, digest: offer.digest },
            revision,
            clauses,
            day: step.closing?.entry ?? null,
          }),
          key,
        );
  const ends = (state === 'withdrawn' || state === 'expired') && kept?.ended === null;
  const erasure = ends ? { deadline: eraseBy(clauses, at), unreachable: offer.webhook === undefined } : null;
  const isTold = offer.webhook !== undefined && step.event !== 'day closed';
  return {
    grant,
    madeFor: before.kind === 'new' ? before.service : null,
    event: step.event,
    at,
    state,
    pausedBy: state === 'paused' ? (step.pausedBy ?? kept?.pausedBy ?? 'owner') : null,
    offer: step.offer?.digest ?? kept?.offer.digest ?? offer.digest,
    declined: step.declined === undefined ? (kept?.declined ?? null) : step.declined,
    revision,
    asked: step.asked ?? kept?.asked ?? [],
    limits: step.limits ?? kept?.limits ?? [],
    agreed: step.agreedNow === true ? at : (kept?.agreed ?? at),
    clauses,
    receipt: signed === null ? null : { signed, hash: receiptHash(signed) },
    day: step.closing?.day ?? null,
    tell: isTold && signed !== null ? notices(signed, erasure) : [],
    erasure,
  };
}

/** What the service is told: the receipt has everything it may know; the end of a contract also says by when to erase. */
function notices({ receipt, jws }: SignedReceipt, erasure: GrantChange['erasure']): GrantChange['tell'] {
  const { event, grant_id, number, revision, at } = receipt;
  const name = event.replaceAll(' ', '_');
  // By it a service knows a notice that comes twice; counted by contract, as a shared number would tell of the others.
  const id = `urn:locker:notice:${grant_id}:${number}`;
  const told = { kind: `grant.${name}`, body: { id, event: name, grant_id, revision, at, receipt: jws } };
  if (erasure === null) return [told];
  const by = erasure.deadline === null ? null : new Date(erasure.deadline).toISOString();
  return [told, { kind: 'erasure.demanded', body: { id: `${id}:erasure`, grant_id, at, by } }];
}

/** When everything must be erased: by the longest time that a clause states; null where none is stated. */
function eraseBy(clauses: readonly Clause[], at: number): number | null {
  const times = clauses.flatMap(({ retention }) => (retention.max === undefined ? [] : [durationMs(retention.max)]));
  return times.length === 0 ? null : at + Math.max(...times);
}
