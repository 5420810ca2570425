// The command that the suite runs for each scenario. It starts fast and does nothing itself: what the suite told it goes
// to the script that runs the suite, which answers when the scenario was played.
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

const { MCP_CONFORMANCE_SCENARIO, MCP_CONFORMANCE_CONTEXT, MCP_CONFORMANCE_PROTOCOL_VERSION } = process.env;
const socket = connect(Number(process.env.GATEHOUSE_CONFORMANCE_PORT), '127.0.0.1');
const told = {
  name: MCP_CONFORMANCE_SCENARIO,
  serverUrl: process.argv[2],
  // The stable release names no revision: all that it asks for is older than 2026-07-28.
  revision: MCP_CONFORMANCE_PROTOCOL_VERSION ?? '2025-11-25',
  context: JSON.parse(MCP_CONFORMANCE_CONTEXT ?? '{}'),
};
socket.end(JSON.stringify(told));
const failure = await text(socket);
if (failure !== '') {
  console.error(failure);
  process.exitCode = 1;
}
