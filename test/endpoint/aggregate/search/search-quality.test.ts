import { describe, expect, test } from 'vitest';
import { measureSearch } from '../../../bench/search-quality.ts';
import { laterQuestions, questions, realisticTools } from '../../../fixtures/tools/tools.ts';

const servers = realisticTools();

describe('finding one tool among hundreds', () => {
  test('five answers hold the right tool for nine of ten questions', async () => {
    const { recallAt5, tools, answers } = await measureSearch(servers, questions());
    expect(tools).toBeGreaterThanOrEqual(300);
    expect(answers).toBe(100);
    expect(recallAt5).toBeGreaterThanOrEqual(0.9);
  });

  test('and for nine of ten of questions that came when the search was done', async () => {
    const { recallAt5, answers } = await measureSearch(servers, laterQuestions());
    expect(answers).toBe(40);
    expect(recallAt5).toBeGreaterThanOrEqual(0.9);
  });

  test('a find and a call cost a small part of what all definitions cost', async () => {
    const { bytesOfAll, bytesOfSearch, bytesOfAnswer } = await measureSearch(servers, questions());
    expect(bytesOfSearch + bytesOfAnswer).toBeLessThan(bytesOfAll / 15);
  });

  test('a misspelt word, the beginning of one, and a name in another spelling lead there as well', async () => {
    const asked = (text: string, right: string) => ({ asked: text, right: [right] });
    const { recallAt5 } = await measureSearch(servers, [
      asked('github repositry search', 'github/search_repositories'),
      asked('create invoi', 'stripe/create_invoice'),
      asked('createPullRequest', 'github/create_pull_request'),
      asked('get-confluence-page', 'atlassian/getConfluencePage'),
    ]);
    expect(recallAt5).toBe(1);
  });

  test('44 a question without end, and one of marks alone, are answered at once', async () => {
    const { recallAt5 } = await measureSearch(servers, [
      { asked: 'x '.repeat(100_000), right: ['nobody'] },
      { asked: '*?[(.+)+$', right: ['nobody'] },
    ]);
    expect(recallAt5).toBe(0);
  });
});
