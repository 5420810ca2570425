import { z } from 'zod';
import { isServerName, SERVER_NAME_RULE } from '../src-main/engine/model/ids.ts';
import { PIN_TOOLS } from '../src-main/engine/model/pinned-tools.ts';
import type { Problem, ProblemCode } from '../src-main/engine/model/problem.ts';
import type { ServerState, TokenLife } from '../src-main/engine/model/server-state.ts';
import { POINT_KINDS, SPAN_KINDS } from '../src-main/engine/model/timeline.ts';
import { LANGUAGES, THEMES } from '../src-main/engine/model/window-settings.ts';

/**
 * The one value from which every end derives (`derive.ts`): the IPC of the Electron window, the socket of the CLI and the
 * API of the window in a browser. To add a call, add a line here; the types then name what is missing.
 *
 * Secrets only go in. What comes out is a new caller's key, once, and a key that is lent to a bridge.
 */

const serverName = z.string().refine(isServerName, { message: SERVER_NAME_RULE });
const epochMs = z.number();

const tagged = <T extends { readonly kind: string }>(): z.ZodType<T> =>
  z.custom<T>((value) => typeof value === 'object' && value !== null && 'kind' in value);

export const problemSchema: z.ZodType<Problem> = z.custom<Problem>(
  (value) => typeof value === 'object' && value !== null && 'code' in value,
);

const vaultHealth = z.union([
  z.object({ kind: z.literal('keychain'), isVolatile: z.literal(true).optional() }),
  z.object({ kind: z.literal('file') }),
  z.object({ kind: z.literal('memory'), why: z.enum(['chosen', 'no-keychain']), detail: z.string().optional() }),
  z.object({ kind: z.literal('locked') }),
]);

/** A code that signs in from any device, and where it is entered (RFC 8628). */
const deviceCode = z.object({
  userCode: z.string(),
  verificationUri: z.string(),
  verificationUriComplete: z.string().optional(),
});

const serverRow = z.object({
  name: z.string(),
  /** Empty for a server that is a program. */
  url: z.string(),
  /** Command and arguments of such a one, as they are written in the configuration. */
  command: z.string().optional(),
  /** The address that callers use: `/mcp/<server>` on the endpoint. */
  endpoint: z.string(),
  state: tagged<ServerState>(),
  /** Since when the state has this kind. */
  since: epochMs,
  login: z
    .object({
      issuer: z.string(),
      account: z.string().optional(),
      scope: z.string().optional(),
      clientId: z.string(),
      /** `document`: the client id is the address of a document about the client. */
      registration: z.enum(['configured', 'document', 'dynamic']),
      /** The client signs in for itself: nobody is ever asked. */
      withoutPerson: z.literal(true).optional(),
      signedInAt: epochMs.optional(),
      renewedCount: z.number(),
      lastRenewedAt: epochMs.optional(),
      /** Of the token that is kept, also while the server is not connected. */
      token: tagged<TokenLife>().optional(),
      /** Without renewals a person is needed at the token's end. */
      renewable: z.boolean().optional(),
      /** The end of what renews it, where its server said so. */
      refreshExpiresAt: epochMs.optional(),
    })
    .optional(),
  /** The link of the flow under way, to open or copy. */
  authorizationUrl: z.string().optional(),
  device: deviceCode.optional(),
  calls: z.number(),
  lastCallAt: epochMs.optional(),
  /** It is being removed, and that can be taken back until then. */
  removedAt: epochMs.optional(),
  /** Tools that are not as they were approved, and whether they are held back. */
  toolChanges: z.object({ count: z.number(), held: z.boolean() }).optional(),
});

const snapshot = z.object({
  version: z.string(),
  pid: z.number(),
  dataDir: z.string(),
  /** How another program runs the command line for this engine, unquoted, for `stdio` and the like to be added to. */
  command: z.object({ file: z.string(), args: z.array(z.string()) }),
  /** `http://127.0.0.1:7717/mcp` */
  endpoint: z.string(),
  vault: vaultHealth,
  /** The configuration file's mistake while the last good one stays in force. */
  configProblem: problemSchema.optional(),
  demo: z.enum(['offered', 'running-here', 'absent']),
  callers: z.number(),
  /** While all are signed in to, one after the other: whose turn it is, and how many come after it. */
  loginToAll: z.object({ server: z.string(), left: z.number() }).optional(),
  servers: z.array(serverRow),
});

const problemCode = z.custom<ProblemCode>((value) => typeof value === 'string');

/** The last 24 hours of a server: what it was and for how long, and what happened when. Oldest first. */
const history = z.object({
  name: z.string(),
  from: epochMs,
  until: epochMs,
  spans: z.array(
    z.object({
      kind: z.enum(SPAN_KINDS),
      from: epochMs,
      until: epochMs,
      why: problemCode.optional(),
      /** So many shorter spans were merged into this one. */
      brief: z.number().optional(),
    }),
  ),
  points: z.array(z.object({ kind: z.enum(POINT_KINDS), at: epochMs, until: epochMs, count: z.number() })),
});

