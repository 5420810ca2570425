// A session bus of one's own, and a panel on it as far as programs see it: it owns the watcher's name and says that it
// shows icons.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import path from 'node:path';

const WATCHER = 'org.kde.StatusNotifierWatcher';

export interface Bus {
  readonly env: { readonly DBUS_SESSION_BUS_ADDRESS: string };
  stop(): Promise<void>;
}

export async function startBus(folder: string): Promise<Bus> {
  const address = `unix:path=${path.join(folder, 'bus')}`;
  const child = spawn(
    'dbus-daemon',
    ['--session', '--nofork', '--nopidfile', '--print-address', `--address=${address}`],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  const gone = once(child, 'exit');
  await once(child.stdout, 'data');
  return {
    env: { DBUS_SESSION_BUS_ADDRESS: address },
    stop: async () => {
      child.kill();
      await gone;
    },
  };
}

export interface TrayHost {
  /** It owns the name, and who watched for that has asked whether it shows icons. */
  readonly named: Promise<unknown>;
  /** The panel's second step: it shows icons now. */
  showIcons(): void;
  stop(): Promise<void>;
}

/** @param showsIcons false for a panel that has taken the name and is not ready yet */
export async function startTrayHost(
  env: Bus['env'],
  { showsIcons = true }: { readonly showsIcons?: boolean } = {},
): Promise<TrayHost> {
  const socket = connect(env.DBUS_SESSION_BUS_ADDRESS.replace('unix:path=', ''));
  await once(socket, 'connect');
  let isShowing = showsIcons;
  const uid = Buffer.from(String(process.getuid?.())).toString('hex');
  socket.write(`\0AUTH EXTERNAL ${uid}\r\n`);
  await once(socket, 'data');
  socket.write('BEGIN\r\n');
  const named = answerCalls(socket, () => isShowing);
  const bus = ['/org/freedesktop/DBus', 'org.freedesktop.DBus', 'org.freedesktop.DBus'] as const;
  socket.write(
    message(1, 1, [
      [1, 'o', bus[0]],
      [2, 's', bus[1]],
      [3, 's', 'Hello'],
      [6, 's', bus[2]],
    ]),
  );
  const requested = Buffer.concat([string(WATCHER), padding(string(WATCHER).length, 4), uint32(0)]);
  socket.write(
    message(
      1,
      2,
      [
        [1, 'o', bus[0]],
        [2, 's', bus[1]],
        [3, 's', 'RequestName'],
        [6, 's', bus[2]],
        [8, 'g', 'su'],
      ],
      requested,
    ),
  );
  return {
    named,
    showIcons: () => {
      isShowing = true;
      socket.write(
        message(4, 3, [
          [1, 'o', '/StatusNotifierWatcher'],
          [2, 's', WATCHER],
          [3, 's', 'StatusNotifierHostRegistered'],
        ]),
      );
    },
    stop: async () => {
      socket.destroy();
      if (!socket.closed) await once(socket, 'close');
    },
  };
}

/** Every call is taken for the one question that is asked of a panel. */
function answerCalls(socket: Socket, isShowing: () => boolean): Promise<void> {
  let markAsked: () => void = () => {};
  const asked = new Promise<void>((resolve) => {
    markAsked = resolve;
  });
  let buffered = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    buffered = Buffer.concat([buffered, chunk]);
    while (buffered.length >= 16) {
      const whole = aligned(16 + buffered.readUInt32LE(12), 8) + buffered.readUInt32LE(4);
      if (buffered.length < whole) return;
      const call = buffered.subarray(0, whole);
      buffered = buffered.subarray(whole);
      if (call.readUInt8(1) !== 1) continue;
      const sender = /:\d+\.\d+/.exec(call.toString('latin1'))?.[0] ?? '';
      const answer = Buffer.concat([Buffer.from([1]), Buffer.from('b\0'), padding(3, 4), uint32(isShowing() ? 1 : 0)]);
      const fields: Field[] = [
        [5, 'u', call.readUInt32LE(8)],
        [6, 's', sender],
        [8, 'g', 'v'],
      ];
      socket.write(message(2, 10 + call.readUInt32LE(8), fields, answer));
      markAsked();
    }
  });
  return asked;
}

type Field = readonly [code: number, type: 'o' | 's' | 'g' | 'u', value: string | number];

function message(type: number, serial: number, fields: readonly Field[], body = Buffer.alloc(0)): Buffer {
  let header = Buffer.alloc(0);
  for (const [code, kind, value] of fields) {
    header = Buffer.concat([header, padding(header.length, 8), Buffer.from([code, 1]), Buffer.from(`${kind}\0`)]);
    if (kind === 'g') header = Buffer.concat([header, Buffer.from([String(value).length]), Buffer.from(`${value}\0`)]);
    else
      header = Buffer.concat([
        header,
        padding(header.length, 4),
        kind === 'u' ? uint32(Number(value)) : string(String(value)),
      ]);
  }
  const fixed = Buffer.concat([
    Buffer.from([0x6c, type, 0, 1]),
    uint32(body.length),
    uint32(serial),
    uint32(header.length),
  ]);
  return Buffer.concat([fixed, header, padding(header.length, 8), body]);
}

function aligned(offset: number, to: number): number {
  return Math.ceil(offset / to) * to;
}

function padding(at: number, to: number): Buffer {
  return Buffer.alloc(aligned(at, to) - at);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function string(value: string): Buffer {
  return Buffer.concat([uint32(Buffer.byteLength(value)), Buffer.from(`${value}\0`)]);
}
