import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** What `npm test` counts: one line a test, with the reason where it was skipped (vitest's own JSON leaves that out). */
export interface ReportedTest {
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly reason?: string;
}

/** Writes the tests of one run to the file named by GATEHOUSE_TEST_REPORT. */
export default class FileReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const file = process.env.GATEHOUSE_TEST_REPORT;
    if (file) writeFileSync(file, JSON.stringify(modules.flatMap(testsOf)));
  }
}

function testsOf(module: TestModule): ReportedTest[] {
  const tests: ReportedTest[] = [...module.children.allTests()].map((test) => {
    const result = test.result();
    const title = `${module.relativeModuleId} > ${test.fullName}`;
    if (result.state !== 'skipped') return { title, state: result.state === 'passed' ? 'passed' : 'failed' };
    return { title, state: 'skipped', ...(result.note === undefined ? {} : { reason: result.note }) };
  });
  const broken = module.errors().length > 0 || (tests.length === 0 && module.state() === 'failed');
  if (broken) tests.push({ title: `${module.relativeModuleId} (the file itself)`, state: 'failed' });
  return tests;
}
