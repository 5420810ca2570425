import { useEffect } from 'react';
import { useWindow } from '../store.ts';

/** What was chosen goes before what the system prefers. */
export function useTheme(): void {
  const theme = useWindow((state) => state.settings?.theme ?? 'system');
  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }, [theme]);
}
