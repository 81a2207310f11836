/** A file of what was chosen, with its place inside: `export/outbox.json`. */
export interface ChosenFile {
  readonly path: string;
  readonly file: File;
}

/** What was chosen at once becomes one import, named after its folder, its file, or how many there are. */
export interface Chosen {
  readonly name: string;
  readonly files: readonly ChosenFile[];
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

async function readAll(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  const all: FileSystemEntry[] = [];
  for (;;) {
    // A reader gives a part of a large folder at a time, and nothing at the end.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

async function filesBelow(entry: FileSystemEntry, folder: string): Promise<ChosenFile[]> {
  const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [{ path, file }];
  }
  if (!isDirectory(entry)) return [];
  const files: ChosenFile[] = [];
  for (const child of await readAll(entry.createReader())) files.push(...(await filesBelow(child, path)));
  return files;
}

function named(files: readonly ChosenFile[], tops: readonly string[]): Chosen {
  const [first = ''] = tops;
  return { name: tops.length > 1 ? `${first} + ${tops.length - 1}` : first, files };
}

/** The files of a drop, folders read through. Call it in the event itself: the list is empty afterwards. */
export async function chosenFromDrop(transfer: DataTransfer): Promise<Chosen> {
  const entries = [...transfer.items].flatMap((item) => {
    const entry = item.kind === 'file' ? item.webkitGetAsEntry() : null;
    return entry === null ? [] : [entry];
  });
  const files = (await Promise.all(entries.map((entry) => filesBelow(entry, '')))).flat();
  return named(
    files,
    entries.map((entry) => entry.name),
  );
}

/** The files of a file or folder input. */
export function chosenFromInput(list: readonly File[]): Chosen {
  const files = list.map((file) => ({
    path: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath,
    file,
  }));
  const tops = [...new Set(files.map(({ path }) => path.split('/')[0] ?? path))];
  return named(files, tops);
}
