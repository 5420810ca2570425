import type { ReactNode } from 'react';
import type { Problem } from '../../src-main/engine/model/problem.ts';
import type { CallOutput } from '../../src-preload/derive.ts';
import { texts } from '../ui/texts.ts';
import { sentenceFor } from '../ui/words.ts';
import { hostOf } from './host.ts';

const { found: words } = texts;

type Finding = CallOutput<'lookAt'>;

/** What is there, before it is added: how it speaks, who lets callers in, and what a person will be asked. */
export function FoundHere({ finding }: { readonly finding: Finding }) {
  const { transport, era, serverName, access } = finding;
  return (
    <section className="found" aria-label={words.title} role="status">
      <h3>{serverName === undefined ? words.title : words.named(serverName)}</h3>
      <dl className="details">
        <Entry term={words.transport}>
          {words.transports[transport]}
          {era === undefined ? null : <>, {words.eras[era]}</>}
        </Entry>
        <AccessFound access={access} />
      </dl>
    </section>
  );
}

function AccessFound({ access }: { readonly access: Finding['access'] }) {
  switch (access.kind) {
    case 'open':
      return <Entry term={words.access}>{words.open}</Entry>;
    case 'refused':
      return <Entry term={words.access}>{words.refused(access.status)}</Entry>;
    case 'sign-in-unclear':
      return (
        <Entry term={words.access}>
          {words.unclear} {sentenceFor(access.problem)}
        </Entry>
      );
    case 'sign-in':
      return (
        <>
          <Entry term={words.access}>
            {words.signInAt(hostOf(access.issuer))}
            {access.guessed ? ` ${words.guessed}` : ''}
            {access.obstacle ? ` ${sentenceFor(access.obstacle)}` : ''}
          </Entry>
          <Entry term={words.registration}>{words.registrations[access.registration]}</Entry>
          <Entry term={words.scopes}>
            {access.scopes.length === 0
              ? words.noScopes
              : access.scopes.map((scope) => (
                  <span key={scope} className="chip mono">
                    {scope}
                  </span>
                ))}
          </Entry>
        </>
      );
  }
}

/** Nothing usable was found; it may be added all the same. */
export function NothingFound({ problem }: { readonly problem: Problem }) {
  return (
    <p className="found-nothing" role="alert">
      {sentenceFor(problem)} {words.addAnyway}
    </p>
  );
}

function Entry({ term, children }: { readonly term: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </>
  );
}
