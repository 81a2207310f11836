/** What the prelude keeps of the language for itself, in types. */
export interface Primordials {
  apply(target: unknown, self: unknown, args: readonly unknown[]): unknown;
  construct(target: unknown, args: readonly unknown[]): unknown;
  ownKeys(object: object): (string | symbol)[];
  getPrototypeOf(object: object): object | null;
  getOwnPropertyDescriptor(object: object, key: string | symbol): PropertyDescriptor | undefined;
  defineProperty(object: object, key: string | symbol, property: PropertyDescriptor): boolean;
  deleteProperty(object: object, key: string | symbol): boolean;
  freeze<T>(object: T): Readonly<T>;
  /** An object without a prototype, or with the one given. */
  create(prototype?: object): Record<string, unknown>;
  parse(text: string): unknown;
  readonly Function: FunctionConstructor;
  readonly Buffer: typeof ArrayBuffer;
  readonly Bytes: typeof Uint8Array;
  readonly Shorts: typeof Uint16Array;
  readonly Words: typeof Uint32Array;
  readonly Doubles: typeof Float64Array;
  /** True for a real typed array only: not for a proxy of one, nor for what merely inherits from one. */
  isDoubles(value: unknown): value is Float64Array;
  isWords(value: unknown): value is Uint32Array;
  isShorts(value: unknown): value is Uint16Array;
  isBytes(value: unknown): value is Uint8Array;
  isObject(value: unknown): value is Record<string, unknown>;
  /** Length of a real typed array, whatever its own properties say. */
  lengthOf(array: object): number;
  /** Copies between real typed arrays of one element type: no user code runs. */
  copyElements(target: object, source: object): void;
}
