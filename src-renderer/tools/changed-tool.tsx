import { useMemo, useState } from 'react';
import { Disclosure, DisclosurePanel } from 'react-aria-components/Disclosure';
import { visibleText } from '../../src-main/engine/model/visible-text.ts';
import { Button } from '../ui/button.tsx';
import { laterTexts } from '../ui/texts-later.ts';
import { type ChangedPart, changedParts, type ToolChange } from './change-parts.ts';
import { type Piece, piecesOf } from './line-pieces.ts';

const { changedTools: words } = laterTexts;

/** Of a very long difference the rest is shown when somebody asks for it. */
const LINES_AT_ONCE = 150;

interface ChangedToolProps {
  readonly change: ToolChange;
  readonly isHeld: boolean;
  readonly isOpenAtFirst: boolean;
  readonly onApprove: () => void;
}

export function ChangedTool({ change, isHeld, isOpenAtFirst, onApprove }: ChangedToolProps) {
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  const parts = useMemo(() => changedParts(change.lines), [change]);
  const name = visibleText(change.name);
  const kind = words.kinds[change.kind];
  return (
    <li className="tool">
      <Disclosure isExpanded={isOpen} onExpandedChange={setOpen}>
        <div className="tool-head">
          <h3>
            <Button kind="link" slot="trigger" data-tool={change.name}>
              <span className="mono">
                <Pieces pieces={piecesOf([{ mark: ' ', text: name }])[0]?.pieces ?? []} />
              </span>
            </Button>
          </h3>
          <span className="tool-what">
            {isHeld ? words.andHeld(kind) : kind}
            {change.kind === 'changed' && parts.length > 0
              ? `: ${parts.map(({ part }) => words.parts[part]).join(', ')}`
              : ''}
          </span>
          <Button aria-label={words.approveOne(name)} onPress={onApprove}>
            {words.approve}
          </Button>
        </div>
        <DisclosurePanel>
          {isOpen ? parts.map((part) => <Part key={part.part} tool={name} {...part} />) : null}
        </DisclosurePanel>
      </Disclosure>
    </li>
  );
}

function Part({ tool, part, lines }: ChangedPart & { readonly tool: string }) {
  const [isWhole, showWhole] = useState(false);
  const pieced = useMemo(() => piecesOf(lines), [lines]);
  const shown = isWhole ? pieced : pieced.slice(0, LINES_AT_ONCE);
  return (
    <section className="tool-part" aria-label={words.partOf(words.parts[part], tool)}>
      <h4>{words.parts[part]}</h4>
      <ol className="diff mono">
        {shown.map(({ mark, pieces }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two lines may be the same, and none moves
          <li key={index} className={CLASS_OF[mark]}>
            {mark === ' ' ? null : <span className="sr">{words.marks[mark]}</span>}
            {mark === '~' ? '…' : <Pieces pieces={pieces} />}
          </li>
        ))}
      </ol>
      {shown.length < pieced.length ? (
        <Button kind="link" onPress={() => showWhole(true)}>
          {words.allLines(pieced.length)}
        </Button>
      ) : null}
    </section>
  );
}

const CLASS_OF = { '-': 'gone', '+': 'come', ' ': 'same', '~': 'gap' } as const;

function Pieces({ pieces }: { readonly pieces: readonly Piece[] }) {
  return pieces.map(({ text, kind }, index) => {
    // biome-ignore-start lint/suspicious/noArrayIndexKey: pieces of one line, none moves
    if (kind === 'unseen')
      return (
        <mark key={index} className="unseen">
          {text}
        </mark>
      );
    return kind === 'changed' ? <em key={index}>{text}</em> : <span key={index}>{text}</span>;
    // biome-ignore-end lint/suspicious/noArrayIndexKey: pieces of one line, none moves
  });
}
