/**
 * Gives up every permission the process was started with, now that its code and its engine are loaded.
 * @returns whether the permission model is on and nothing of it is left
 */
export function dropPermissions(): boolean {
  const { permission } = process;
  if (permission === undefined) return false;
  const scopes = ['fs', 'fs.read', 'fs.write', 'net', 'child', 'worker', 'addon', 'wasi', 'inspector', 'ffi'];
  for (const scope of scopes) if (permission.has(scope)) permission.drop(scope);
  return !scopes.some((scope) => permission.has(scope));
}
