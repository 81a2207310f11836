/**
 * A text that doubles until it cannot.
 * must: thrown killed
 */
module.exports = {
  score(batch, ctx) {
    let text = 'x';
    for (;;) {
      text += text;
      text.codePointAt(text.length - 1);
    }
  },
};
