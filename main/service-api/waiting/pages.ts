import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface PageFile {
  readonly type: string;
  readonly text: string;
}

/** The few pages that a browser sees of this listener: files of our own, with places for text in them. */
export interface Pages {
  /** A file that pages name, or null. */
  file(name: string): PageFile | null;
  /** A page with its places filled in; every value is text, never markup. */
  filled(name: 'waiting.html' | 'problem.html', values: Readonly<Record<string, string>>): string;
}

const TYPES: Readonly<Record<string, string>> = {
  'page.css': 'text/css; charset=utf-8',
  'waiting.js': 'text/javascript; charset=utf-8',
  'reference.css': 'text/css; charset=utf-8',
  'reference.js': 'text/javascript; charset=utf-8',
  'reference.html': 'text/html; charset=utf-8',
};

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => ESCAPES[sign] ?? '');
}

/** Reads them once. @param folder of `waiting.html` and the files beside it */
export async function loadPages(folder: string): Promise<Pages> {
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  const templates = { 'waiting.html': await read('waiting.html'), 'problem.html': await read('problem.html') };
  const files = new Map<string, PageFile>();
  for (const [name, type] of Object.entries(TYPES)) files.set(name, { type, text: await read(name) });
  return {
    file: (name) => files.get(name) ?? null,
    filled: (name, values) =>
      templates[name].replaceAll(/\{\{(\w+)\}\}/g, (_place, key: string) => escaped(values[key] ?? '')),
  };
}
