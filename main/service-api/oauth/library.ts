/* eslint-disable no-console -- silenced while the library loads, which says on every start that it prefers other versions of Node */
const { warn } = console;
console.warn = (): void => {};

/** The OAuth library, loaded without its remarks: standard output and error have forms of their own here. */
const library = await import('oidc-provider').finally(() => (console.warn = warn));

export const { errors, interactionPolicy, Provider } = library;
