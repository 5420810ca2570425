import { afterAll, beforeAll, describe } from 'vitest';
import { activityStories } from './activity.stories.ts';
import { choiceStories } from './choice.stories.ts';
import { detailsStories } from './details.stories.ts';
import { historyStories } from './history.stories.ts';
import { listStories } from './list.stories.ts';
import { loginToAllStories } from './login-to-all.stories.ts';
import { rowStories } from './rows.stories.ts';
import { settingsStories } from './settings.stories.ts';
import { openStage, type WindowStage } from './shown-window.ts';

// One build and one browser for all of them: each takes longer than any test. The other half is in window-forms.test.ts.
describe('the status window', () => {
  let stage: WindowStage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  describe('rows', () => rowStories(() => stage));
  describe('sign in to all', () => loginToAllStories(() => stage));
  describe('the last 24 hours', () => historyStories(() => stage));
  describe('details', () => detailsStories(() => stage));
  describe('a long list', () => listStories(() => stage));
  describe('activity', () => activityStories(() => stage));
  describe('what callers may use', () => choiceStories(() => stage));
  describe('settings', () => settingsStories(() => stage));
});
