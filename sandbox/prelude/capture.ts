import type { Primordials } from './primordials.ts';

/**
 * Takes the language's own functions before any other code runs. This function, like the others of the prelude, is turned into
 * text and runs inside the cell: it may use nothing but its parameters and the language.
 */
export function capture(): Primordials {
  const { apply, construct, ownKeys, getPrototypeOf, getOwnPropertyDescriptor, defineProperty, deleteProperty } =
    Reflect;
  const { freeze, create } = Object;
  const { parse } = JSON;
  const typedArrayPrototype: object = getPrototypeOf(Uint8Array.prototype) ?? {};
  const readTag: unknown = getOwnPropertyDescriptor(typedArrayPrototype, Symbol.toStringTag)?.get;
  const readLength: unknown = getOwnPropertyDescriptor(typedArrayPrototype, 'length')?.get;
  const setElements: unknown = getOwnPropertyDescriptor(typedArrayPrototype, 'set')?.value;

  function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null;
  }
  function call(target: unknown, self: unknown, args: readonly unknown[]): unknown {
    if (typeof target !== 'function') throw new TypeError('not a function');
    return apply(target, self, args);
  }
  /** `Float64Array` and so on for a real typed array; undefined for all else. */
  function tagOf(value: unknown): unknown {
    return isObject(value) ? call(readTag, value, []) : undefined;
  }

  return {
    apply: call,
    construct(target, args) {
      if (typeof target !== 'function') throw new TypeError('not a function');
      const made: unknown = construct(target, args);
      return made;
    },
    ownKeys,
    getPrototypeOf,
    getOwnPropertyDescriptor,
    defineProperty,
    deleteProperty,
    freeze: (object) => freeze(object),
    create(prototype) {
      const made: unknown = create(prototype ?? null);
      if (!isObject(made)) throw new TypeError('not an object');
      return made;
    },
    parse(text) {
      const value: unknown = parse(text);
      return value;
    },
    Function,
    Buffer: ArrayBuffer,
    Bytes: Uint8Array,
    Shorts: Uint16Array,
    Words: Uint32Array,
    Doubles: Float64Array,
    isObject,
    isDoubles: (value): value is Float64Array => tagOf(value) === 'Float64Array',
    isWords: (value): value is Uint32Array => tagOf(value) === 'Uint32Array',
    isShorts: (value): value is Uint16Array => tagOf(value) === 'Uint16Array',
    isBytes: (value): value is Uint8Array => tagOf(value) === 'Uint8Array',
    lengthOf(array) {
      const length: unknown = call(readLength, array, []);
      return typeof length === 'number' ? length : -1;
    },
    copyElements(target, source) {
      call(setElements, target, [source]);
    },
  };
}
