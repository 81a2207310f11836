import { MAX_TREE_ENTRIES } from '../limits.ts';
import { cidKey, decodeBlock, isMap, type Block } from './car-blocks.ts';

interface Node {
  left: string | null;
  entries: { key: string; value: string; right: string | null }[];
}

const DEEPEST = 64;
const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * The tree of a repository (https://atproto.com/specs/repository): which record stands at which path in the version
 * that the file's root names. Holds the tree, not the records.
 */
export class RepositoryTree {
  readonly #nodes = new Map<string, Node>();
  readonly #commits = new Map<string, { did: string; data: string }>();
  #entries = 0;

  /** True when the block belongs to the tree and is not a record. */
  add(block: Block): boolean {
    if (!block.isCbor) return false;
    // Decoding tells the two apart; records carry `$type`.
    const value = decodeBlock(block.bytes);
    if (!isMap(value) || typeof value['$type'] === 'string') return false;
    const data = cidKey(value['data']);
    if (typeof value['did'] === 'string' && data !== null) {
      this.#commits.set(block.cid, { did: value['did'], data });
      return true;
    }
    const node = readNode(value);
    if (node === null) return false;
    this.#entries += node.entries.length;
    if (this.#entries <= MAX_TREE_ENTRIES) this.#nodes.set(block.cid, node);
    return true;
  }

  /** Account and paths (`collection/key`) of the newest version; null: the file has no commit. */
  current(roots: string[]): { did: string; paths: Map<string, string[]>; missing: number } | null {
    const root = roots.find((cid) => this.#commits.has(cid));
    const commit = root === undefined ? undefined : this.#commits.get(root);
    if (commit === undefined) return null;
    const paths = new Map<string, string[]>();
    let missing = 0;
    const seen = new Set<string>();
    const walk = (cid: string | null, depth: number): void => {
      // A tree that leads back into itself is no tree.
      if (cid === null || depth > DEEPEST || seen.has(cid)) return;
      seen.add(cid);
      const node = this.#nodes.get(cid);
      if (node === undefined) {
        missing++;
        return;
      }
      walk(node.left, depth + 1);
      for (const { key, value, right } of node.entries) {
        const known = paths.get(value);
        // Two equal records are one block at two paths.
        if (known === undefined) paths.set(value, [key]);
        else known.push(key);
        walk(right, depth + 1);
      }
    };
    walk(commit.data, 0);
    return { did: commit.did, paths, missing };
  }
}

/** Keys are stored without the part they share with the key before (`p` bytes). */
function readNode(value: Record<string, unknown>): Node | null {
  if (!Array.isArray(value['e'])) return null;
  const entries: Node['entries'] = [];
  let previous = Buffer.alloc(0);
  for (const entry of value['e']) {
    if (!isMap(entry)) return null;
    const suffix = bytesOf(entry['k']);
    const shared = entry['p'];
    const cid = cidKey(entry['v']);
    if (suffix === null || typeof shared !== 'number' || cid === null || shared > previous.length) return null;
    previous = Buffer.concat([previous.subarray(0, shared), suffix]);
    try {
      entries.push({ key: decoder.decode(previous), value: cid, right: cidKey(entry['t']) });
    } catch {
      return null;
    }
  }
  return { left: cidKey(value['l']), entries };
}

/** The decoder wraps byte strings. */
function bytesOf(value: unknown): Uint8Array | null {
  if (value instanceof Uint8Array) return value;
  if (isMap(value) && value['buf'] instanceof Uint8Array) return value['buf'];
  return null;
}
