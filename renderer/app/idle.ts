const SIGNS = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;

/** Calls `onidle` after so many minutes without a sign of the owner; 0: never. Returns what ends the watch. */
export function watchIdle(minutes: number, onidle: () => void): () => void {
  if (minutes === 0) return () => undefined;
  let last = Date.now();
  const seen = (): void => {
    last = Date.now();
  };
  // A timer alone would stop in a sleeping machine: the clock is looked at.
  const timer = setInterval(() => {
    if (Date.now() - last >= minutes * 60_000) onidle();
  }, 5_000);
  for (const sign of SIGNS) addEventListener(sign, seen, { passive: true });
  return () => {
    clearInterval(timer);
    for (const sign of SIGNS) removeEventListener(sign, seen);
  };
}
