import './empty.css';
import { useState } from 'react';
import { Form } from 'react-aria-components/Form';
import { useWindow } from '../store.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { FormError } from '../ui/form-error.tsx';
import { LinkIcon, PlayIcon } from '../ui/icons.tsx';
import { texts } from '../ui/texts.ts';
import { sentenceFor } from '../ui/words.ts';
import { wayIn, whereMistake } from './add-server-form.ts';
import { looksLikeSnippet, readSnippet } from './snippet.ts';

interface EmptyStateProps {
  readonly onText: (text: string) => void;
  readonly showCallers: () => void;
}

export function EmptyState({ onText, showCallers }: EmptyStateProps) {
  const isDemoOffered = useWindow((state) => state.overview?.demo === 'offered');
  return (
    <div className="empty">
      <div>
        <h2>{texts.empty.title}</h2>
        <p className="lead">{texts.empty.lead}</p>
        <div className="ways">
          <PasteServer onText={onText} />
          {isDemoOffered ? <TryDemo /> : null}
        </div>
        <p className="after">
          {texts.empty.after}{' '}
          <Button kind="link" onPress={showCallers}>
            {texts.empty.afterLink}
          </Button>
        </p>
      </div>
    </div>
  );
}

function PasteServer({ onText }: Pick<EmptyStateProps, 'onText'>) {
  const [text, setText] = useState('');
  const [error, setError] = useState<string>();
  return (
    <section className="way">
      <span className="way-icon">
        <LinkIcon />
      </span>
      <div className="way-text">
        <h3>{texts.empty.pasteTitle}</h3>
        <p>{texts.empty.pasteText}</p>
      </div>
      <Form
        className="way-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (wayIn(text) || (looksLikeSnippet(text) && readSnippet(text))) onText(text.trim());
          else setError(whereMistake(text));
        }}
      >
        <Field
          label={texts.add.where}
          placeholder={texts.add.wherePlaceholder}
          value={text}
          onChange={(value) => {
            setText(value);
            setError(undefined);
          }}
          error={error}
          isMono
          autoFocus
        />
        <Button kind="filled" type="submit">
          {texts.add.look}
        </Button>
      </Form>
    </section>
  );
}

function TryDemo() {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const start = async () => {
    setError(undefined);
    setBusy(true);
    const reply = await useWindow.getState().client?.startDemo({});
    if (reply?.ok) location.assign(reply.value.url);
    else {
      setBusy(false);
      if (reply) setError(sentenceFor(reply.problem));
    }
  };
  return (
    <section className="way">
      <span className="way-icon">
        <PlayIcon />
      </span>
      <div className="way-text">
        <h3>{texts.empty.demoTitle}</h3>
        <p>{texts.empty.demoText}</p>
        <FormError sentence={error} />
      </div>
      <Button isPending={isBusy} onPress={() => void start()}>
        {texts.empty.demoStart}
      </Button>
    </section>
  );
}
