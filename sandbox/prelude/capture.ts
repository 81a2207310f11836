/**
 * The language's own functions, taken before any other code runs. This function, like the others of the prelude, is turned
 * into text and runs inside the cell: it may use nothing but its parameters and the language.
 */
export function capture() {
  const { apply, construct, ownKeys, getPrototypeOf, getOwnPropertyDescriptor, defineProperty, deleteProperty } =
    Reflect;
  const { freeze, create } = Object;
  const { parse } = JSON;
  const FunctionConstructor = Function;
  const Buffer = ArrayBuffer;
  const Bytes = Uint8Array;
  const Shorts = Uint16Array;
  const Words = Uint32Array;
  const Doubles = Float64Array;
  const typedArrayPrototype: object = getPrototypeOf(Bytes.prototype) ?? {};
  const readTag = getOwnPropertyDescriptor(typedArrayPrototype, Symbol.toStringTag)?.get;
  const setElements = Bytes.prototype.set;
  if (readTag === undefined) throw new TypeError();

  /** `Float64Array` and so on for a real typed array; undefined for all else, a proxy of one included. */
  function tagOf(value: unknown): unknown {
    return typeof value === 'object' && value !== null && readTag !== undefined ? apply(readTag, value, []) : undefined;
  }
  function isDoubles(value: unknown): value is Float64Array {
    return tagOf(value) === 'Float64Array';
  }
  function isWords(value: unknown): value is Uint32Array {
    return tagOf(value) === 'Uint32Array';
  }
  function isShorts(value: unknown): value is Uint16Array {
    return tagOf(value) === 'Uint16Array';
  }
  function isBytes(value: unknown): value is Uint8Array {
    return tagOf(value) === 'Uint8Array';
  }
  function readLength(name: 'length'): (array: object) => number {
    const get = getOwnPropertyDescriptor(typedArrayPrototype, name)?.get;
    if (get === undefined) throw new TypeError();
    return (array) => apply(get, array, []);
  }
  const lengthOf = readLength('length');
  /** Copies between real typed arrays of one element type: no user code runs. */
  function copyElements(target: object, source: object): void {
    apply(setElements, target, [source]);
  }

  return {
    apply,
    construct,
    ownKeys,
    getPrototypeOf,
    getOwnPropertyDescriptor,
    defineProperty,
    deleteProperty,
    freeze,
    create,
    parse,
    FunctionConstructor,
    Buffer,
    Bytes,
    Shorts,
    Words,
    Doubles,
    isDoubles,
    isWords,
    isShorts,
    isBytes,
    lengthOf,
    copyElements,
  };
}

export type Primordials = ReturnType<typeof capture>;
