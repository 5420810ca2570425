import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { ACTION_LABEL } from '../../src-main/engine/model/words.ts';
import { TEST_PASSWORD, TEST_USER } from '../servers/login-page.ts';

export interface SignedIn {
  /** Milliseconds since 1970, when the authorization server sent the browser back to us. */
  readonly callbackAt: number;
  /** What the last page says. */
  readonly heading: string;
  readonly address: string;
  /** The authorization code and the state that were on the way. */
  readonly secrets: readonly string[];
}

/** Somebody with a real Chromium, who looks and clicks. */
export class Person {
  readonly #browser: Browser;
  readonly #context: BrowserContext;

  private constructor(browser: Browser, context: BrowserContext) {
    this.#browser = browser;
    this.#context = context;
  }

  static async arrives(): Promise<Person> {
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
    const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1100, height: 760 } });
    context.setDefaultTimeout(15_000);
    return new Person(browser, context);
  }

  async openWindow(link: string): Promise<StatusWindow> {
    const page = await this.#context.newPage();
    await page.goto(link);
    await page.locator('.pages').waitFor();
    return new StatusWindow(page);
  }

  /** Types name and password on the authorization server's page and lets it come back to Gatehouse. */
  async signInOn(authorizationUrl: string): Promise<SignedIn> {
    const page = await this.#context.newPage();
    let callbackAt = 0;
    let secrets: string[] = [];
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.pathname !== '/oauth/callback') return;
      callbackAt = Date.now();
      secrets = ['code', 'state'].flatMap((name) => url.searchParams.get(name) ?? []);
    });
    await page.goto(authorizationUrl);
    await page.getByLabel('Username').fill(TEST_USER);
    await page.getByLabel('Password').fill(TEST_PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/oauth/done/**');
    const heading = (await page.getByRole('heading').first().textContent()) ?? '';
    const address = page.url();
    await page.close();
    return { callbackAt, heading, address, secrets };
  }

  async leaves(): Promise<void> {
    await this.#browser.close();
  }
}

/** The status window, as it is seen and clicked. */
export class StatusWindow {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async addServer(name: string, url: string): Promise<void> {
    const { page } = this;
    await page.getByRole('textbox', { name: 'URL' }).fill(url);
    await page.getByRole('button', { name: 'Continue' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a server' });
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await this.#row(name).waitFor();
  }

  async clickSignIn(name: string): Promise<void> {
    await this.page.getByRole('button', { name: `${ACTION_LABEL['sign-in']}: ${name}` }).click();
  }

  /** Resolves with the time at which the row bears this word. */
  async wordIs(name: string, word: string, limitMs = 15_000): Promise<number> {
    const there = this.#row(name).locator('.word').getByText(word, { exact: true });
    await there.waitFor({ timeout: limitMs }).catch(async (cause: unknown) => {
      throw new Error(`${name} is not "${word}"; the window says: ${await this.text()}`, { cause });
    });
    return Date.now();
  }

  text(): Promise<string> {
    return this.page.locator('body').innerText();
  }

  /** The whole document, what is typed in and what the page keeps included. */
  everything(): Promise<string> {
    return this.page.evaluate(() => {
      const typed = [...document.querySelectorAll('input')].map(({ value }) => value);
      return JSON.stringify([document.documentElement.outerHTML, typed, { ...localStorage }, { ...sessionStorage }]);
    });
  }

  #row(name: string) {
    return this.page.locator(`[data-server="${name}"]`);
  }
}
