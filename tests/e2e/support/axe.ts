import { browser } from '@wdio/globals';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Violations on the page as it is: rule, element, and what is wrong. */
export async function violations(): Promise<string[]> {
  await browser.execute(source);
  return browser.executeAsync((rules: string[], done: (found: string[]) => void) => {
    interface Result {
      violations: { id: string; help: string; nodes: { target: string[] }[] }[];
    }
    interface Axe {
      run(where: Document, options: object): Promise<Result>;
    }
    const { axe } = window as unknown as { axe: Axe };
    void axe.run(document, { runOnly: rules }).then((result) => {
      done(
        result.violations.flatMap(({ id, help, nodes }) =>
          nodes.map(({ target }) => `${id}: ${target.join(' ')} (${help})`),
        ),
      );
    });
  }, RULES);
}
