import { type IpcMainInvokeEvent, ipcMain } from 'electron';
import { CALL_CHANNEL } from '../../src-preload/channels.ts';
import { fail, type Result } from '../engine/model/result.ts';
import { isWindowFrame } from './window-address.ts';

export interface IpcOptions {
  /** Parses the input by the contract and calls the engine. */
  readonly answer: (call: string, input: unknown) => Promise<Result<unknown>>;
  /** Somebody asked who may not; told with the address that asked. */
  readonly onRefused: (url: string) => void;
}

/** The engine's end of the window's IPC: every call of the contract on one channel. */
export function serveIpc({ answer, onRefused }: IpcOptions): void {
  ipcMain.handle(CALL_CHANNEL, async (event: IpcMainInvokeEvent, call: unknown, input: unknown) => {
    // Null when the frame is gone already.
    const frame = event.senderFrame;
    if (!isWindowFrame(frame)) {
      onRefused(frame?.url ?? 'a frame that is gone');
      return fail({ code: 'invalid-input', detail: 'Only the status window may ask here.' });
    }
    if (typeof call !== 'string') return fail({ code: 'invalid-input', detail: 'A call has a name.' });
    return answer(call, input ?? {});
  });
}
