import type { OwnerPolicy } from '../../protocol/contract/offer.ts';

/** W3C DPV terms for making people buy or believe things: one switch stands for all of them. */
const ADVERTISING = [
  'Advertising',
  'PersonalisedAdvertising',
  'NonPersonalisedAdvertising',
  'TargetedAdvertising',
  'Marketing',
  'DirectMarketing',
  'SocialMediaMarketing',
  'PublicRelations',
] as const;

/** On only where every one of the terms is covered. */
export function replacesForAdvertising({ pseudonymousFor }: OwnerPolicy): boolean {
  return ADVERTISING.every((term) => pseudonymousFor.includes(term));
}

/** Rules for other purposes stay. */
export function replaceForAdvertising(policy: OwnerPolicy, on: boolean): OwnerPolicy {
  const others = policy.pseudonymousFor.filter((term) => !ADVERTISING.some((one) => one === term));
  return { ...policy, pseudonymousFor: on ? [...others, ...ADVERTISING] : others };
}

export function neverGiveOut(policy: OwnerPolicy, datatype: string, never: boolean): OwnerPolicy {
  const others = policy.never.filter((one) => one !== datatype);
  return { ...policy, never: never ? [...others, datatype] : others };
}
