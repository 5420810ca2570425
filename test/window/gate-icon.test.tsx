import { readFileSync } from 'node:fs';
import path from 'node:path';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { GateIcon } from '../../src-renderer/ui/gate-icon.tsx';

const assets = path.resolve(import.meta.dirname, '../../assets');
const drawing = readFileSync(path.join(assets, 'gate.svg'), 'utf8');

/** Lines and circles, in order. */
function shapesOf(markup: string): string[] {
  return [...markup.matchAll(/<(?:path|circle)[^>]*>/g)].map(
    ([shape]) =>
      /\sd="([^"]*)"/.exec(shape)?.[1] ??
      ['cx', 'cy', 'r'].map((name) => new RegExp(` ${name}="([^"]*)"`).exec(shape)?.[1]).join(' '),
  );
}

/** What of the one drawing is in a face: whole parts, which bear its name. */
function partsOf(face: string): string {
  const parts = drawing.match(/<path class="[^>]*>|<g class="[\s\S]*?<\/g>/g) ?? [];
  return parts.filter((part) => / class="([^"]*)"/.exec(part)?.[1]?.split(' ').includes(face)).join('');
}

describe('the gate in the window', () => {
  it.each(['well', 'working', 'need', 'trouble', 'paused'] as const)('is the one of the tray: %s', (face) => {
    const shapes = shapesOf(renderToStaticMarkup(<GateIcon face={face} />));
    expect(shapes.length).toBeGreaterThan(0);
    expect(shapes).toEqual(shapesOf(partsOf(face)));
  });

  it('is the open one on the tab of a browser', () => {
    const icon = readFileSync(path.join(assets, '../src-renderer/public/icon.svg'), 'utf8');
    expect(shapesOf(icon)).toEqual(shapesOf(partsOf('well')));
  });
});
