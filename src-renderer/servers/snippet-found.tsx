import { Choice } from '../ui/choice.tsx';
import { texts } from '../ui/texts.ts';
import { hostOf } from './host.ts';
import type { SnippetServer } from './snippet.ts';

const { snippet: words } = texts;

interface SnippetFoundProps {
  readonly servers: readonly SnippetServer[];
  readonly chosen: SnippetServer;
  readonly onChoose: (server: SnippetServer) => void;
}

/** What a pasted snippet says, before anything of it is saved. */
export function SnippetFound({ servers, chosen, onChoose }: SnippetFoundProps) {
  const { name, spelledOut } = chosen;
  return (
    <div className="snippet-found hint" role="status">
      <p>{'url' in chosen ? words.found(name, hostOf(chosen.url)) : words.foundProgram(name, chosen.command)}</p>
      {servers.length > 1 ? (
        <Choice
          label={words.choose}
          value={name}
          options={servers.map((server) => ({ id: server.name, label: server.name }))}
          onChange={(chosenName) => {
            const server = servers.find((candidate) => candidate.name === chosenName);
            if (server) onChoose(server);
          }}
        />
      ) : null}
      {Object.entries('url' in chosen ? chosen.headerEnv : {}).map(([header, variable]) => (
        <p key={header}>{words.fromEnvironment(header, variable)}</p>
      ))}
      {spelledOut.length > 0 ? (
        <p>{'url' in chosen ? words.spelledOut(spelledOut) : words.spelledOutVariables(spelledOut)}</p>
      ) : null}
    </div>
  );
}
