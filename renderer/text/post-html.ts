import { createSanitiser } from './sanitise.ts';

const KEPT = 300;
const sanitise = createSanitiser(window);
const kept = new Map<string, DocumentFragment>();

function safe(html: string): DocumentFragment {
  const known = kept.get(html);
  if (known !== undefined) return known;
  const made = sanitise(html);
  kept.set(html, made);
  if (kept.size > KEPT) {
    const oldest = kept.keys().next().value;
    if (oldest !== undefined) kept.delete(oldest);
  }
  return made;
}

/** Puts a post's body into an element, sanitised; the newest few hundred are kept so that scrolling back costs nothing. */
export function postBody(html: string): (element: Element) => void {
  return (element) => element.replaceChildren(document.importNode(safe(html), true));
}
