import { describe, expect, test } from 'vitest';
import { parseLsof, parseNetstat, parseTasklist } from '../../src-main/adapters/port-holder/from-listings.ts';
import { listeningPaths, listeningSocket } from '../../src-main/adapters/port-holder/from-proc.ts';
import { findPortHolder } from '../../src-main/adapters/port-holder/port-holder.ts';

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';

describe("5 who has the port, from the system's own words", () => {
  test.each([
    ['127.0.0.1', '0100007F:1E25 00000000:0000 0A', '4711'],
    ['every address', '00000000:1E25 00000000:0000 0A', '4711'],
    ['every address of IPv6', '00000000000000000000000000000000:1E25 00000000000000000000000000000000:0000 0A', '4711'],
    ['an address that is not in the way', '0200007F:1E25 00000000:0000 0A', undefined],
    ['a connection', '0100007F:1E25 0100007F:C001 01', undefined],
    ['another port', '0100007F:1E26 00000000:0000 0A', undefined],
  ])('5 the table of the Linux kernel: %s', (_title, entry, inode) => {
    const table = `${HEAD}   0: ${entry} 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0000 100 0 0 10 0\n`;
    expect(listeningSocket(table, 7717)?.inode).toBe(inode);
  });

  test('5 the named sockets that somebody listens at, of whatever spelling', () => {
    const table = [
      'Num       RefCount Protocol Flags    Type St Inode Path',
      '0000000000000000: 00000002 00000000 00010000 0001 01 81 /home/you/data folder/control.sock',
      '0000000000000000: 00000003 00000000 00000000 0001 03 82 /home/you/other/control.sock',
      '0000000000000000: 00000002 00000000 00010000 0001 01 83',
    ].join('\n');
    expect([...listeningPaths(table)]).toEqual([['81', '/home/you/data folder/control.sock']]);
  });

  test('5 the listings of macOS and Windows, in any language', () => {
    expect(parseLsof('p4711\ncnode\nf23\n')).toEqual({ pid: 4711, program: 'node' });
    expect(parseLsof('')).toBeUndefined();
    const netstat = [
      '  Proto  Lokale Adresse         Remoteadresse          Status           PID',
      '  TCP    127.0.0.1:7717         127.0.0.1:50011        HERGESTELLT      12',
      '  TCP    192.168.1.7:7717       0.0.0.0:0              ABHÖREN          13',
      '  TCP    127.0.0.1:7717         0.0.0.0:0              ABHÖREN          4711',
    ].join('\r\n');
    expect(parseNetstat(netstat, 7717)).toBe(4711);
    expect(parseNetstat(netstat, 771)).toBeUndefined();
    expect(parseTasklist('"node.exe","4711","Console","1","40,000 K"\r\n')).toBe('node.exe');
    expect(parseTasklist('INFO: No tasks are running which match the specified criteria.\r\n')).toBeUndefined();
  });

  test('5 a system that has no such listing names nobody', async () => {
    expect(await findPortHolder(1, 'darwin')).toBeUndefined();
    expect(await findPortHolder(1, 'win32')).toBeUndefined();
    expect(await findPortHolder(1, 'aix')).toBeUndefined();
  });
});
