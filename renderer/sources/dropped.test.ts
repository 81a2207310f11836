import { expect, test } from 'vitest';
import { chosenFromDrop, chosenFromInput } from './dropped.ts';

function file(name: string, folder = ''): File {
  const made = new File(['x'], name);
  Object.defineProperty(made, 'webkitRelativePath', { value: folder === '' ? '' : `${folder}/${name}` });
  return made;
}

test('a file is named after itself, several after the first and how many more', () => {
  expect(chosenFromInput([file('outbox.json')])).toMatchObject({
    name: 'outbox.json',
    files: [{ path: 'outbox.json' }],
  });
  expect(chosenFromInput([file('a.xml'), file('b.xml'), file('c.xml')]).name).toBe('a.xml + 2');
});

test('a folder keeps the places of its files', () => {
  const chosen = chosenFromInput([file('outbox.json', 'export'), file('1.png', 'export/media')]);
  expect(chosen.name).toBe('export');
  expect(chosen.files.map(({ path }) => path)).toEqual(['export/outbox.json', 'export/media/1.png']);
});

/** A folder of the drop interface that gives its entries two at a time. */
function folder(name: string, children: readonly object[]): object {
  return {
    name,
    isFile: false,
    isDirectory: true,
    createReader: () => {
      let at = 0;
      return { readEntries: (done: (some: object[]) => void) => done(children.slice(at, (at += 2))) };
    },
  };
}

const leaf = (name: string): object => ({
  name,
  isFile: true,
  isDirectory: false,
  file: (done: (made: File) => void) => done(file(name)),
});

test('a dropped folder is read through, however its reader cuts it', async () => {
  const entry = folder('export', [leaf('a'), leaf('b'), folder('deep', [leaf('c')]), leaf('d')]);
  const transfer = {
    items: [
      { kind: 'file', webkitGetAsEntry: () => entry },
      { kind: 'string', webkitGetAsEntry: () => null },
    ],
  };
  const chosen = await chosenFromDrop(transfer as unknown as DataTransfer);
  expect(chosen.name).toBe('export');
  expect(chosen.files.map(({ path }) => path)).toEqual(['export/a', 'export/b', 'export/deep/c', 'export/d']);
});
