/** Words that say nothing about which tool is meant. */
const STOP_WORDS = new Set(
  `a about all an and any are as at be but by can could do does for from give given had has have he her here his how i if
  in into is it its just let like me my need now of on one onto or our out over please she should so some than that the
  their them then there these they this those to tool tools up us use used using via want was we were what when where
  whether which who whose why will with within without would you your s t m d re ve ll don`.split(/\s+/),
);

const SPLIT = /[^\p{L}\p{N}]+/u;
const HUMP = /(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;

/** The words of a text or name: `createPullRequest`, `create_pull_request` and "Create pull request" are the same. */
export function wordsOf(text: string): string[] {
  return text.split(SPLIT).flatMap((part) => part.split(HUMP));
}

/** A word as it is compared; undefined for one that says nothing. */
export function termOf(word: string): string | undefined {
  const lower = word.toLowerCase();
  return lower === '' || STOP_WORDS.has(lower) ? undefined : stem(lower);
}

/** English endings, as far as "issues", "creating", "created" and "create" need it. @see Porter (1980), steps 1a, 1b, 5a */
function stem(word: string): string {
  if (word.length < 4 || !/^[a-z]+$/.test(word)) return word;
  const singular = word.endsWith('ies')
    ? `${word.slice(0, -3)}y`
    : /(?:ss|x|ch|sh|z)es$/.test(word)
      ? word.slice(0, -2)
      : /[^su]s$/.test(word)
        ? word.slice(0, -1)
        : word;
  const base = singular.replace(/(?<=[aeiouy][a-z]*)(?:ing|ed)$/, '');
  const single = base === singular || !/([b-df-hj-kmnp-rtv-y])\1$/.test(base) ? base : base.slice(0, -1);
  return single.length > 3 ? single.replace(/e$/, '') : single;
}

/** What people say for the same thing, each group as terms. The words of APIs in general, of no server's own. */
const GROUPS = [
  'create add new make open insert register setup file',
  'delete remove erase drop destroy trash',
  'update edit change modify set rename adjust rewrite fix upgrade',
  'list show enumerate browse all',
  'get fetch read retrieve view load see look watch detail open',
  'search find query lookup locate list',
  'send post write publish submit tell',
  'reply answer respond comment',
  'close resolve finish complete done',
  'cancel stop abort end terminate unsubscribe',
  'archive trash',
  'assign owner responsible assignee',
  'approve accept review',
  'issue ticket bug task story',
  'pull pr merge',
  'repository repo',
  'document page doc note article',
  'wiki confluence',
  'comment remark',
  'message chat dm',
  'channel room',
  'user person member people teammate colleague account',
  'event meeting appointment',
  'file attachment',
  'folder directory',
  'label tag',
  'status state stage',
  'move transition transfer',
  'sprint cycle iteration',
  'customer client',
  'invoice bill',
  'refund money balance',
  'payment charge pay paid',
  'coupon discount',
  'dispute chargeback',
  'payout bank',
  'error exception crash problem',
  'email mail gmail inbox',
  'thread conversation discussion discuss talk',
  'access permission share',
  'history log activity',
  'schedule plan later',
  'copy duplicate clone fork',
  'run execute trigger start launch dispatch kick',
  'retry rerun again',
  'rollback revert undo',
  'deploy deployment release version',
  'purge clear flush invalidate',
  'environment env',
  'database sql postgres table',
  'spreadsheet sheet cell',
  'vacation ooo away',
  'invite invitation join',
  'check status ci',
  'vulnerability security alert',
  'secret credential',
  'dependency dependabot package',
  'free available busy',
  'price cost plan',
  'child descendant sub',
].map((group) => group.split(' ').flatMap((word) => termOf(word) ?? []));

/** What is named by an example of it: the kind says more than its letters. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/https?:\/\/\S+/g, 'url'],
  [/[\w.+-]+@[\w-]+\.\w[\w.-]*/g, 'email'],
  [/(?<=^|\s)#\d+\b/g, 'number'],
  [/(?<=^|\s)#[\p{L}][\w-]*/gu, 'channel'],
  [/(?<=^|\s)@[\p{L}][\w-]*/gu, 'user'],
  [/\b[A-Z][A-Z0-9]+-\d+\b/g, 'issue'],
  [
    /(?<=^|\s)(?:[\w.-]+\/)+[\w.-]+|\b[\w-]+\.(?:[cm]?[jt]sx?|py|go|rs|java|md|json|ya?ml|txt|csv|sql|html|css)\b/g,
    'file',
  ],
];

/** The terms of what somebody looks for. */
export function termsAsked(query: string): readonly string[] {
  const plain = KINDS.reduce((text, [example, kind]) => text.replace(example, ` ${kind} `), query);
  return [...new Set(wordsOf(plain).flatMap((word) => termOf(word) ?? []))];
}

const SAME = new Map<string, readonly string[]>();
for (const group of GROUPS) {
  for (const term of group) SAME.set(term, [...(SAME.get(term) ?? []), ...group.filter((other) => other !== term)]);
}

/** Other terms for the same thing. */
export function synonymsOf(term: string): readonly string[] {
  return SAME.get(term) ?? [];
}
