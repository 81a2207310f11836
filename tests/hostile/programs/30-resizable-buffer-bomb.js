/**
 * Resizable buffers: the engine does not count them.
 * must: killed thrown
 */
module.exports = {
  score(batch, ctx) {
    const all = [];
    for (;;) {
      const buffer = new ArrayBuffer(0, { maxByteLength: 2 ** 30 });
      if (buffer.resize === undefined)
        all.push(new Uint8Array(new ArrayBuffer(2 ** 26, { maxByteLength: 2 ** 30 })).fill(1));
      else buffer.resize(2 ** 30);
    }
  },
};
