import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { z } from 'zod';

const About = z.object({ name: z.string(), version: z.string(), license: z.string().optional() });

/**
 * The package folder a module lies in, or null for our own. Some packages carry others inside, without their `package.json`:
 * those count as part of it.
 */
function packageFolder(module: string): string | null {
  const parts = module.split(sep);
  for (let at = parts.lastIndexOf('node_modules'); at >= 0; at = parts.lastIndexOf('node_modules', at - 1)) {
    const scoped = parts[at + 1]?.startsWith('@') === true;
    const folder = parts.slice(0, at + (scoped ? 3 : 2)).join(sep);
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (at === 0) break;
  }
  return null;
}

/** Names, versions and licence texts of the packages that these modules come from: a bundle must carry them along. */
export async function licencesOf(modules: readonly string[]): Promise<string> {
  const folders = new Set(modules.map(packageFolder).filter((folder) => folder !== null));
  const parts: string[] = [];
  for (const folder of [...folders].sort()) {
    const { name, version, license } = About.parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')));
    const file = (await readdir(folder)).find((entry) => /^(licen[cs]e|copying)(\.|$)/i.test(entry));
    const text = file === undefined ? '' : (await readFile(join(folder, file), 'utf8')).trim();
    parts.push(`${name} ${version} (${license ?? 'see below'})\n\n${text}`.trim());
  }
  return `${parts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
