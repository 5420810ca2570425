import './no-eval.ts';
import './ui/roles.css';
import './ui/base.css';
import './ui/controls.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { languageFor } from '../src-preload/language.ts';
import { App } from './app.tsx';
import { connectEngine } from './connection/connect-engine.ts';
import { useWindow } from './store.ts';
import { speak } from './ui/language.ts';

// On its way while the first picture is made.
const connecting = connectEngine((link) => useWindow.getState().linkChanged(link));

// Before the first word is shown.
await speak(languageFor('system', navigator.languages));

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

useWindow.getState().attach(await connecting);
