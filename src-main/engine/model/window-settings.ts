export const THEMES = ['system', 'light', 'dark'] as const;

/** `system`: the first that the person's browser or system prefers. */
export const LANGUAGES = ['system', 'en', 'de'] as const;
