// Started with the built main module as its argument: runs it as Electron would, with the fake in Electron's place.
import { register } from 'node:module';
import { pathToFileURL } from 'node:url';

const [main = ''] = process.argv.slice(2);
const fake = new URL('./electron-api.ts', import.meta.url).href;
const hook = `export const resolve = (specifier, context, next) =>
  specifier === 'electron' ? { url: ${JSON.stringify(fake)}, shortCircuit: true } : next(specifier, context);`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);

// As in Electron: the program, the app's folder, the person's arguments.
process.argv.splice(1, 2, main);
const { mainModuleEvaluated }: typeof import('./electron-api.ts') = await import(fake);
await import(pathToFileURL(main).href);
mainModuleEvaluated();
