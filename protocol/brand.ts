/**
 * Branded primitives: a plain string or number that only its own parser can produce.
 * This is the one file outside tests where a type assertion is allowed.
 */
declare const brand: unique symbol;

/** A primitive `T` that carries the name `B` at compile time and nothing at run time. */
export type Brand<T, B extends string> = T & { readonly [brand]: B };

/** Key of a record inside this locker: made from its publication time, so it also sorts by time. Decimal string outside the store. */
export type RecordId = Brand<string, 'RecordId'>;

/** Marks a checked primitive with its brand; call it only where the check has been made. */
export function branded<T, B extends string>(value: T): Brand<T, B> {
  return value as Brand<T, B>;
}
