import { type AddressInfo, connect, createServer } from 'node:net';

const port = Number(process.argv[2]);

/** Bytes from one socket to another: the least that any process on the way costs. */
const server = createServer({ noDelay: true }, (caller) => {
  const upstream = connect({ port, host: '127.0.0.1', noDelay: true });
  caller.pipe(upstream).pipe(caller);
  caller.on('error', () => upstream.destroy());
  upstream.on('error', () => caller.destroy());
});

server.listen(0, '127.0.0.1', () => {
  const { port: own } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ port: own })}\n`);
});
process.stdin.resume().on('end', () => process.exit());
