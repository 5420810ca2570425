// `npm run icons`: every icon of the app from one drawing. The results are committed, because a build needs no browser.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium, type Page } from 'playwright-core';
import type { Face } from '../src-main/engine/model/overall.ts';

const assets = path.resolve(import.meta.dirname, '../assets');

/** The gate with all its parts; a face shows those that bear its name. */
const GATE = await readFile(path.join(assets, 'gate.svg'), 'utf8');
const FACES: readonly Face[] = ['well', 'working', 'need', 'trouble', 'paused'];

function gate(face: Face, color: string): string {
  return `<style>.gate{color:${color}}.gate svg>*{display:none}.gate svg>.${face}{display:inline}</style><div class="gate">${GATE}</div>`;
}

/** Chromium's own reading of "light" and "dark": not quite black, so that it is no hole in a panel. */
const ON_LIGHT = '#1b1b19';
const ON_DARK = '#ffffff';
const APP_GROUND = '#2456b8';

/** The app's icon: the open gate on a ground. */
const APP = `<style>.app{width:100%;height:100%;padding:6.25%;box-sizing:border-box}
  .ground{width:100%;height:100%;border-radius:23%;background:${APP_GROUND};padding:12.5%;box-sizing:border-box}
  </style><div class="app"><div class="ground">${gate('well', '#fff')}</div></div>`;

async function draw(page: Page, drawing: string, size: number): Promise<Buffer> {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(
    `<style>*{margin:0}html,body{height:100%}.gate,svg{width:100%;height:100%;display:block}</style>${drawing}`,
  );
  return page.screenshot({ omitBackground: true });
}

/** @see the ICO format: a header, one entry an image, then the images, which may be PNG since Windows Vista */
function ico(images: readonly { readonly size: number; readonly png: Buffer }[]): Buffer {
  const header = Buffer.alloc(6 + 16 * images.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(images.length, 4);
  let offset = header.length;
  images.forEach(({ size, png }, index) => {
    const entry = 6 + 16 * index;
    // 256 is written as 0.
    header.writeUInt8(size % 256, entry);
    header.writeUInt8(size % 256, entry + 1);
    header.writeUInt16LE(1, entry + 4);
    header.writeUInt16LE(32, entry + 6);
    header.writeUInt32LE(png.length, entry + 8);
    header.writeUInt32LE(offset, entry + 12);
    offset += png.length;
  });
  return Buffer.concat([header, ...images.map(({ png }) => png)]);
}

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage();
const icoOf = async (drawing: string, sizes: readonly number[]): Promise<Buffer> => {
  const images = [];
  for (const size of sizes) images.push({ size, png: await draw(page, drawing, size) });
  return ico(images);
};

const files = new Map<string, Buffer>([
  ['icon.png', await draw(page, APP, 1024)],
  ['icon.ico', await icoOf(APP, [16, 24, 32, 48, 64, 128, 256])],
]);
for (const face of FACES) {
  // macOS tints it by the panel: only its alpha counts.
  const template = gate(face, '#000');
  files.set(`tray/${face}Template.png`, await draw(page, template, 16));
  files.set(`tray/${face}Template@2x.png`, await draw(page, template, 32));
  for (const [panel, color] of [
    ['light', ON_LIGHT],
    ['dark', ON_DARK],
  ] as const) {
    const drawing = gate(face, color);
    files.set(`tray/${face}-${panel}.ico`, await icoOf(drawing, [16, 20, 24, 32, 48]));
    files.set(`tray/${face}-${panel}.png`, await draw(page, drawing, 24));
    files.set(`tray/${face}-${panel}@2x.png`, await draw(page, drawing, 48));
  }
}
await mkdir(path.join(assets, 'tray'), { recursive: true });
for (const [name, bytes] of files) await writeFile(path.join(assets, name), bytes);
await browser.close();
console.log(`${files.size} icons drawn.`);
