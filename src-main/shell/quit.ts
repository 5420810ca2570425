import { app } from 'electron';

/** A refresh that is being stored gets so long; then the program ends all the same. */
const CLOSE_LIMIT_MS = 5000;

/** Lets what runs be closed before the process ends, whoever asked for it: menu, signal, system, command line. */
export function closeBeforeQuit(close: () => Promise<void>): void {
  let isClosing = false;
  app.on('will-quit', (event) => {
    event.preventDefault();
    if (isClosing) return;
    isClosing = true;
    void Promise.race([close(), limit()])
      // What could not be closed ends with the process; the log has the reason.
      .catch(() => undefined)
      .then(() => app.exit(0));
  });
}

function limit(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, CLOSE_LIMIT_MS);
  });
}
