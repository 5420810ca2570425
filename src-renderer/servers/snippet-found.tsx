import { Choice } from '../ui/choice.tsx';
import { texts } from '../ui/texts.ts';
import { hostOf } from './host.ts';
import type { Snippet, SnippetServer } from './snippet.ts';

const { snippet: words } = texts;

interface SnippetFoundProps {
  readonly snippet: Snippet;
  readonly chosen: SnippetServer | undefined;
  readonly onChoose: (server: SnippetServer) => void;
}

/** What a pasted snippet says, before anything of it is saved. */
export function SnippetFound({ snippet: { servers, programs }, chosen, onChoose }: SnippetFoundProps) {
  return (
    <div className="snippet-found hint" role="status">
      {chosen ? <p>{words.found(chosen.name, hostOf(chosen.url))}</p> : null}
      {chosen && servers.length > 1 ? (
        <Choice
          label={words.choose}
          value={chosen.name}
          options={servers.map(({ name }) => ({ id: name, label: name }))}
          onChange={(name) => {
            const server = servers.find((candidate) => candidate.name === name);
            if (server) onChoose(server);
          }}
        />
      ) : null}
      {Object.entries(chosen?.headerEnv ?? {}).map(([header, variable]) => (
        <p key={header}>{words.fromEnvironment(header, variable)}</p>
      ))}
      {chosen && chosen.spelledOut.length > 0 ? <p>{words.spelledOut(chosen.spelledOut)}</p> : null}
      {programs.length > 0 ? <p>{words.programs(programs)}</p> : null}
    </div>
  );
}
