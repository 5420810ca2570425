import { connect, type Socket } from 'node:net';

/**
 * As much of D-Bus as asking a service takes: one connection, method calls with strings, answers of one string, path or
 * boolean; and hearing that a signal came. Nothing is started by asking.
 * @see D-Bus specification, "Authentication Protocol" and "Message Protocol"
 */
export interface SessionBus {
  /** Undefined where the service is not there, refuses, or answers something else. */
  call(to: Destination, member: string, args: readonly string[]): Promise<string | boolean | undefined>;
  /**
   * Tells of each signal that `rules` let through, until the bus is gone. Resolves when it listens; from then on nothing
   * can be called.
   */
  listen(rules: readonly string[], onSignal: () => void): Promise<void>;
  close(): void;
}

export interface Destination {
  readonly service: string;
  readonly path: string;
  readonly interface: string;
}

const BUS: Destination = {
  service: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
};
const LITTLE_ENDIAN = 0x6c;
const METHOD_CALL = 1;
const METHOD_RETURN = 2;
const ERROR = 3;
const SIGNAL = 4;
const NO_AUTO_START = 2;
const MAX_MESSAGE = 2 ** 20;

/** Socket paths of `DBUS_SESSION_BUS_ADDRESS`; an abstract one begins with a NUL. */
export function busSockets(env: NodeJS.ProcessEnv): string[] {
  const { DBUS_SESSION_BUS_ADDRESS: addresses, XDG_RUNTIME_DIR: runtimeDir } = env;
  if (!addresses) return runtimeDir ? [`${runtimeDir}/bus`] : [];
  return addresses.split(';').flatMap((address) => {
    const [, kind, value] = /^unix:(?:.*,)?(path|abstract)=([^,]*)/.exec(address) ?? [];
    if (!kind || !value) return [];
    const path = value.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    return [kind === 'abstract' ? `\0${path}` : path];
  });
}

/** Undefined where there is no bus, or none that lets us in within `limitMs`. */
export async function openSessionBus(env: NodeJS.ProcessEnv, limitMs: number): Promise<SessionBus | undefined> {
  for (const path of busSockets(env)) {
    const bus = await open(path, limitMs);
    if (bus) return bus;
  }
  return undefined;
}

