import { useState } from 'react';
import type { ProgramSettings } from '../../src-preload/contract.ts';
import { DialogForm } from '../ui/dialog-form.tsx';
import { Field } from '../ui/field.tsx';
import { texts } from '../ui/texts.ts';
import { TickList } from '../ui/tick-list.tsx';
import { errorsIn, fieldsFrom, inputFrom, type ProgramField, spelledOutIn } from './edit-program-form.ts';
import { OtherSettings } from './other-settings.tsx';
import { pinToolsInput } from './pin-tools-choice.tsx';
import { useEditForm } from './use-edit-form.ts';

const { add, edit: words } = texts;

interface ProgramFormProps {
  readonly name: string;
  readonly settings: ProgramSettings;
  readonly onClose: () => void;
}

/** A server that is a program, changed as it was added: its command on one line, folder, names of variables. */
export function ProgramForm({ name, settings, onClose }: ProgramFormProps) {
  const [dropped, setDropped] = useState<ReadonlySet<string>>(new Set());
  const [pinTools, setPinTools] = useState(settings.pinTools);
  const { form, errors, field, isBusy, submit } = useEditForm<ProgramField>({
    name,
    initial: () => fieldsFrom(settings),
    errorsIn,
    inputFrom: (fields) => ({
      ...inputFrom(name, settings, fields, dropped),
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
      <Field label={words.command} hint={words.commandHint} {...field('command')} isMono autoFocus />
      <Field label={add.cwd} hint={add.cwdHint} {...field('cwd')} isMono />
      <Field label={add.variables} hint={add.variablesHint} {...field('variables')} isMono />
      <TickList
        label={words.spelledOut}
        hint={words.spelledOutHint}
        items={spelledOutIn(settings)}
        cleared={dropped}
        onChange={setDropped}
      />
      <OtherSettings name={name} pinTools={pinTools} onPinTools={setPinTools} />
    </DialogForm>
  );
}
