import { useEffect, useState } from 'react';
import { Disclosure, DisclosurePanel } from 'react-aria-components/Disclosure';
import { Button } from '../ui/button.tsx';
import { DialogForm } from '../ui/dialog-form.tsx';
import { Field } from '../ui/field.tsx';
import { texts } from '../ui/texts.ts';
import { wayIn } from './add-server-form.ts';
import { FoundHere, NothingFound } from './found-here.tsx';
import { SnippetFound } from './snippet-found.tsx';
import { useNewServer } from './use-new-server.ts';

const { add: words } = texts;

interface AddServerFormProps {
  readonly where: string;
  readonly taken: readonly string[];
  readonly onClose: () => void;
}

export function AddServerForm({ where, taken, onClose }: AddServerFormProps) {
  const server = useNewServer(where, taken, onClose);
  const { form, errors, field, fields, servers, chosen, choose, busy, found, submit } = server;
  const isProgram = wayIn(fields.where) === 'command';
  const needsClient =
    found?.ok && found.value.access.kind === 'sign-in' && found.value.access.registration === 'client-id-needed';
  const [isClientShown, showClient] = useState(false);
  useEffect(() => {
    if (needsClient) showClient(true);
  }, [needsClient]);
  return (
    <DialogForm
      form={form}
      onSubmit={submit}
      submit={found ? words.submit : words.look}
      isBusy={busy === 'adding'}
      onClose={onClose}
      error={errors.form}
      status={
        busy === 'looking' ? (
          <span className="looking" role="status">
            {isProgram ? words.starting : words.looking}
          </span>
        ) : null
      }
    >
      <Field
        label={words.where}
        placeholder={words.wherePlaceholder}
        {...field('where')}
        hint={words.whereHint}
        isMono
        autoFocus
      />
      {servers && chosen ? <SnippetFound servers={servers} chosen={chosen} onChoose={choose} /> : null}
      <Field label={words.name} hint={words.nameHint} {...field('name')} maxLength={64} />
      {isProgram ? (
        <Disclosure
          className="disclosure"
          key={chosen?.name ?? 'typed'}
          defaultExpanded={fields.cwd !== '' || fields.variables !== ''}
        >
          <Button kind="link" slot="trigger">
            {words.moreOfProgram}
          </Button>
          <DisclosurePanel>
            <Field label={words.cwd} hint={words.cwdHint} {...field('cwd')} isMono />
            <Field label={words.variables} hint={words.variablesHint} {...field('variables')} isMono />
          </DisclosurePanel>
        </Disclosure>
      ) : (
        <Disclosure className="disclosure" key="address" isExpanded={isClientShown} onExpandedChange={showClient}>
          <Button kind="link" slot="trigger">
            {words.more}
          </Button>
          <DisclosurePanel>
            <Field label={words.clientId} hint={words.clientIdHint} {...field('clientId')} isMono />
            <Field
              label={words.clientSecret}
              hint={words.clientSecretHint}
              {...field('clientSecret')}
              type="password"
            />
            <Field label={words.scopes} hint={words.scopesHint} {...field('scopes')} isMono />
          </DisclosurePanel>
        </Disclosure>
      )}
      {found?.ok ? <FoundHere finding={found.value} /> : null}
      {found && !found.ok ? <NothingFound problem={found.problem} /> : null}
    </DialogForm>
  );
}
