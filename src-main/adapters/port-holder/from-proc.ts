import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import type { HolderFound } from './port-holder.ts';

const LISTEN = '0A';
/** 127.0.0.1 and everything, of IPv4 and IPv6, as the kernel writes them: words of four bytes in the machine's order. */
const IN_THE_WAY: ReadonlySet<string> = new Set([
  '0100007F',
  '00000000',
  '00000000000000000000000000000000',
  '0000000000000000FFFF00000100007F',
  '0000000000000000FFFF000000000000',
]);

interface ListeningSocket {
  readonly inode: string;
  readonly uid: number;
}

/** @see proc_net(5), `/proc/net/tcp` */
export function listeningSocket(table: string, port: number): ListeningSocket | undefined {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  for (const line of table.split('\n').slice(1)) {
    const [, local = '', , state, , , , uid, , inode] = line.trim().split(/\s+/);
    const [address = '', localPort] = local.split(':');
    if (state !== LISTEN || localPort !== wanted || !IN_THE_WAY.has(address) || inode === undefined) continue;
    return { inode, uid: Number(uid) };
  }
  return undefined;
}

/** Inode -> path, of the named Unix sockets that somebody listens at. @see proc_net(5), `/proc/net/unix` */
export function listeningPaths(table: string): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const line of table.split('\n').slice(1)) {
    const [, , , flags, , , inode, ...path] = line
      .trim()
      .split(' ')
      .filter((word) => word !== '');
    // __SO_ACCEPTCON: it listens.
    if (flags === '00010000' && inode !== undefined && path.length > 0) paths.set(inode, path.join(' '));
  }
  return paths;
}

/** What the kernel tells of the process that listens. @see proc_pid_fd(5) */
export function linuxHolder(port: number): HolderFound {
  const socket = ['/proc/net/tcp', '/proc/net/tcp6']
    .map((table) => listeningSocket(readOr(table, ''), port))
    .find((found) => found !== undefined);
  if (!socket) return undefined;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const inodes = socketsOf(entry);
    if (!inodes.includes(socket.inode)) continue;
    const paths = listeningPaths(readOr('/proc/net/unix', ''));
    const sockets = inodes.flatMap((inode) => paths.get(inode) ?? []);
    return { pid: Number(entry), program: programOf(entry), sockets };
  }
  return { uid: socket.uid };
}

/** None of a process that ended meanwhile, or of somebody else's. */
function socketsOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}

/** The file that runs: a thread may call itself anything. */
function programOf(pid: string): string {
  try {
    return basename(readlinkSync(`/proc/${pid}/exe`)).replace(/ \(deleted\)$/, '');
  } catch {
    return readOr(`/proc/${pid}/comm`, 'a program').trim();
  }
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}
