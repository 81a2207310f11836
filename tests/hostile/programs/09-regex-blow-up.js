/**
 * A pattern that is small as text and huge when compiled.
 * must: thrown killed
 */
module.exports = {
  score(batch, ctx) {
    new RegExp('(?:(?:(?:(?:a{1000}){1000}){1000}){1000}b)').test('a'.repeat(1000));
    for (;;);
  },
};
