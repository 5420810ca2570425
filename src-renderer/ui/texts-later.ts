import type { PinTools } from '../../src-main/engine/model/pinned-tools.ts';
import { heldLater, plural } from './texts.ts';
import { formatNumber } from './time.ts';

/** The words of parts that come after the first picture: whoever imports them is not in its bundle. */
export const englishLater = {
  callers: {
    title: 'Callers',
    lead: 'A caller is a tool that uses your servers through Gatehouse. Each has a key of its own.',
    none: 'No tool has a key yet.',
    add: 'Create a key',
    addTitle: 'Create a caller key',
    name: 'Name of the tool',
    namePlaceholder: 'Claude Code',
    create: 'Create',
    created: (time: string) => `created ${time}`,
    lastUsed: (time: string) => `last used ${time}`,
    neverUsed: 'never used',
    removeFor: (name: string) => `Remove ${name}`,
    removeTitle: (name: string) => `Remove the key of ${name}?`,
    removeText: 'The tool that holds it is refused from then on.',
    keyTitle: (name: string) => `Key for ${name}`,
    keyOnce: 'It is shown this once. Gatehouse keeps only a hash of it.',
    key: 'Caller key',
    snippetFor: (tool: string) => `Snippet for ${tool}`,
    tools: 'Tool',
    copySnippet: 'Copy snippet',
    address: 'Address',
    allAsOne: 'All its servers as one',
    group: (name: string) => `The group ${name}`,
    each: 'Each server by itself',
    whereClaude: 'Run in a terminal.',
    whereCursor: 'Goes into ~/.cursor/mcp.json.',
    whereVsCode: 'Goes into .vscode/mcp.json, or into the file that "MCP: Open User Configuration" opens.',
    whereStdio:
      'Goes into claude_desktop_config.json, or into the configuration of any other tool that speaks stdio only. It needs no key.',
  },

  access: {
    legend: 'What it may use',
    everything: 'Every server, also those added later',
    chosen: 'Only what I choose',
    servers: 'Servers it may use',
    later: 'A server that is added later reaches no such key by itself: you choose it here.',
    readOnly: 'Reading only',
    readOnlyHint: 'Of the tools those whose server says that they only read.',
    single: 'Single tools',
    tools: 'Single tools of other servers',
    toolsHint: 'server/tool, with * for any characters: github/get_*. Prompts and resources are not among it.',
    never: 'Never these',
    neverHint: 'Whatever else allows them: github/delete_*, or */delete_* for all servers.',
    patternMistake: (pattern: string) => `${pattern}: this is no server and no server/tool.`,
    ofNobody: (patterns: string) => `No server is there for ${patterns}. It is kept for one that may come.`,
    summary: (words: string) => `It may use: ${words}`,
    nothing: 'Nothing',
    each: (count: number) => `all ${count} servers of now`,
    more: (count: number) => `${count} more`,
    toolsOf: (server: string, tools: string) => `of ${server} only ${tools}`,
    toolsOfMore: (count: number) => `and tools of ${plural(count, 'server', 'servers')} more`,
    except: (tools: string) => `except ${tools}`,
    readingOnly: 'reading only',
    change: 'Change',
    changeFor: (name: string) => `Change what ${name} may use`,
    title: (name: string) => `What ${name} may use`,
    changeText: 'It holds at once, in sessions that are open too.',
  },

  serverGroups: {
    heading: 'Groups',
    lead: 'A group is a choice of servers at an address of its own, for a tool that needs these and no others. It locks nothing: what a key may use is chosen at the key.',
    none: 'There is no group yet.',
    add: 'Make a group',
    create: 'Make',
    name: 'Name of the group',
    nameHint: (address: string) => `Its address: ${address}`,
    nameTaken: (name: string) => `There is a group named ${name} already.`,
    servers: 'Servers of the group',
    serversMissing: 'A group has at least one server.',
    missing: (names: string) => `Not there now, and left out when you save: ${names}.`,
    title: (name: string) => `Servers of ${name}`,
    copyFor: (name: string) => `Copy the address of ${name}`,
    changeFor: (name: string) => `Change the group ${name}`,
    removeFor: (name: string) => `Remove the group ${name}`,
    removeTitle: (name: string) => `Remove the group ${name}?`,
    removeText: 'Its servers stay. A tool that has its address is refused from then on.',
  },

  chooser: {
    chosen: (count: number, all: number) => `${count} of ${all} chosen`,
    all: (count: number) => `All ${count}`,
    none: 'None',
    notThere: 'not there now',
  },

  activity: {
    title: 'The last calls, newest first',
    none: 'No caller has asked for anything since Gatehouse was started.',
    noneFound: 'No call is like that.',
    server: 'Server',
    allServers: 'All servers',
    caller: 'Caller',
    allCallers: 'All callers',
    outcome: 'Outcome',
    allOutcomes: 'All outcomes',
    errors: 'Errors only',
    all: 'all servers',
    columns: ['Time', 'Server', 'Caller', 'Method', 'Took', 'Outcome'],
    count: (count: number) => `${formatNumber(count)} ${count === 1 ? 'call' : 'calls'}`,
    newOnes: (count: number) => plural(count, 'new call', 'new calls'),
  },

  changedTools: {
    asInSettings: 'As in Settings',
    loading: 'Looking at the tools',
    consequence: {
      warn: 'They are not as you approved them, or as they were seen first. Callers use them all the while.',
      hold: 'They are not as you approved them, or as they were seen first. Callers neither see nor call them until you approve them.',
    },
    none: (pinTools: PinTools, approved: number) =>
      pinTools === 'off'
        ? 'The tools of this server are not compared.'
        : `All tools are as you approved them, or as they were seen first (${approved}).`,
    kinds: { changed: 'changed', new: 'new' },
    andHeld: (kind: string) => `${kind}, held back`,
    parts: {
      title: 'Title',
      description: 'Description',
      annotations: 'Annotations',
      input: 'Input',
      output: 'Output',
    },
    partOf: (part: string, tool: string) => `${part} of ${tool}`,
    marks: { '-': 'Before: ', '+': 'Now: ', '~': 'Unchanged lines' },
    allLines: (count: number) => `Show all ${count} lines`,
    approve: 'Approve',
    approveOne: (tool: string) => `Approve ${tool}`,
    approveAll: (count: number) => `Approve all ${count}`,
    approvedNow: (tool: string | undefined) => (tool === undefined ? 'Approved. ' : `${tool} is approved. `),
    changedAgain: 'They changed again since they were shown, so nothing was approved. This is how they are now.',
  },
};

export type LaterTexts = typeof englishLater;

/** The part of the catalogue in force. */
export const laterTexts: LaterTexts = heldLater(englishLater);
