// oidc-provider warns on the console that Node 20 is not supported; it works (every test here runs on it).
const warn = console.warn;
console.warn = (...words: unknown[]) => {
  if (!String(words[0]).includes('Unsupported runtime')) warn(...words);
};
const loaded = await import('oidc-provider').finally(() => {
  console.warn = warn;
});

export const { Provider, errors } = loaded;
