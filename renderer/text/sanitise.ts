import createDOMPurify, { type Config, type WindowLike } from 'dompurify';

/** What a published post may contain: text, its structure and links. Nothing that loads, styles, names or runs. */
const CONFIG: Config = {
  ALLOWED_TAGS: [
    'a',
    'abbr',
    'b',
    'bdi',
    'bdo',
    'blockquote',
    'br',
    'code',
    'dd',
    'del',
    'div',
    'dl',
    'dt',
    'em',
    'figcaption',
    'h1',
    'h2',
    'h3',
    'h4',
    'h5',
    'h6',
    'hr',
    'i',
    'ins',
    'kbd',
    'li',
    'ol',
    'p',
    'pre',
    'q',
    'rp',
    'rt',
    'ruby',
    's',
    'small',
    'span',
    'strong',
    'sub',
    'sup',
    'table',
    'tbody',
    'td',
    'th',
    'thead',
    'tr',
    'u',
    'ul',
    'wbr',
  ],
  ALLOWED_ATTR: ['href', 'lang', 'dir', 'title', 'datetime', 'colspan', 'rowspan', 'start', 'reversed'],
  // The pattern below is for addresses; these hold none.
  ADD_URI_SAFE_ATTR: ['lang', 'dir', 'datetime', 'colspan', 'rowspan', 'start', 'reversed'],
  ALLOWED_URI_REGEXP: /^(?:https?|mailto|gemini|xmpp|matrix):/i,
  ALLOW_ARIA_ATTR: false,
  ALLOW_DATA_ATTR: false,
  ALLOW_SELF_CLOSE_IN_ATTR: false,
  SANITIZE_NAMED_PROPS: true,
};

/**
 * Makes the sanitiser for a window. The returned function gives nodes, not text, so that nothing is parsed a second time;
 * headings become bold paragraphs, since they would stand among the headings of the page.
 */
export function createSanitiser(window: WindowLike): (html: string) => DocumentFragment {
  const purify = createDOMPurify(window);
  purify.addHook('afterSanitizeAttributes', (node) => {
    if (node.nodeName !== 'A' || !node.hasAttribute('href')) return;
    node.setAttribute('rel', 'noopener noreferrer nofollow');
    node.setAttribute('target', '_blank');
  });
  return (html) => {
    const fragment = purify.sanitize(html, { ...CONFIG, RETURN_DOM_FRAGMENT: true });
    for (const heading of fragment.querySelectorAll('h1,h2,h3,h4,h5,h6')) {
      const paragraph = heading.ownerDocument.createElement('p');
      const strong = heading.ownerDocument.createElement('strong');
      strong.append(...heading.childNodes);
      paragraph.append(strong);
      heading.replaceWith(paragraph);
    }
    return fragment;
  };
}