const loginToAllReport = z.object({
  signedIn: z.array(z.string()),
  /** Refused, failed, expired or cancelled. */
  passedOver: z.array(z.object({ name: z.string(), problem: problemSchema })),
  /** The person ended it before all had their turn. */
  stopped: z.boolean(),
});

const commandReach = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('found') }),
  z.object({ kind: z.literal('unknown'), folder: z.string() }),
  z.object({
    kind: z.literal('off-path'),
    folder: z.string(),
    advice: z.object({ file: z.string().optional(), line: z.string() }).optional(),
  }),
  z.object({ kind: z.literal('shadowed'), by: z.string() }),
]);

/** The `gatehouse` command in the person's terminal, where the app brings one. */
const commandLineTool = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('not-here') }),
  z.object({ kind: z.literal('with-package'), at: z.string() }),
  z.object({ kind: z.literal('absent'), at: z.string() }),
  z.object({ kind: z.literal('taken'), at: z.string() }),
  z.object({ kind: z.literal('installed'), at: z.string(), reach: commandReach }),
]);

const settings = z.object({
  theme: z.enum(THEMES),
  /** Of the window. */
  language: z.enum(LANGUAGES),
  openBrowser: z.enum(['ask', 'when-needed']),
  /** The configured port; the one in use is in the endpoint. */
  port: z.number(),
  logLevel: z.enum(['info', 'debug']),
  /** What happens to tools that change, where a server has no setting of its own. */
  pinTools: z.enum(PIN_TOOLS),
  /** `not-here`: nothing of this program could be started at login, as where it runs without a desktop. */
  startAtLogin: z.enum(['on', 'off', 'not-here']),
  commandLineTool,
});

/** A caller's request that came to its end. */
const activity = z.object({
  number: z.number(),
  at: epochMs,
  server: z.string().optional(),
  caller: z.string(),
  method: z.string(),
  ms: z.number(),
  outcome: z.string(),
});

/** What a caller key may use: patterns of servers and of their tools, `server` or `server/tool`. */
const limit = z.object({ allow: z.array(z.string()), deny: z.array(z.string()), readOnly: z.boolean() });

const caller = z.object({
  name: z.string(),
  createdAt: epochMs,
  lastUsedAt: epochMs.optional(),
  /** Left out for a key that may use everything. */
  limit: limit.optional(),
});

const group = z.object({ name: z.string(), servers: z.array(z.string()), endpoint: z.string() });

const toolChanges = z.object({
  pinTools: z.enum(PIN_TOOLS),
  approved: z.number(),
  changes: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['changed', 'new']),
      /** Names what is shown, so that nothing else is approved. */
      hash: z.string(),
      /** With what cannot be seen written out. `~`: unchanged lines are left out. */
      lines: z.array(z.object({ mark: z.enum(['-', '+', ' ', '~']), text: z.string() })),
    }),
  ),
});

/** Patterns that name no server that is there: said, and kept for one that may come. */
const unknownPatterns = z.array(z.string()).optional();

/** A setting of a server as it is changed: null takes it out of the configuration. */
const changed = z.string().min(1).nullable().optional();
const browserSetting = z.enum(['ask', 'when-needed']);
const pkceSetting = z.enum(['required', 'off']);

const httpSettings = z.object({
  url: z.string(),
  clientId: z.string().optional(),
  /** `vault`: it was given here, and is never shown again. `configuration`: the file names where it is, or a key. */
  clientSecret: z.enum(['absent', 'vault', 'configuration']),
  clientMetadataUrl: z.string().optional(),
  scopes: z.array(z.string()).optional(),
  redirectUri: z.string().optional(),
  authorizationServer: z.string().optional(),
  issuer: z.string().optional(),
  resource: z.union([z.literal(false), z.string()]).optional(),
  pkce: pkceSetting.optional(),
  openBrowser: browserSetting.optional(),
  pinTools: z.enum(PIN_TOOLS).optional(),
});

const programSettings = z.object({
  command: z.string(),
  args: z.array(z.string()),
  cwd: z.string().optional(),
  /** Variable of the program -> name of our variable that holds its value. Null: the file spells the value out. */
  env: z.record(z.string(), z.string().nullable()),
  pinTools: z.enum(PIN_TOOLS).optional(),
});

