/**
 * Runs `work` for the newest value only, one at a time: values that come while it runs replace each other,
 * so that a dragged slider has one request in flight and always ends on the last value.
 */
export function createLatest<T>(work: (value: T) => Promise<void>): (value: T) => Promise<void> {
  let waiting: { value: T } | null = null;
  let running: Promise<void> | null = null;

  async function drain(): Promise<void> {
    while (waiting !== null) {
      const { value } = waiting;
      waiting = null;
      await work(value);
    }
  }

  return (value) => {
    waiting = { value };
    running ??= drain().finally(() => {
      running = null;
    });
    return running;
  };
}
