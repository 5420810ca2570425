import { useEffect, useRef, useState } from 'react';
import { Disclosure, DisclosurePanel } from 'react-aria-components/Disclosure';
import { Form } from 'react-aria-components/Form';
import { useWindow } from '../store.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { FormError } from '../ui/form-error.tsx';
import { texts } from '../ui/texts.ts';
import { type AddServerErrors, type AddServerFields, errorsFrom, errorsIn, inputFrom } from './add-server-form.ts';
import { looksLikeSnippet, readSnippet, type SnippetServer } from './snippet.ts';
import { SnippetFound } from './snippet-found.tsx';
import { suggestName } from './suggest-name.ts';

interface AddServerDialogProps {
  readonly url: string;
  readonly taken: readonly string[];
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function AddServerDialog({ isOpen, onClose, ...rest }: AddServerDialogProps) {
  return (
    <Dialog title={texts.add.title} isOpen={isOpen} onClose={onClose}>
      <AddServerForm {...rest} onClose={onClose} />
    </Dialog>
  );
}

function AddServerForm({ url, taken, onClose }: Omit<AddServerDialogProps, 'isOpen'>) {
  const [snippet, setSnippet] = useState(looksLikeSnippet(url) ? readSnippet(url) : undefined);
  const [chosen, setChosen] = useState(snippet?.servers[0]);
  const [fields, setFields] = useState<AddServerFields>({
    url: chosen?.url ?? url,
    name: chosen?.name ?? suggestName(url, taken) ?? '',
    clientId: '',
    clientSecret: '',
    scopes: '',
  });
  const [isNameOwn, setNameOwn] = useState(false);
  const [errors, setErrors] = useState<AddServerErrors>({});
  const [isBusy, setBusy] = useState(false);
  const [refusals, setRefusals] = useState(0);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (refusals > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [refusals]);
  const refuse = (found: AddServerErrors) => {
    setErrors(found);
    setRefusals((count) => count + 1);
  };
  const change = (part: Partial<AddServerFields>) => {
    setFields({ ...fields, ...part });
    setErrors(Object.fromEntries(Object.entries(errors).filter(([field]) => !(field in part) && field !== 'form')));
  };
  const choose = (server: SnippetServer) => {
    setChosen(server);
    change({ url: server.url, name: server.name });
  };
  const changeUrl = (value: string) => {
    if (!looksLikeSnippet(value)) return changePlainUrl(value);
    const found = readSnippet(value);
    setSnippet(found);
    setChosen(undefined);
    const [first] = found?.servers ?? [];
    if (first) choose(first);
    else change({ url: value });
  };
  const changePlainUrl = (value: string) => {
    setSnippet(undefined);
    setChosen(undefined);
    change(isNameOwn ? { url: value } : { url: value, name: suggestName(value, taken) ?? fields.name });
  };
  const submit = async () => {
    const found = errorsIn(fields, taken);
    if (looksLikeSnippet(fields.url) && !snippet) found.url = texts.snippet.broken;
    if (Object.keys(found).length > 0) return refuse(found);
    const { client, rows, showReply } = useWindow.getState();
    if (isBusy || !client) return;
    setBusy(true);
    const reply = await client.addServer({ ...inputFrom(fields), ...headersFor(fields.url, chosen) });
    setBusy(false);
    if (!reply.ok) return refuse(errorsFrom(reply.problem));
    showReply(reply.value, rows[reply.value.name]);
    onClose();
  };
  return (
    <Form
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Field
        label={texts.add.url}
        placeholder={texts.add.urlPlaceholder}
        value={fields.url}
        onChange={changeUrl}
        error={errors.url}
        hint={texts.add.urlHint}
        isMono
        autoFocus
      />
      {snippet ? <SnippetFound snippet={snippet} chosen={chosen} onChoose={choose} /> : null}
      <Field
        label={texts.add.name}
        hint={texts.add.nameHint}
        value={fields.name}
        onChange={(name) => {
          setNameOwn(name !== '');
          change({ name });
        }}
        error={errors.name}
        maxLength={64}
      />
      <Disclosure className="disclosure">
        <Button kind="link" slot="trigger">
          {texts.add.more}
        </Button>
        <DisclosurePanel>
          <Field
            label={texts.add.clientId}
            hint={texts.add.clientIdHint}
            value={fields.clientId}
            onChange={(clientId) => change({ clientId })}
            error={errors.clientId}
            isMono
          />
          <Field
            label={texts.add.clientSecret}
            hint={texts.add.clientSecretHint}
            value={fields.clientSecret}
            onChange={(clientSecret) => change({ clientSecret })}
            error={errors.clientSecret}
            type="password"
          />
          <Field
            label={texts.add.scopes}
            hint={texts.add.scopesHint}
            value={fields.scopes}
            onChange={(scopes) => change({ scopes })}
            error={errors.scopes}
            isMono
          />
        </DisclosurePanel>
      </Disclosure>
      <FormError sentence={errors.form} />
      <div className="dialog-end">
        <Button onPress={onClose}>{texts.cancel}</Button>
        <Button kind="filled" type="submit" isPending={isBusy}>
          {texts.add.submit}
        </Button>
      </div>
    </Form>
  );
}

/** The headers of the chosen server, unless another address was written since. */
function headersFor(url: string, chosen: SnippetServer | undefined) {
  const isItsOwn = chosen && chosen.url === url && Object.keys(chosen.headerEnv).length > 0;
  return isItsOwn ? { headerEnv: { ...chosen.headerEnv } } : {};
}
