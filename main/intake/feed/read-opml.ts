import { parseOpml, type Opml } from 'feedsmith';
import { MAX_SUBSCRIPTIONS } from '../limits.ts';
import type { FileContext, Sink } from '../sink.ts';
import { decodeText } from '../text-encoding.ts';
import { textFromHtml } from './html.ts';

type Outline = Opml.Outline<string>;
const DEEPEST = 32;

/** Reads an OPML subscription list: every outline with an `xmlUrl` is a feed, the ones around it are folders. */
export function readOpml(bytes: Uint8Array, sink: Sink, context: FileContext): void {
  const { text } = decodeText(bytes);
  let outlines: Outline[];
  try {
    outlines = parseOpml(text).body?.outlines ?? [];
  } catch {
    return sink.skip('the XML of the subscription list is broken', context.file);
  }
  const seen = new Set<string>();
  let count = 0;
  const visit = (list: Outline[], depth: number): void => {
    for (const outline of list) {
      count++;
      const where = `${context.file}[${count}]`;
      const url = outline.xmlUrl?.trim();
      const inner = outline.outlines ?? [];
      if (url !== undefined && url !== '') {
        if (!/^(?:https?|feed):/i.test(url)) sink.skip('a feed whose address is not a web address', where);
        else if (seen.has(url)) sink.skip('a feed that is listed twice', where);
        else if (seen.size >= MAX_SUBSCRIPTIONS) sink.skip(`more than ${MAX_SUBSCRIPTIONS} feeds`, where);
        else {
          seen.add(url);
          const title = textFromHtml(outline.title ?? outline.text ?? '') || url;
          sink.subscription({ url: url.replace(/^feed:(?:\/\/)?(?=https?:)/i, '').replace(/^feed:/i, 'http:'), title });
        }
      } else if (inner.length === 0) sink.skip('an outline without a feed', where);
      if (depth >= DEEPEST) sink.skip('outlines nested too deeply', where);
      else visit(inner, depth + 1);
    }
  };
  visit(outlines, 0);
}
