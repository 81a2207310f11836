/** Loaded into a locker before it starts (`--import`): each SIGUSR2 moves its clock on by a minute, so that ages change. */
import { isMainThread } from 'node:worker_threads';

const MINUTE = 60_000;

if (isMainThread) {
  const real = Date.now;
  let ahead = 0;
  Date.now = () => real() + ahead;
  process.on('SIGUSR2', () => {
    ahead += MINUTE;
  });
}
