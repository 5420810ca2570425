import { type Destination, openSessionBus } from './session-bus.ts';

const WATCHER = 'org.kde.StatusNotifierWatcher';
const PROPERTIES: Destination = {
  service: WATCHER,
  path: '/StatusNotifierWatcher',
  interface: 'org.freedesktop.DBus.Properties',
};
/** Panels take the name first and say later that they show icons. */
const RULES = [
  `type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='${WATCHER}'`,
  `type='signal',interface='${WATCHER}',member='StatusNotifierHostRegistered'`,
];
const LIMIT_MS = 2_000;

/**
 * Linux: tells when a panel came that shows tray icons. Chromium asks once whether there is one, when an icon is made,
 * and hears of another only where it found one then; at the start of a session programs are often first. Listens on the
 * session bus, starts nothing there, and is silent where there is none.
 * @see the StatusNotifierItem specification of freedesktop.org
 * @returns when it listens, so that an icon made from then on misses no panel: what ends it
 */
export async function watchTrayHost(env: NodeJS.ProcessEnv, onCome: () => void): Promise<() => void> {
  let isOver = false;
  const bus = await openSessionBus(env, LIMIT_MS);
  await bus?.listen(RULES, () => {
    // A panel that goes is told by the same signal as one that comes.
    void isHostThere(env).then((isThere) => {
      if (isThere && !isOver) onCome();
    });
  });
  return () => {
    isOver = true;
    bus?.close();
  };
}

async function isHostThere(env: NodeJS.ProcessEnv): Promise<boolean> {
  const bus = await openSessionBus(env, LIMIT_MS);
  const answer = await bus?.call(PROPERTIES, 'Get', [WATCHER, 'IsStatusNotifierHostRegistered']);
  bus?.close();
  return answer === true;
}
