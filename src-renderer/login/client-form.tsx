import './client-form.css';
import { Form } from 'react-aria-components/Form';
import type { CallInput } from '../../src-preload/derive.ts';
import { signIn } from '../servers/act.ts';
import { useEditForm } from '../servers/use-edit-form.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { FormError } from '../ui/form-error.tsx';
import type { FormErrors } from '../ui/form-errors.ts';
import { texts } from '../ui/texts.ts';

const { client: words } = texts;

type ClientField = 'clientId' | 'clientSecret' | 'clientMetadataUrl';
type ClientFields = Readonly<Record<ClientField, string>>;

/** Nobody is registered there: whom the server knows is asked of the person, in the row that says so. */
export function ClientForm({ name }: { readonly name: string }) {
  const { form, errors, field, isBusy, submit } = useEditForm<ClientField>({
    name,
    initial: () => ({ clientId: '', clientSecret: '', clientMetadataUrl: '' }),
    errorsIn,
    inputFrom: (fields) => inputFrom(name, fields),
    onSaved: () => signIn(name),
  });
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
      <FormError sentence={errors.form} />
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
