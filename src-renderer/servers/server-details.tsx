import { type ReactNode, useState } from 'react';
import { visibleText } from '../../src-main/engine/model/visible-text.ts';
import type { ServerDetails as Details, ServerRow } from '../../src-preload/contract.ts';
import { DayStrip } from '../history/day-strip.tsx';
import { useWindow } from '../store.ts';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { texts } from '../ui/texts.ts';
import { formatMoment, formatTime } from '../ui/time.ts';
import { wordsFor } from '../ui/words.ts';
import { diagnosisOf } from './diagnosis.ts';
import { useDetails } from './use-details.ts';

const { details: words } = texts;

/** Everything that the row cuts or leaves out. */
export function ServerDetails({ row, id }: { readonly row: ServerRow; readonly id: string }) {
  const { login } = row;
  const details = useDetails(row);
  const { word, sentence } = wordsFor(row.state, formatTime);
  return (
    <div className="row-more" id={id}>
      <DayStrip row={row} />
      <dl className="details">
        <Entry term={words.name}>{row.name}</Entry>
        <Entry term={words.state}>
          {word}. {sentence}
        </Entry>
        <Entry term={words.server}>
          <span className="mono">{row.command ?? row.url}</span>
        </Entry>
        <Entry term={words.endpoint}>
          <span className="mono">{row.endpoint}</span>{' '}
          <CopyButton kind="link" text={row.endpoint} name={`${texts.menu.copyEndpoint}: ${row.name}`} />
        </Entry>
        {login ? (
          <>
            {login.account ? <Entry term={words.account}>{login.account}</Entry> : null}
            <Entry term={words.issuer}>
              <span className="mono">{login.issuer}</span>
            </Entry>
            {login.scope ? (
              <Entry term={words.scopes}>
                {login.scope.split(' ').map((scope) => (
                  <span key={scope} className="chip mono">
                    {scope}
                  </span>
                ))}
              </Entry>
            ) : null}
            <Entry term={words.registration}>
              {words.registrationKind[login.registration]}
              {login.withoutPerson ? `, ${words.withoutPerson}` : ''},{' '}
              <span className="mono">{words.client(login.clientId)}</span>
            </Entry>
            {login.signedInAt === undefined ? null : (
              <Entry term={words.signedInSince}>
                {formatTime(login.signedInAt)}, {words.renewed(login.renewedCount)}
                {login.lastRenewedAt === undefined ? '' : `, ${words.lastRenewed(formatTime(login.lastRenewedAt))}`}
              </Entry>
            )}
          </>
        ) : null}
        <Entry term={words.calls}>
          {row.lastCallAt === undefined
            ? row.calls || words.none
            : words.callsAnd(row.calls, formatTime(row.lastCallAt))}
        </Entry>
        {details && details.callers.length > 0 ? (
          <Entry term={words.callers}>
            {details.callers.map(({ caller, calls, lastCallAt }) => (
              <div key={caller}>
                {caller}, <span className="quiet">{words.callsAnd(calls, formatTime(lastCallAt))}</span>
              </div>
            ))}
          </Entry>
        ) : null}
        {details?.tools ? (
          <Entry term={words.tools(details.toolCount ?? details.tools.length)}>
            <Tools names={details.tools} count={details.toolCount ?? details.tools.length} />
          </Entry>
        ) : null}
      </dl>
      {details?.flow ? <LastFlow flow={details.flow} /> : null}
      <CopyDiagnosis row={row} details={details} />
    </div>
  );
}

/** More are shown when somebody asks for them. */
const TOOLS_AT_ONCE = 12;

/** Characters of a tool's name: MCP's have at most 128, and a server may send what it likes. */
const NAME_SHOWN = 300;

function Tools({ names, count }: { readonly names: readonly string[]; readonly count: number }) {
  const [isWhole, showWhole] = useState(false);
  if (names.length === 0) return words.none;
  const shown = isWhole ? names : names.slice(0, TOOLS_AT_ONCE);
  return (
    <>
      {shown.map((name) => (
        <span key={name} className="chip mono">
          {visibleText(name.length > NAME_SHOWN ? `${name.slice(0, NAME_SHOWN)}…` : name)}
        </span>
      ))}{' '}
      {shown.length < names.length ? (
        <Button kind="link" onPress={() => showWhole(true)}>
          {words.allTools(count)}
        </Button>
      ) : null}
    </>
  );
}

function LastFlow({ flow: { correlationId, lines } }: { readonly flow: NonNullable<Details['flow']> }) {
  return (
    <section className="flow" aria-label={words.lastFlow}>
      <h3>
        {words.lastFlow} <span className="mono quiet">{correlationId}</span>
      </h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <ol className="flow-lines mono" tabIndex={0} aria-label={words.lastFlow}>
        {lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two lines may be the same, and none moves
          <li key={index}>
            <span className="quiet">{formatMoment(line.at)}</span>
            <span>{line.text}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function CopyDiagnosis({ row, details }: { readonly row: ServerRow; readonly details: Details | undefined }) {
  const overview = useWindow((state) => state.overview);
  return (
    <p className="diagnosis">
      <CopyButton
        text={diagnosisOf(row, details, overview)}
        label={words.copyDiagnosis}
        name={texts.row.actionFor(words.copyDiagnosis, row.name)}
      />
      <span className="quiet">{words.diagnosisHint}</span>
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
