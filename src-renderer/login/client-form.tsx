import './client-form.css';
import { useState } from 'react';
import { Form } from 'react-aria-components/Form';
import type { CallInput } from '../../src-preload/derive.ts';
import { signIn } from '../servers/act.ts';
import { errorsFrom } from '../servers/edit-form.ts';
import { useWindow } from '../store.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { type FormErrors, useFormErrors } from '../ui/form-errors.ts';
import { texts } from '../ui/texts.ts';

const { client: words } = texts;

type ClientField = 'clientId' | 'clientSecret' | 'clientMetadataUrl';
type ClientFields = Readonly<Record<ClientField, string>>;

/** Nobody is registered there: whom the server knows is asked of the person, in the row that says so. */
export function ClientForm({ name }: { readonly name: string }) {
  const [fields, setFields] = useState<ClientFields>({ clientId: '', clientSecret: '', clientMetadataUrl: '' });
  const [isBusy, setBusy] = useState(false);
  const { form, errors, refuse, forgive } = useFormErrors<ClientField>();
  const field = (key: ClientField) => ({
    value: fields[key],
    error: errors[key],
    onChange: (value: string) => {
      setFields({ ...fields, [key]: value });
      forgive(key);
    },
  });
  const submit = async () => {
    const found = errorsIn(fields);
    if (Object.keys(found).length > 0) return refuse(found);
    const { client, rows, showReply } = useWindow.getState();
    if (isBusy || !client) return;
    setBusy(true);
    const reply = await client.editServer(inputFrom(name, fields));
    setBusy(false);
    if (!reply.ok) return refuse(errorsFrom(reply.problem));
    showReply(reply.value, rows[name]);
    await signIn(name);
  };
  return (
    <Form
      ref={form}
      className="client-form"
      aria-label={words.title(name)}
      // When it goes, the focus goes to what the row offers then.
      data-control="action"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Field label={texts.add.clientId} hint={words.clientIdHint} {...field('clientId')} isMono />
      <Field label={texts.add.clientSecret} hint={words.clientSecretHint} {...field('clientSecret')} type="password" />
      <Field label={texts.edit.document} hint={words.documentHint} {...field('clientMetadataUrl')} isMono />
      <Button type="submit" isPending={isBusy}>
        {words.submit}
      </Button>
      {errors.form ? (
        <p className="form-error" role="alert">
          {errors.form}
        </p>
      ) : null}
    </Form>
  );
}

function errorsIn(fields: ClientFields): FormErrors<ClientField> {
  const clientId = fields.clientId.trim();
  if (fields.clientSecret && !clientId) return { clientSecret: texts.add.secretAlone };
  return clientId || fields.clientMetadataUrl.trim() ? {} : { clientId: words.missing };
}

function inputFrom(name: string, fields: ClientFields): CallInput<'editServer'> {
  const clientId = fields.clientId.trim();
  const clientMetadataUrl = fields.clientMetadataUrl.trim();
  return {
    name,
    ...(clientId ? { clientId } : {}),
    ...(fields.clientSecret ? { clientSecret: fields.clientSecret } : {}),
    ...(clientMetadataUrl ? { clientMetadataUrl } : {}),
  };
}
