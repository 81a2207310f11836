import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { programFiles } from './program-files.ts';

const Package = z.object({ version: z.string() });

/** The program's version, from the package it runs from. */
export function readVersion(): string {
  return Package.parse(JSON.parse(readFileSync(programFiles().about, 'utf8'))).version;
}
