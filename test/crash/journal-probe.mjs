// Loaded into the program under test (`--import`): writes down, before it goes on, how far each token has come. What a
// killed program had not written down had not happened. No secret gets there.
import childProcess from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { openSync, writeSync } from 'node:fs';

const { GATEHOUSE_JOURNAL: file } = process.env;
if (file !== undefined) observe(openSync(file, 'a', 0o600));

/** @param {number} journal */
function observe(journal) {
  /** @param {string} what */
  const note = (what) => {
    const at = performance.timeOrigin + performance.now();
    writeSync(journal, `${JSON.stringify({ pid: process.pid, what, at })}\n`);
  };
  note('begun');

  const asked = new WeakSet();
  const granted = new WeakSet();
  subscribe('undici:request:create', ({ request }) => {
    if (request.method !== 'POST' || request.path !== '/token') return;
    asked.add(request);
    note('asked');
  });
  subscribe('undici:request:headers', ({ request, response }) => {
    if (asked.has(request) && response.statusCode === 200) granted.add(request);
  });
  subscribe('undici:request:trailers', ({ request }) => {
    if (asked.has(request)) note(granted.has(request) ? 'answered' : 'failed');
  });
  subscribe('undici:request:error', ({ request }) => {
    if (asked.has(request)) note('failed');
  });

  const { spawn } = childProcess.ChildProcess.prototype;
  childProcess.ChildProcess.prototype.spawn = function (...args) {
    const result = spawn.apply(this, args);
    // Only a child with a channel can send: the keychain worker.
    if (this.send === undefined) return result;
    const { send } = this;
    const logins = new Set();
    this.send = (message, ...more) => {
      const isSent = send.call(this, message, ...more);
      if (message?.op === 'set' && /\/[0-9a-f]{16}$/.test(message.account)) {
        logins.add(message.id);
        note('handed');
      }
      return isSent;
    };
    this.on('message', (message) => {
      if (logins.delete(message?.id)) note(message.kind === 'answer' ? 'stored' : 'refused');
    });
    return result;
  };
}