const newServer = z.object({
  /** Of a server that is reached over HTTP; one that is a program has a `command` instead. */
  url: z.string().optional(),
  transport: z.enum(['http', 'sse']).optional(),
  command: z.string().min(1).optional(),
  args: z.array(z.string()).optional(),
  cwd: z.string().min(1).optional(),
  /** Variable of the program -> name of our environment variable that holds its value. */
  env: z.record(z.string(), z.string()).optional(),
  clientId: z.string().min(1).optional(),
  scopes: z.array(z.string().min(1)).optional(),
  /** Header name -> name of the environment variable that holds its value. */
  headerEnv: z.record(z.string(), z.string()).optional(),
});

const finding = z.object({
  transport: z.enum(['http', 'sse', 'stdio']),
  era: z.enum(['legacy', 'modern']).optional(),
  serverName: z.string().optional(),
  access: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('open') }),
    z.object({ kind: z.literal('refused'), status: z.number() }),
    z.object({
      kind: z.literal('sign-in'),
      issuer: z.string(),
      guessed: z.boolean(),
      registration: z.enum(['configured', 'document', 'dynamic', 'client-id-needed']),
      scopes: z.array(z.string()),
      obstacle: problemSchema.optional(),
    }),
    z.object({ kind: z.literal('sign-in-unclear'), problem: problemSchema }),
  ]),
});

const serverDetails = z.object({
  /** Since the start, the last one first. */
  callers: z.array(z.object({ caller: z.string(), calls: z.number(), lastCallAt: epochMs })),
  /** Names; at most 1,000. Absent where the server was never asked, and cannot be asked now. */
  tools: z.array(z.string()).optional(),
  toolCount: z.number().optional(),
  /** Log lines of its last look, sign-in or renewal; nothing secret is in them. */
  flow: z
    .object({
      correlationId: z.string(),
      lines: z.array(z.object({ at: epochMs, level: z.enum(['debug', 'info', 'warn', 'error']), text: z.string() })),
    })
    .optional(),
});

const nothing = z.object({});
const named = z.object({ name: serverName });

