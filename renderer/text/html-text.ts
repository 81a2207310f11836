const parser = new DOMParser();

/** Text of a piece of HTML, blocks apart; the parsed document is inert: nothing in it is loaded or run. */
export function htmlText(html: string): string {
  const body = parser.parseFromString(html.replace(/<(?:\/p|\/li|\/h\d|br)\b/gi, ' $&'), 'text/html').body;
  for (const hidden of body.querySelectorAll('script, style, template')) hidden.remove();
  return (body.textContent ?? '').replace(/\s+/g, ' ').trim();
}
