import type { Clause } from '../../../protocol/contract/clause.ts';
import type { Receipt, SignedReceipt } from '../../../protocol/contract/grant.ts';
import { canonicalHash, canonicalJson, textHash } from '../offers/canonical.ts';
import { signText, type SigningKey } from '../offers/signature.ts';

export const RECEIPT_TYP = 'locker-receipt+jws';

export interface ReceiptFacts {
  readonly grantId: string;
  readonly event: Receipt['event'];
  /** `Instant`. */
  readonly at: string;
  /** Name of the owner's side. */
  readonly dataSubject: string;
  readonly controller: Receipt['data_controller'];
  readonly notice: string | null;
  readonly offer: Receipt['offer'];
  readonly revision: number;
  /** Effective clauses of that revision. */
  readonly clauses: readonly Clause[];
  readonly day?: Receipt['day'];
}

/** The next receipt of a grant; `previous` is the one before, null for the first. */
export function makeReceipt(previous: SignedReceipt | null, facts: ReceiptFacts): Receipt {
  const number = (previous?.receipt.number ?? 0) + 1;
  return {
    identifier: `urn:locker:receipt:${facts.grantId}:${number}`,
    grant_id: facts.grantId,
    number,
    event: facts.event,
    at: facts.at,
    data_subject: facts.dataSubject,
    data_controller: facts.controller,
    notice: facts.notice,
    offer: facts.offer,
    revision: facts.revision,
    clauses_hash: clausesHash(facts.clauses),
    day: facts.day ?? null,
    previous: previous === null ? null : receiptHash(previous),
  };
}

/** Signed by the locker, EdDSA. */
export async function signReceipt(receipt: Receipt, key: SigningKey): Promise<SignedReceipt> {
  return { receipt, jws: await signText(canonicalJson(receipt), RECEIPT_TYP, key) };
}

/** What the next receipt bears as `previous`. */
export function receiptHash({ jws }: SignedReceipt): string {
  return textHash(jws);
}

/** Hash of effective clauses, in the order in which the grant has them. */
export function clausesHash(clauses: readonly Clause[]): string {
  return canonicalHash(clauses);
}
