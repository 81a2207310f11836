import { LockerError } from '../../../protocol/errors.ts';
import { recognise, UNKNOWN, type FileKind } from '../recognise.ts';
import { filesAt, type StoredFile } from './folder.ts';
import { headOf, type ImportFile, type LeftOut } from './import-file.ts';
import { openZip, type ZipArchive } from './zip.ts';

export interface KnownFile {
  readonly file: ImportFile;
  readonly kind: FileKind;
}

/** What an import is made of, in the order in which it is to be read. */
export interface Gathered extends AsyncDisposable {
  readonly files: KnownFile[];
  /** Bytes of all files when unpacked. */
  readonly bytes: number;
  /** The owner's account for a file: the actor document of the folder it lies in, or the only one there is. */
  ownerOf(path: string): string | null;
}

/** Kept out of the way unread: an export may hold a hundred thousand of them, and their kind is told by their use. */
const MEDIA_NAME = /\.(?:jpe?g|png|gif|webp|avif|heic|mp4|mov|m4v|webm|mp3|m4a|ogg|opus|wav|flac)$/i;

/** Lists and recognises everything at a path (or of an upload), archives included. */
export async function gather(
  root: { path: string } | { stored: StoredFile[] },
  leftOut: (item: LeftOut) => void,
  isCancelled: () => boolean = () => false,
): Promise<Gathered> {
  const stored = 'path' in root ? await filesAt(root.path, leftOut) : root.stored;
  const archives: ZipArchive[] = [];
  const known: KnownFile[] = [];
  for (const item of stored) {
    if (isCancelled()) break;
    const file = wholeSource(item);
    const found = await kindOf(file);
    if (found.kind !== 'zip') known.push({ file, kind: found });
    else {
      const label = stored.length === 1 ? '' : item.path;
      try {
        const archive = await openZip(item.bytes, label, leftOut);
        archives.push(archive);
        for (const inner of archive.files) {
          if (isCancelled()) break;
          const kind = await kindOf(inner);
          known.push({ file: inner, kind: kind.kind === 'zip' ? { kind: 'unknown', why: NESTED } : kind });
        }
      } catch (error) {
        if (stored.length === 1) throw error;
        leftOut({ reason: error instanceof LockerError ? error.title : DAMAGED, path: item.path });
      }
    }
  }
  const owners = ownersOf(known);
  return {
    files: known.sort((a, b) => rank(a) - rank(b)),
    bytes: known.reduce((sum, { file }) => sum + file.size, 0),
    ownerOf: (path) => owners.get(folderOf(path)) ?? (owners.size === 1 ? [...owners.values()][0] : undefined) ?? null,
    async [Symbol.asyncDispose]() {
      for (const archive of archives) archive.close();
    },
  };
}

const NESTED = 'an archive inside an archive';
const DAMAGED = 'a damaged archive';

function wholeSource(item: StoredFile): ImportFile {
  const { bytes } = item;
  return { path: item.path, size: bytes.size, open: () => bytes.read(0, bytes.size) };
}

async function kindOf(file: ImportFile): Promise<FileKind> {
  if (MEDIA_NAME.test(file.path)) return { kind: 'unknown', why: UNKNOWN.media };
  const head = await headOf(file);
  return head === null ? { kind: 'unknown', why: UNKNOWN.unreadable } : recognise(head, file.path);
}

/** The account comes before what it did. */
function rank({ kind }: KnownFile): number {
  return kind.kind === 'activitystreams' && kind.owner !== null ? 0 : 1;
}

function ownersOf(files: KnownFile[]): Map<string, string> {
  const owners = new Map<string, string>();
  for (const { file, kind } of files) {
    if (kind.kind === 'activitystreams' && kind.owner !== null) owners.set(folderOf(file.path), kind.owner);
  }
  return owners;
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
