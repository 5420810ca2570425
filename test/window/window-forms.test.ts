import { afterAll, beforeAll, describe } from 'vitest';
import { accessStories } from './access.stories.ts';
import { editStories } from './edit.stories.ts';
import { formStories } from './forms.stories.ts';
import { languageStories } from './language.stories.ts';
import { realEngineStories } from './real-engine.stories.ts';
import { openStage, type WindowStage } from './shown-window.ts';

// One build and one browser for all of them: each takes longer than any test. The other half is in status-window.test.ts.
describe('the status window, filled in by hand and by keyboard', () => {
  let stage: WindowStage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  describe('forms', () => formStories(() => stage));
  describe('edit', () => editStories(() => stage));
  describe('language', () => languageStories(() => stage));
  describe('with the real engine', () => realEngineStories(() => stage));
  describe('access', () => accessStories(() => stage));
});