async function open(path: string, limitMs: number): Promise<SessionBus | undefined> {
  const socket = connect(path);
  const input = createInput(socket);
  // What does not answer in time answers nothing any more.
  socket.setTimeout(limitMs, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  const uid = Buffer.from(String(process.getuid?.() ?? '')).toString('hex');
  socket.write(`\0AUTH EXTERNAL ${uid}\r\n`);
  if (!(await input.line())?.startsWith('OK ')) {
    socket.destroy();
    return undefined;
  }
  socket.write('BEGIN\r\n');
  let serial = 0;
  const call: SessionBus['call'] = async (to, member, args) => {
    serial += 1;
    const own = serial;
    if (socket.destroyed) return undefined;
    socket.write(methodCall(own, to, member, args));
    for (;;) {
      const message = await input.message();
      if (!message) return undefined;
      // Signals and answers to others pass by.
      if (message.replyTo === own) return message.type === METHOD_RETURN ? message.value : undefined;
    }
  };
  const listen: SessionBus['listen'] = async (rules, onSignal) => {
    for (const rule of rules) await call(BUS, 'AddMatch', [rule]);
    // Days may pass without one.
    socket.setTimeout(0);
    const hear = async (): Promise<void> => {
      for (;;) {
        const message = await input.message();
        if (!message) return;
        if (message.type === SIGNAL) onSignal();
      }
    };
    void hear();
  };
  if ((await call(BUS, 'Hello', [])) !== undefined) return { call, listen, close: () => socket.destroy() };
  socket.destroy();
  return undefined;
}

interface Input {
  line(): Promise<string | undefined>;
  message(): Promise<Message | undefined>;
}

interface Message {
  readonly type: number;
  readonly replyTo: number | undefined;
  readonly value: string | boolean | undefined;
}

/** What comes in, piece by piece; undefined once the connection is gone. One reader at a time. */
function createInput(socket: Socket): Input {
  let buffered = Buffer.alloc(0);
  let isOver = false;
  let wake: () => void = () => undefined;
  socket.on('data', (chunk: Buffer) => {
    buffered = Buffer.concat([buffered, chunk]);
    wake();
  });
  socket.on('close', () => {
    isOver = true;
    wake();
  });
  async function take(length: () => number | undefined): Promise<Buffer | undefined> {
    for (;;) {
      const wanted = length();
      if (wanted !== undefined && wanted > MAX_MESSAGE) socket.destroy();
      else if (wanted !== undefined && buffered.length >= wanted) {
        const taken = buffered.subarray(0, wanted);
        buffered = buffered.subarray(wanted);
        return taken;
      }
      if (isOver) return undefined;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  return {
    async line() {
      const bytes = await take(() => {
        const end = buffered.indexOf('\r\n');
        return end < 0 ? undefined : end + 2;
      });
      return bytes?.toString('latin1');
    },
    async message() {
      const bytes = await take(() => {
        if (buffered.length < 16) return undefined;
        return aligned(16 + buffered.readUInt32LE(12), 8) + buffered.readUInt32LE(4);
      });
      return bytes && parseMessage(bytes);
    },
  };
}

function aligned(offset: number, to: number): number {
  return Math.ceil(offset / to) * to;
}

function parseMessage(bytes: Buffer): Message | undefined {
  const type = bytes.readUInt8(1);
  const isAnswer = type === METHOD_RETURN || type === ERROR;
  // Answers come in the byte order of who sends them; on one machine that is ours.
  if (bytes.readUInt8(0) !== LITTLE_ENDIAN || !isAnswer) return { type, replyTo: undefined, value: undefined };
  const fieldsEnd = 16 + bytes.readUInt32LE(12);
  let replyTo: number | undefined;
  let signature = '';
  try {
    for (let at = 16; at < fieldsEnd; ) {
      const code = bytes.readUInt8(at);
      const value = readVariant(bytes, at + 1);
      if (code === 5 && typeof value.value === 'number') replyTo = value.value;
      if (code === 8 && typeof value.value === 'string') signature = value.value;
      at = aligned(value.end, 8);
    }
    const body = aligned(fieldsEnd, 8);
    const read =
      signature === '' ? undefined : signature === 'v' ? readVariant(bytes, body) : readValue(bytes, body, signature);
    return { type, replyTo, value: typeof read?.value === 'number' ? undefined : (read?.value ?? '') };
  } catch {
    return { type, replyTo, value: undefined };
  }
}

interface Read {
  readonly value: string | boolean | number;
  readonly end: number;
}

function readVariant(bytes: Buffer, at: number): Read {
  const signature = readValue(bytes, at, 'g');
  return readValue(bytes, signature.end, String(signature.value));
}

/** Throws on a type that no answer of interest has. */
function readValue(bytes: Buffer, at: number, signature: string): Read {
  switch (signature) {
    case 'g': {
      const length = bytes.readUInt8(at);
      return { value: bytes.toString('utf8', at + 1, at + 1 + length), end: at + length + 2 };
    }
    case 's':
    case 'o': {
      const start = aligned(at, 4);
      const length = bytes.readUInt32LE(start);
      return { value: bytes.toString('utf8', start + 4, start + 4 + length), end: start + length + 5 };
    }
    case 'b':
      return { value: bytes.readUInt32LE(aligned(at, 4)) === 1, end: aligned(at, 4) + 4 };
    case 'u':
      return { value: bytes.readUInt32LE(aligned(at, 4)), end: aligned(at, 4) + 4 };
    default:
      throw new RangeError(`no reader for the D-Bus type ${signature}`);
  }
}

function methodCall(serial: number, to: Destination, member: string, args: readonly string[]): Buffer {
  const body = concat(args.map((arg) => (at: number) => text(arg, at)));
  const fields: [number, string, string][] = [
    [1, 'o', to.path],
    [2, 's', to.interface],
    [3, 's', member],
    [6, 's', to.service],
    ...(args.length > 0 ? [[8, 'g', 's'.repeat(args.length)] as [number, string, string]] : []),
  ];
  const header = concat(
    fields.map(([code, type, value]) => (at: number) => {
      const start = Buffer.concat([padding(at, 8), Buffer.from([code, 1]), Buffer.from(`${type}\0`)]);
      const rest = type === 'g' ? Buffer.from(`${String.fromCharCode(value.length)}${value}\0`) : undefined;
      return Buffer.concat([start, rest ?? text(value, at + start.length)]);
    }),
  );
  const fixed = Buffer.alloc(16);
  fixed.set([LITTLE_ENDIAN, METHOD_CALL, NO_AUTO_START, 1]);
  fixed.writeUInt32LE(body.length, 4);
  fixed.writeUInt32LE(serial, 8);
  fixed.writeUInt32LE(header.length, 12);
  return Buffer.concat([fixed, header, padding(header.length, 8), body]);
}

/** Each part is told where it begins: alignment counts from there. */
function concat(parts: readonly ((at: number) => Buffer)[]): Buffer {
  let whole = Buffer.alloc(0);
  for (const part of parts) whole = Buffer.concat([whole, part(whole.length)]);
  return whole;
}

function padding(at: number, to: number): Buffer {
  return Buffer.alloc(aligned(at, to) - at);
}

function text(value: string, at: number): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([padding(at, 4), length, bytes, Buffer.alloc(1)]);
}
