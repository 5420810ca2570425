import { useState } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components/Tabs';
import type { CallOutput } from '../../src-preload/derive.ts';
import { useRows } from '../rows.ts';
import { useWindow } from '../store.ts';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { texts } from '../ui/texts.ts';
import { laterTexts } from '../ui/texts-later.ts';
import { accessWords } from './access-words.ts';
import { listGroups } from './groups.tsx';
import { snippetAddresses } from './snippet-addresses.ts';
import { snippetsFor } from './snippets.ts';
import { useListed } from './use-listed.ts';

const { callers: words } = laterTexts;

interface NewCallerKeyProps {
  readonly caller: CallOutput<'addCaller'>;
  readonly onDone: () => void;
}

export function NewCallerKey({ caller, onDone }: NewCallerKeyProps) {
  const rows = useRows();
  const { items: groups } = useListed(listGroups);
  const [address, setAddress] = useState('all');
  const addresses = snippetAddresses(caller.url, caller.limit, groups ?? [], rows);
  const chosen = addresses.find(({ id }) => id === address) ?? addresses[0];
  const command = useWindow((state) => state.overview?.command);
  if (!command) return null;
  const snippets = snippetsFor(chosen?.servers ?? [], caller, command);
  return (
    <>
      <p className="dialog-text">{words.keyOnce}</p>
      <div className="key-line">
        <code className="mono">{caller.key}</code>
        <CopyButton text={caller.key} name={`${texts.copy}: ${words.key}`} />
      </div>
      <p className="dialog-text">
        {laterTexts.access.summary(
          accessWords(
            caller.limit,
            rows.map(({ name }) => name),
          ),
        )}
      </p>
      {addresses.length > 1 ? (
        <Choice
          label={words.address}
          value={chosen?.id ?? address}
          options={addresses}
          onChange={(id) => setAddress(id)}
        />
      ) : null}
      <Tabs className="snippets">
        <TabList aria-label={words.tools} className="tabs">
          {snippets.map((snippet) => (
            <Tab key={snippet.id} id={snippet.id} className="tab">
              {snippet.tool}
            </Tab>
          ))}
        </TabList>
        {snippets.map((snippet) => (
          <TabPanel key={snippet.id} id={snippet.id} className="snippet">
            <p>{snippet.where}</p>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
            <section className="snippet-text mono" tabIndex={0} aria-label={words.snippetFor(snippet.tool)}>
              {snippet.text}
            </section>
            <CopyButton text={snippet.text} label={words.copySnippet} />
          </TabPanel>
        ))}
      </Tabs>
      <div className="dialog-end">
        <Button kind="filled" onPress={onDone}>
          {texts.done}
        </Button>
      </div>
    </>
  );
}
