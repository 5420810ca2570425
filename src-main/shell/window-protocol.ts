import { protocol } from 'electron';
import { WINDOW_SCHEME } from './window-address.ts';
import { createWindowFiles, type WindowFilesOptions } from './window-files.ts';

/** Gives the window's scheme an origin of its own, as https pages have one. Only before `ready`. */
export function registerWindowScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: WINDOW_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Only after `ready`. */
export function serveWindowFiles(options: WindowFilesOptions): void {
  protocol.handle(WINDOW_SCHEME, createWindowFiles(options));
}
