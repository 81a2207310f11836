/**
 * How soon a locker with a million posts is ready: from the command to an address that answers, and from the passphrase
 * to the first page of "my data".
 * `node bench/ready.ts [posts]`; BENCH_FOLDER=path keeps the locker for the next run.
 */
import { largeLocker } from './large-locker.ts';
import { openWholeLocker, percentiles } from './whole-locker.ts';

const POSTS = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = 10;

await using large = await largeLocker(POSTS);
const answers: number[] = [];
const opens: number[] = [];
const pages: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  await using whole = await openWholeLocker(large.data);
  const asked = performance.now();
  await whole.call('GET', '/owner/records?limit=50');
  pages.push(performance.now() - asked);
  answers.push(whole.startMs);
  opens.push(whole.unlockMs);
}
console.log(`core with ${POSTS} records, from the command to answering: ${percentiles(answers)}`);
console.log(`from the passphrase to open: ${percentiles(opens)}`);
console.log(`then the first page of "my data": ${percentiles(pages)}`);
