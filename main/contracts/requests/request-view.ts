import type { Controller, Offer, OwnDatatype, OwnerPolicy } from '../../../protocol/contract/offer.ts';
import type { AccessRequest } from '../../../protocol/owner/services.ts';
import type { KeptGrant } from '../../store/index.ts';
import { canonicalHash } from '../offers/canonical.ts';
import { identityOf, instant } from '../services/cards.ts';
import type { OpenRequest } from './open-requests.ts';
import { changesOf, keptLimits, limited, viewsOf } from './terms.ts';

/** What a request is shown with. */
export interface RequestGrounds {
  readonly before: KeptGrant | null;
  /** The offer that it stands on. */
  readonly offerBefore: Offer | null;
  readonly service: string;
  readonly known: readonly OwnDatatype[];
  readonly policy: OwnerPolicy;
  readonly tabWaiting: boolean;
  readonly now: number;
}

/** A request as the owner sees it: what it would come to under the standing rules, before any new limit. */
export function requestView(request: OpenRequest, grounds: RequestGrounds): AccessRequest {
  const { before, offerBefore, known, policy, now } = grounds;
  const { offer, kind, asked } = request;
  const since = kind === 'merge' && before !== null ? before.agreed : now;
  const limits = kind === 'version' ? keptLimits(before, asked) : [];
  const clauses = limited(asked, limits, { offer, known, policy, since });
  return {
    id: request.id,
    kind,
    service: identityOf(grounds.service, request.client, offer),
    grant: request.grant,
    at: instant(request.at),
    expires: instant(expiryOf(request, before)),
    clauses: viewsOf(clauses, asked, { offer, known }),
    changes: changesOf(kind, before, clauses, { offer, known }),
    controllerBefore: controllerBefore(offerBefore, offer),
    numbers: request.numbers === null ? null : [...request.numbers],
    tabWaiting: grounds.tabWaiting,
  };
}

function controllerBefore(before: Offer | null, { controller }: Offer): Controller | null {
  return before === null || canonicalHash(before.controller) === canonicalHash(controller) ? null : before.controller;
}

/** A new version waits until the one before is no longer served. */
function expiryOf({ expires, at }: OpenRequest, before: KeptGrant | null): number {
  return expires === Infinity ? (before?.graceUntil ?? at) : expires;
}
