/**
 * The loop stands in the module body.
 * must: killed
 */
for (;;);
