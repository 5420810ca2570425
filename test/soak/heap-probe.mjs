// Loaded into the program under test (`--import`): on SIGUSR2 it collects its garbage, and leaves word of what it holds.
import { writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const { GATEHOUSE_HEAP_FILE: file } = process.env;
if (file !== undefined) {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  process.on('SIGUSR2', () => {
    collect();
    collect();
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(process.memoryUsage()));
  });
}