export const contract = {
  calls: {
    status: { input: nothing, output: snapshot },
    history: { input: named, output: history },
    /** What the row has no place for. May ask the server for its tools. */
    serverDetails: { input: named, output: serverDetails },
    /** The last requests of all callers after a number that was seen, oldest first; at most 10,000 are kept. */
    activity: { input: z.object({ after: z.number() }), output: z.array(activity) },
    settings: { input: nothing, output: settings },
    /** `port` is taken at the next start, `logLevel` until the end of the program. */
    changeSettings: {
      input: settings
        .extend({
          port: z.int('A port is a whole number.').min(1).max(65_535),
          startAtLogin: z.enum(['on', 'off']),
          commandLineTool: z.enum(['installed', 'absent']),
        })
        .partial(),
      output: settings,
    },
    /**
     * What is found where a new server would be, before it is added. Registers, opens and keeps nothing; a program is
     * started and ended again. Resolves within 30 s, a program's within 60 s.
     */
    lookAt: { input: newServer, output: finding },
    addServer: {
      input: newServer.extend({ name: serverName, clientSecret: z.string().min(1).optional() }),
      output: serverRow,
    },
    /** As they are written in the configuration, variables not put in, for a form to begin with. */
    serverSettings: { input: named, output: z.union([httpSettings, programSettings]) },
    /** What is not named stays. Where the login no longer fits, it ends as after an edit by hand. */
    editServer: {
      input: z.object({
        name: serverName,
        url: z.string().min(1).optional(),
        clientId: changed,
        /** Goes to the vault, in the place of one that the configuration names. */
        clientSecret: changed,
        clientMetadataUrl: changed,
        scopes: z.array(z.string().min(1)).nullable().optional(),
        redirectUri: changed,
        authorizationServer: changed,
        issuer: changed,
        /** False sends none. */
        resource: z
          .union([z.literal(false), z.string().min(1)])
          .nullable()
          .optional(),
        pkce: pkceSetting.nullable().optional(),
        openBrowser: browserSetting.nullable().optional(),
        pinTools: z.enum(PIN_TOOLS).nullable().optional(),
        /** Header name -> name of the environment variable that holds its value; null takes the header out. */
        headerEnv: z.record(z.string(), z.string().nullable()).optional(),
        /** Of a server that is a program, as its arguments, folder and variables. */
        command: z.string().min(1).optional(),
        args: z.array(z.string()).nullable().optional(),
        cwd: changed,
        /** Variable of the program -> name of our environment variable that holds its value; null takes it out. */
        env: z.record(z.string(), z.string().nullable()).optional(),
      }),
      output: serverRow,
    },
    /**
     * Revokes and forgets the login. With `undoable` calls are refused at once, and the rest follows in 20 s or at the end
     * of the program, unless it is taken back.
     */
    removeServer: { input: named.extend({ undoable: z.boolean().optional() }), output: nothing },
    undoRemoval: { input: named, output: serverRow },
    enableServer: { input: named, output: serverRow },
    disableServer: { input: named, output: serverRow },
    /** Looks at the server again now; under `when-needed` it may start or join a flow. Resolves with the state reached. */
    reconnectServer: { input: named, output: serverRow },
    /** One server, or all where none is named: logins are renewed, calls are refused. Until the end of the program. */
    pause: { input: z.object({ name: serverName.optional() }), output: nothing },
    resume: { input: z.object({ name: serverName.optional() }), output: nothing },
    /**
     * A person's click. Joins the flow that is under way; with `startOver` that one is superseded. With `device` it gets a
     * code for another device, as it does where no page can be opened and the server offers codes.
     */
    startLogin: {
      input: z.object({
        name: serverName,
        openBrowser: z.boolean(),
        startOver: z.boolean().optional(),
        device: z.boolean().optional(),
      }),
      output: z.object({
        flowId: z.string(),
        correlationId: z.string(),
        authorizationUrl: z.string(),
        browserOpened: z.boolean(),
        browserError: z.string().optional(),
        device: deviceCode.optional(),
        joined: z.boolean(),
        deadline: epochMs,
      }),
    },
    waitForLogin: { input: z.object({ name: serverName, flowId: z.string() }), output: serverRow },
    /** Signs in to all that need it, one after the other; joins the run under way. Resolves when it has ended. */
    startLoginToAll: { input: z.object({ openBrowser: z.boolean() }), output: loginToAllReport },
    /** Ends that run and the flow under way. */
    stopLoginToAll: { input: nothing, output: nothing },
    /** The address that a browser elsewhere ended on, pasted in; checked like a callback. */
    pasteCallback: { input: z.object({ name: serverName, address: z.string() }), output: nothing },
    cancelLogin: { input: named, output: nothing },
    logout: { input: named, output: serverRow },
    unlockVault: { input: nothing, output: vaultHealth },
    /** What of a server's tools is not as it was approved or seen first, before and after. */
    toolChanges: { input: named, output: toolChanges },
    /** Approves what was shown. A tool that changed again since then fails all of it. */
    approveTools: {
      input: z.object({ name: serverName, tools: z.array(z.object({ name: z.string(), hash: z.string() })) }),
      output: serverRow,
    },
    /** Named choices of servers, each at an address of its own. */
    listGroups: { input: nothing, output: z.array(group) },
    /** Made, or given other servers. */
    setGroup: { input: z.object({ name: z.string(), servers: z.array(serverName).min(1) }), output: group },
    removeGroup: { input: z.object({ name: z.string() }), output: nothing },
    listCallers: { input: nothing, output: z.array(caller) },
    addCaller: {
      input: z.object({ name: z.string().min(1).max(64), limit: limit.partial().optional() }),
      output: z.object({
        name: z.string(),
        key: z.string(),
        url: z.string(),
        limit: limit.optional(),
        unknown: unknownPatterns,
      }),
    },
    /** What is not named of a limit stays; null takes the limit away. Holds at once, in open sessions too. */
    limitCaller: {
      input: z.object({ name: z.string(), limit: limit.partial().nullable() }),
      output: caller.extend({ unknown: unknownPatterns }),
    },
    /** A key that ends with the engine, for `gatehouse stdio`: as this caller, or as "stdio". */
    lendKey: {
      input: z.object({ caller: z.string().optional() }),
      output: z.object({ name: z.string(), key: z.string(), url: z.string() }),
    },
    removeCaller: { input: z.object({ name: z.string() }), output: nothing },
    /** A fresh link to the window; in Electron the window itself is shown and there is no link. */
    openWindow: { input: nothing, output: z.object({ url: z.string().optional() }) },
    startDemo: { input: nothing, output: z.object({ url: z.string() }) },
    stop: { input: nothing, output: nothing },
  },
  events: {
    /** One server's row changed. */
    server: serverRow,
    /** Anything else changed: servers came or went, the vault's health, the configuration. */
    snapshot: snapshot,
    /** Told by an app that shows the engine of another process: whether that is there. */
    link: z.enum(['open', 'gone']),
  },
} as const;

export type ServerRow = z.infer<typeof serverRow>;
export type Snapshot = z.infer<typeof snapshot>;
export type HttpSettings = z.infer<typeof httpSettings>;
export type ProgramSettings = z.infer<typeof programSettings>;
export type ServerSettings = HttpSettings | ProgramSettings;
export type ServerHistory = z.infer<typeof history>;
export type ServerDetails = z.infer<typeof serverDetails>;
export type Settings = z.infer<typeof settings>;
export type ToolChanges = z.infer<typeof toolChanges>;
export type ActivityRow = z.infer<typeof activity>;
export type CallerRow = z.infer<typeof caller>;
export type GroupRow = z.infer<typeof group>;
export type LoginStarted = z.infer<typeof contract.calls.startLogin.output>;
