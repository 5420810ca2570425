import { randomBytes } from 'node:crypto';
import { renameSync, rmSync, symlinkSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Replaces a file as a whole: a reader, or the next start after a crash, sees the old text or the new one. Rejects with
 * the system's error when it cannot be written; the old file is then untouched.
 */
export async function writeFileAtomic(path: string, text: string, mode = 0o600): Promise<void> {
  const folder = dirname(path);
  const temp = join(folder, `.${basename(path)}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const file = await open(temp, 'wx', mode);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temp, path);
  } catch (error) {
    await rm(temp, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

/** Lets a link lead elsewhere in one step, so that it is there at every moment. Throws the system's error. */
export function replaceLink(target: string, link: string): void {
  const temp = `${link}.${randomBytes(6).toString('hex')}.tmp`;
  symlinkSync(target, temp);
  try {
    renameSync(temp, link);
  } finally {
    rmSync(temp, { force: true });
  }
}

/** The new name is on disk only when the folder is; Windows has no such call, and some file systems refuse it. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // The file itself is whole either way.
  }
}
