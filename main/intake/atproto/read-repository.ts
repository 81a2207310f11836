import type { Json } from '../../../protocol/json.ts';
import { isObject, parseJson } from '../json/read-json.ts';
import type { FileContext, Sink } from '../sink.ts';
import { decodeBlock, readCar } from './car-blocks.ts';
import { RepositoryTree } from './repository.ts';
import { RepositoryRecords } from './to-records.ts';

/**
 * Reads a repository export. The tree that names the records may stand anywhere in the file, so it is read twice:
 * once for the tree, once for the records, none of which is held.
 */
export async function readRepository(
  open: () => AsyncIterable<Uint8Array>,
  sink: Sink,
  context: FileContext,
): Promise<void> {
  const { file } = context;
  const tree = new RepositoryTree();
  let roots: string[] = [];
  for await (const events of readCar(open())) {
    for (const event of events) {
      if (event.kind === 'roots') roots = event.roots;
      else if (event.kind === 'block') tree.add(event.block);
      else if (event.kind === 'bad') sink.skip(event.reason, `${file}[${event.index}]`);
      else if (!event.complete) sink.skip('the file ends before its last block', file);
    }
    await sink.drain();
  }
  const current = tree.current(roots);
  if (current === null) return sink.skip('a repository without its newest version', file);
  if (current.missing > 0) sink.skip('a part of the repository’s tree is missing', file);

  const records = new RepositoryRecords(sink, current.did);
  for await (const events of readCar(open())) {
    for (const event of events) {
      if (event.kind !== 'block' || !event.block.isCbor) continue;
      const value = jsonOf(decodeBlock(event.block.bytes));
      const paths = current.paths.get(event.block.cid);
      // A block that comes twice was read the first time.
      if (paths !== undefined) current.paths.set(event.block.cid, []);
      if (paths === undefined) {
        const isRecord = isObject(value) && typeof value['$type'] === 'string';
        if (isRecord) sink.skip('a record that the newest version no longer has', file);
        continue;
      }
      for (const path of paths) {
        const where = `${file}: ${path.slice(0, 300)}`;
        if (isObject(value)) records.put(path, value, where);
        else sink.skip('a record that can’t be decoded', where);
      }
    }
    await sink.drain();
  }
  for (const paths of current.paths.values()) {
    for (const path of paths)
      sink.skip('a record that the file names but does not have', `${file}: ${path.slice(0, 300)}`);
  }
  records.end();
  await sink.drain();
}

/** CBOR values in the JSON form of atproto's data model (links as `{$link}`); null when too deep for that. */
function jsonOf(value: unknown): Json {
  try {
    return parseJson(JSON.stringify(value) ?? 'null');
  } catch {
    return null;
  }
}
