import { expect, it } from 'vitest';
import { openSignInPage } from '../../src-main/engine/login/sign-in-page.ts';
import { createRecordingLogger } from '../fakes/recording-logger.ts';
import { createScriptedBrowser } from '../fakes/scripted-browser.ts';

it('40 F5 an address that was changed in the record of a sign-in is not opened', async () => {
  const deps = { browser: createScriptedBrowser(), logger: createRecordingLogger() };
  for (const url of ['file:///etc/passwd', 'javascript:alert(1)', 'https://as.example/$(calc)']) {
    const opened = await openSignInPage({ server: 'linear', url, trigger: 'person' }, deps);
    expect(opened).toMatchObject({ browserOpened: false, browserError: expect.any(String) });
  }
  expect(deps.browser.pages).toEqual([]);
  expect(deps.logger.of('browser.not-opened')).toHaveLength(3);
});
