/** `spawn` that finds `.cmd` files on Windows too and quotes for their shell. */
declare module 'cross-spawn' {
  export { spawn as default } from 'node:child_process';
}
