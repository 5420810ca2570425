import type { ToolPins } from '../endpoint/aggregate/tool-pins.ts';
import { type ServerView, type ToolChangesView, toolChangesView } from '../engine-view.ts';
import type { ServerName } from '../model/ids.ts';
import type { ToolChange } from '../model/pinned-tools.ts';
import { fail, ok, type Result } from '../model/result.ts';
import { say } from '../model/sayings.ts';
import type { ServerViews } from '../server-views.ts';

interface ToolApprovalsDeps {
  readonly pins: ToolPins;
  readonly views: ServerViews;
}

/** What a person is shown of tools that are not as they were approved, and what of it is approved (scenario 45). */
export class ToolApprovals {
  readonly #deps: ToolApprovalsDeps;

  constructor(deps: ToolApprovalsDeps) {
    this.#deps = deps;
  }

  changes(name: ServerName): Result<ToolChangesView> {
    const { pins, views } = this.#deps;
    const found = views.find(name);
    if (!found.ok) return found;
    const known = { pinTools: pins.modeOf(name), approved: pins.approvedOf(name) };
    return ok(toolChangesView(known, pins.changes(name)));
  }

  /** @param shown what the person saw; a tool that is another one since then is not approved */
  async approve(name: ServerName, shown: readonly Pick<ToolChange, 'name' | 'hash'>[]): Promise<Result<ServerView>> {
    const { pins, views } = this.#deps;
    const found = views.find(name);
    if (!found.ok) return found;
    if (await pins.approve(name, shown)) return views.find(name);
    return fail({ code: 'invalid-input', ...say('tools-changed-again') });
  }
}
