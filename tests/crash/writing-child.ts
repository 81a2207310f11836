import { connectWriter, openStore } from '../../main/store/index.ts';
import { beginRun, numberedBatch, numberedValue } from './numbered.ts';

/**
 * Imports numbered batches of posts and writes numbered settings through the real store for as long as it lives, and says
 * `batch N` or `setting N` on standard output once the store has reported it as stored. Started by the test, which kills
 * it. Arguments: the file, the first number; the key comes by standard input.
 */
const [file = '', first = '0'] = process.argv.slice(2);
const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));

const store = await openStore({ file, key: Buffer.concat(chunks), create: true });
process.stdout.write('open\n');
const importer = connectWriter(store.importPort());
const run = `run ${first}`;
await beginRun(store, run);
let next = Number(first);

async function importOn(): Promise<void> {
  for (;;) {
    const number = next++;
    await importer.write('records.upsertBatch', { run, records: numberedBatch(number) });
    process.stdout.write(`batch ${number}\n`);
  }
}

async function setOn(): Promise<void> {
  for (;;) {
    const number = next++;
    await store.write('settings.set', { key: `n${number}`, value: numberedValue(number) });
    process.stdout.write(`setting ${number}\n`);
  }
}

await Promise.all([importOn(), importOn(), setOn()]);
