/**
 * The routes of the owner's screens: sessions and one handler per route of `protocol/owner/routes.ts`.
 * It decides nothing about data; each handler asks the room it was given.
 * May touch: the folder of built screens (read only).
 */
export { createOwnerApi, type OwnerApi, type Rooms } from './owner-api.ts';
export { type LockerControl, type SettingsKeeper, type SystemReporter } from './locker-control.ts';
