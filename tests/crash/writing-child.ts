import { connectWriter, openStore } from '../../main/store/index.ts';

/**
 * Writes numbered values through the real store for as long as it lives, and says each number on standard output once
 * the store has reported it as stored. Started by the test, which kills it. Arguments: the file, the first number;
 * the key comes by standard input.
 */
const [file = '', first = '0'] = process.argv.slice(2);
const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));

const store = await openStore({ file, key: Buffer.concat(chunks), create: true });
process.stdout.write('open\n');
const importer = connectWriter(store.importPort());
let next = Number(first);

async function writeOn(write: (key: string, value: string) => Promise<void>): Promise<void> {
  for (;;) {
    const number = next++;
    // From a few bytes to a few pages each.
    await write(`n${String(number)}`, `${String(number)} `.repeat((number * 37) % 2000));
    process.stdout.write(`${String(number)}\n`);
  }
}

await Promise.all([
  writeOn((key, value) => importer.write('settings.set', { key, value })),
  writeOn((key, value) => importer.write('settings.set', { key, value })),
  writeOn((key, value) => store.write('settings.set', { key, value })),
]);
