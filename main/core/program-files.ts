import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What comes with the program besides its code. */
export interface ProgramFiles {
  /** Folder of the built screens. */
  readonly screens: string;
  /** Folder of the packed algorithms. */
  readonly algorithms: string;
}

/** Where they are when the program runs from its sources. */
export function programFiles(): ProgramFiles {
  const project = fileURLToPath(new URL('../..', import.meta.url));
  return { screens: join(project, 'dist', 'renderer'), algorithms: join(project, 'dist', 'algorithms') };
}
