import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { checkLayers } from './layers.ts';

const root = path.resolve(import.meta.dirname, '..');
const tree = new Map<string, string>();

for (const top of ['src-main', 'src-preload', 'src-renderer']) {
  for (const entry of readdirSync(path.join(root, top), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.tsx?$/.test(entry.name)) continue;
    const file = path.join(entry.parentPath, entry.name);
    tree.set(path.relative(root, file).split(path.sep).join('/'), readFileSync(file, 'utf8'));
  }
}

const breaches = checkLayers(tree);
for (const { file, line, message } of breaches) console.log(`${file}:${line}: ${message}`);
console.log(
  breaches.length === 0
    ? `${tree.size} files, every one in its place.`
    : `${breaches.length} ${breaches.length === 1 ? 'import or word is' : 'imports or words are'} out of place.`,
);
if (breaches.length > 0) process.exit(1);
