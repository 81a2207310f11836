import type { ServerResponse } from 'node:http';

/** Screens: files of our own only; pictures and video from elsewhere after the owner's choice, which the screens ask for. */
const SCREENS_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "img-src 'self' https: blob:",
  "media-src 'self' https: blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Pages for people whom a service sent here: files of our own, and nothing that another page could frame or post to. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Data is never a page. */
const DATA_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** What an answer may do in a browser. */
export type Policy = 'screens' | 'page' | 'data';

const POLICIES: Readonly<Record<Policy, string>> = { screens: SCREENS_POLICY, page: PAGE_POLICY, data: DATA_POLICY };

/** Puts on every answer, errors too, what keeps it out of caches and other pages. */
export function setSecurityHeaders(response: ServerResponse, what: Policy): void {
  response.setHeader('cache-control', 'no-store');
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  response.setHeader('cross-origin-opener-policy', 'same-origin');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('content-security-policy', POLICIES[what]);
}
