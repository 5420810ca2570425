import { useEffect, useState } from 'react';
import { languageFor } from '../../src-preload/language.ts';
import { useWindow } from '../store.ts';
import { speak } from '../ui/language.ts';

/** What was chosen goes before what the system prefers. Answers another value each time that a language came in force. */
export function useLanguage(): number {
  const chosen = useWindow((state) => state.settings?.language ?? 'system');
  const [changes, setChanges] = useState(0);
  useEffect(() => {
    const language = languageFor(chosen, navigator.languages);
    if (document.documentElement.lang === language) return;
    void speak(language).then((isSpoken) => {
      if (isSpoken) setChanges((count) => count + 1);
    });
  }, [chosen]);
  return changes;
}
