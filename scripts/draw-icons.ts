// `npm run icons`: every icon of the app from one drawing. The results are committed, because a build needs no browser.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium, type Page } from 'playwright-core';

const assets = path.resolve(import.meta.dirname, '../assets');

/** The gate, open, in a square of 20; the same as in the window's header. */
const gate = (color: string): string =>
  `<g fill="none" stroke="${color}" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round">
    <path d="M3 17.5V8.8a7 7 0 0 1 14 0v8.7"/><path d="M7 17.5v-8a3 3 0 0 1 6 0v8z" fill="${color}"/></g>`;

const svg = (box: string, inside: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}">${inside}</svg>`;

/** macOS tints it by the panel: only its alpha counts. */
const TEMPLATE = svg('0 0 20 20', gate('#000'));
/** Seen on a light panel and on a dark one. */
const PANEL = svg('0 0 20 20', gate('#8a877f'));
const APP = svg(
  '0 0 64 64',
  `<rect x="4" y="4" width="56" height="56" rx="13" fill="#2456b8"/><g transform="translate(12 11) scale(2)">${gate('#fff')}</g>`,
);

async function draw(page: Page, drawing: string, size: number): Promise<Buffer> {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>*{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${drawing}`);
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

await mkdir(assets, { recursive: true });
const files: Readonly<Record<string, Buffer>> = {
  'trayTemplate.png': await draw(page, TEMPLATE, 16),
  'trayTemplate@2x.png': await draw(page, TEMPLATE, 32),
  'tray.png': await draw(page, PANEL, 24),
  'tray@2x.png': await draw(page, PANEL, 48),
  'tray.ico': await icoOf(PANEL, [16, 20, 24, 32, 48]),
  'icon.png': await draw(page, APP, 1024),
  'icon.ico': await icoOf(APP, [16, 24, 32, 48, 64, 128, 256]),
};
for (const [name, bytes] of Object.entries(files)) await writeFile(path.join(assets, name), bytes);
await browser.close();
console.log(`${Object.keys(files).join(', ')} drawn.`);
