import type { Section } from '../protocol/sandbox-wire.ts';

/** Where an array lies in a buffer. */
export interface Entry {
  name: string;
  type: Section['type'];
  offset: number;
  length: number;
}

/** What the prelude builds a batch from. */
export interface Directory {
  n: number;
  authors: number;
  langs: readonly string[] | null;
  batch: readonly Entry[];
  extra: readonly Entry[];
}
