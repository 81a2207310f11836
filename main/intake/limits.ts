/**
 * Caps on what an import may ask of this machine. An archive is untrusted: each cap stops one way of filling memory,
 * disk or time, and lies well above what real exports hold.
 */

/** Files in one archive or folder; the largest exports seen have about 200,000 media files. */
export const MAX_ENTRIES = 500_000;
/** Folders inside folders, in archives and on disk. */
export const MAX_FOLDER_DEPTH = 32;
/** Unpacked bytes per packed byte of one entry. Deflate cannot pass 1032; JSON of posts packs 5 to 30 times. */
export const MAX_RATIO = 250;
/** The ratio is judged only past this many unpacked bytes: small files of blanks are harmless. */
export const RATIO_FREE_BYTES = 16 * 1024 * 1024;
/** Unpacked bytes of a whole archive; archives of 10 GB are designed for. */
export const MAX_ARCHIVE_BYTES = 128 * 1024 ** 3;
/** One record as JSON text. A stored body is at most 1 MiB; the rest is room for what is not kept. */
export const MAX_RECORD_BYTES = 4 * 1024 * 1024;
/** Objects and arrays inside each other in one record. */
export const MAX_JSON_DEPTH = 64;
/** One row of a CSV list. */
export const MAX_LINE_BYTES = 64 * 1024;
/** A feed or subscription list is parsed as a whole; podcasts with every episode since 2005 reach 20 MB. */
export const MAX_FEED_BYTES = 48 * 1024 * 1024;
/** One block of a repository; atproto's own limit for a record is 1 MiB. */
export const MAX_BLOCK_BYTES = 2 * 1024 * 1024;
/** Records a repository's tree may name; the busiest accounts have about two million. */
export const MAX_TREE_ENTRIES = 5_000_000;
/** What is read of a file to tell its kind. */
export const HEAD_BYTES = 64 * 1024;
/** Feeds of one subscription list. */
export const MAX_SUBSCRIPTIONS = 10_000;
