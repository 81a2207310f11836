/**
 * Answers with its own input column, then scribbles over it later.
 * must: harmless
 */
module.exports = {
  score(batch, ctx) {
    batch.f64.replies.fill(0);
    Promise.resolve().then(() => batch.f64.replies.fill(5));
    return { score: batch.f64.replies };
  },
};
