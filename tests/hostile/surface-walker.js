/**
 * Lists everything that can be reached in a cell, as lines of text written into the scores, a number per character; the first
 * score is the length. A line is a path, the kind of the value, and what is wrong with it: open (can be extended), writable,
 * configurable.
 */
module.exports = {
  score(batch, ctx) {
    const seen = new Map();
    const lines = [];
    const queue = [];

    function visit(path, value) {
      if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return typeof value;
      const known = seen.get(value);
      if (known !== undefined) return `= ${known}`;
      seen.set(value, path);
      queue.push([path, value]);
      return `${typeof value}${Object.isExtensible(value) ? ' open' : ''}`;
    }
    function nameOf(key) {
      return typeof key === 'symbol' ? `[${String(key)}]` : `.${key}`;
    }

    visit('globalThis', globalThis);
    const hidden = {
      function: () => 0,
      asyncFunction: async () => 0,
      generatorFunction: function* () {},
      asyncGeneratorFunction: async function* () {},
      generator: (function* () {})(),
      asyncGenerator: (async function* () {})(),
      arrayIterator: [].values(),
      mapIterator: new Map().entries(),
      setIterator: new Set().entries(),
      stringIterator: ''[Symbol.iterator](),
      regexpIterator: 'a'.matchAll(/a/g),
      iteratorHelper: [].values().map(() => 0),
      wrappedIterator: Iterator.from({ next() {} }),
      arguments: (function () {
        return arguments;
      })(),
    };
    for (const [name, sample] of Object.entries(hidden)) visit(`%${name}Prototype%`, Object.getPrototypeOf(sample));
    visit('%typedArrayPrototype%', Object.getPrototypeOf(Uint8Array.prototype));
    const functionPrototype = Object.getPrototypeOf(hidden.function);
    visit('batch', batch);
    visit('ctx', ctx);

    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [path, object] = next;
      const prototype = Object.getPrototypeOf(object);
      const ordinary = typeof object === 'function' && prototype === functionPrototype;
      if (!ordinary) lines.push(`${path} -> ${prototype === null ? 'null' : visit(`${path}.%prototype%`, prototype)}`);
      if (ArrayBuffer.isView(object)) continue;
      for (const key of Reflect.ownKeys(object)) {
        if (ordinary && (key === 'length' || key === 'name')) continue;
        const property = Object.getOwnPropertyDescriptor(object, key);
        const at = path + nameOf(key);
        const flags = `${property.writable ? ' writable' : ''}${property.configurable ? ' configurable' : ''}`;
        if ('value' in property) lines.push(`${at} ${visit(at, property.value)}${flags}`);
        else lines.push(`${at} ${visit(`${at}{get}`, property.get)} / ${visit(`${at}{set}`, property.set)}${flags}`);
      }
    }
    const text = lines.join('\n');
    const score = new Float64Array(batch.n);
    score[0] = text.length;
    for (let i = 0; i < text.length; i += 1) score[i + 1] = text.charCodeAt(i);
    return { score };
  },
};
