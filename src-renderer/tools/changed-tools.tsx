import './changed-tools.css';
import { useEffect, useRef, useState } from 'react';
import { visibleText } from '../../src-main/engine/model/visible-text.ts';
import type { ServerRow } from '../../src-preload/contract.ts';
import { useWindow } from '../store.ts';
import { Button } from '../ui/button.tsx';
import { FormError } from '../ui/form-error.tsx';
import { texts } from '../ui/texts.ts';
import { laterTexts } from '../ui/texts-later.ts';
import { sentenceFor } from '../ui/words.ts';
import type { ToolChange } from './change-parts.ts';
import { ChangedTool } from './changed-tool.tsx';
import { useToolChanges } from './use-tool-changes.ts';

const { changedTools: words } = laterTexts;

/** So many are open from the start; of more a person opens those that they want to see. */
const OPEN_AT_MOST = 3;

interface ChangedToolsProps {
  readonly row: ServerRow;
  readonly onClose: () => void;
}

/** What of a server's tools is not as it was approved, before and after, to be approved one by one or all at once. */
export function ChangedTools({ row, onClose }: ChangedToolsProps) {
  const { known, error, reload } = useToolChanges(row);
  const [said, setSaid] = useState('');
  const [refused, setRefused] = useState<string>();
  const list = useRef<HTMLUListElement>(null);
  const [next, setNext] = useState<number>();
  useEffect(() => {
    if (next === undefined) return;
    // What had the focus is gone with its tool.
    const tools = list.current?.querySelectorAll<HTMLElement>('[data-tool]');
    tools?.item(Math.min(next, tools.length - 1))?.focus();
    setNext(undefined);
  }, [next]);
  const approve = async (tools: readonly ToolChange[], place: number) => {
    const { client, rows, showReply } = useWindow.getState();
    if (!client) return;
    const shown = tools.map(({ name, hash }) => ({ name, hash }));
    const reply = await client.approveTools({ name: row.name, tools: shown });
    if (reply.ok) showReply(reply.value, rows[row.name]);
    // They are other ones than were shown: they are shown anew.
    else setRefused(reply.problem.code === 'invalid-input' ? words.changedAgain : sentenceFor(reply.problem));
    if (reply.ok) setRefused(undefined);
    setSaid(reply.ok ? words.approvedNow(tools.length === 1 ? visibleText(tools[0]?.name ?? '') : undefined) : '');
    await reload();
    setNext(place);
  };
  return (
    <>
      <p className="dialog-text" role="status">
        {said}
        {known && known.changes.length === 0 ? words.none(known.pinTools, known.approved) : null}
        {known && known.changes.length > 0 ? words.consequence[known.pinTools === 'hold' ? 'hold' : 'warn'] : null}
        {known || error ? null : words.loading}
      </p>
      <FormError sentence={error ?? refused} />
      <ul className="tools" ref={list}>
        {known?.changes.map((change, index) => (
          <ChangedTool
            key={`${change.name} ${change.hash}`}
            change={change}
            isHeld={known.pinTools === 'hold'}
            isOpenAtFirst={known.changes.length <= OPEN_AT_MOST}
            onApprove={() => void approve([change], index)}
          />
        ))}
      </ul>
      <div className="dialog-end">
        {known && known.changes.length > 1 ? (
          <Button onPress={() => void approve(known.changes, 0)}>{words.approveAll(known.changes.length)}</Button>
        ) : null}
        <Button onPress={onClose} {...(known?.changes.length === 0 ? { autoFocus: true } : {})}>
          {texts.close}
        </Button>
      </div>
    </>
  );
}
