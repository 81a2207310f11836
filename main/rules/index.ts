/**
 * Rules for people who don't write code: conditions on the same columns and texts that algorithms get, compiled into an
 * algorithm package with code, reasons, vectors and a page, and read back out of it to be edited.
 * May touch: nothing; shapes in, shapes out.
 */
export { compileRules, RULES_PREFIX, rulesOf } from './package.ts';
export { evaluateRules } from './evaluate.ts';
export { ruleInWords } from './words.ts';
