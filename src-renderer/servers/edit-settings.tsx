import { useEffect, useState } from 'react';
import type { Problem } from '../../src-main/engine/model/problem.ts';
import type { HttpSettings, ServerSettings } from '../../src-preload/contract.ts';
import { useWindow } from '../store.ts';
import { Button } from '../ui/button.tsx';
import { DialogForm } from '../ui/dialog-form.tsx';
import { Field } from '../ui/field.tsx';
import { texts } from '../ui/texts.ts';
import { sentenceFor } from '../ui/words.ts';
import { errorsIn, fieldsFrom, type HttpField, inputFrom } from './edit-form.ts';
import { ProgramForm } from './edit-program.tsx';
import { InFile } from './in-file.tsx';
import { OtherSettings } from './other-settings.tsx';
import { pinToolsInput } from './pin-tools-choice.tsx';
import { useEditForm } from './use-edit-form.ts';

const { edit: words } = texts;

/** The form begins with what the file says now. Where that cannot be told, the way to the file is shown. */
export function EditSettings({ name, onClose }: { readonly name: string; readonly onClose: () => void }) {
  const [settings, setSettings] = useState<ServerSettings>();
  const [problem, setProblem] = useState<Problem>();
  useEffect(() => {
    let isGone = false;
    void useWindow
      .getState()
      .client?.serverSettings({ name })
      .then((reply) => {
        if (isGone) return;
        if (reply.ok) setSettings(reply.value);
        else setProblem(reply.problem);
      });
    return () => {
      isGone = true;
    };
  }, [name]);
  if (settings && 'command' in settings) return <ProgramForm name={name} settings={settings} onClose={onClose} />;
  if (settings) return <SettingsForm name={name} settings={settings} onClose={onClose} />;
  return (
    <>
      {problem ? (
        <p className="dialog-text" role="alert">
          {sentenceFor(problem)}
        </p>
      ) : null}
      <InFile name={name} />
      <div className="dialog-end">
        <Button onPress={onClose}>{texts.close}</Button>
      </div>
    </>
  );
}

interface SettingsFormProps {
  readonly name: string;
  readonly settings: HttpSettings;
  readonly onClose: () => void;
}

function SettingsForm({ name, settings, onClose }: SettingsFormProps) {
  const [pinTools, setPinTools] = useState(settings.pinTools);
  const { form, errors, field, isBusy, submit } = useEditForm<HttpField>({
    name,
    initial: () => fieldsFrom(settings),
    errorsIn,
    inputFrom: (fields) => ({
      ...inputFrom(name, settings, fields),
      ...pinToolsInput(settings.pinTools, pinTools),
    }),
    onSaved: onClose,
  });
  return (
    <DialogForm
      form={form}
      onSubmit={submit}
      submit={words.submit}
      isBusy={isBusy}
      onClose={onClose}
      error={errors.form}
    >
      <Field label={texts.add.url} {...field('url')} isMono autoFocus />
      <Field label={texts.add.clientId} hint={texts.add.clientIdHint} {...field('clientId')} isMono />
      <Field
        label={texts.add.clientSecret}
        hint={words.secretHint[settings.clientSecret]}
        {...field('clientSecret')}
        type="password"
      />
      <Field label={words.document} hint={words.documentHint} {...field('clientMetadataUrl')} isMono />
      <Field label={texts.add.scopes} hint={texts.add.scopesHint} {...field('scopes')} isMono />
      <Field label={words.redirectUri} hint={words.redirectUriHint} {...field('redirectUri')} isMono />
      <OtherSettings name={name} pinTools={pinTools} onPinTools={setPinTools} />
    </DialogForm>
  );
}
