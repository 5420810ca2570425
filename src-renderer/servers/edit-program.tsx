import { useState } from 'react';
import { Disclosure, DisclosurePanel } from 'react-aria-components/Disclosure';
import { Form } from 'react-aria-components/Form';
import type { ProgramSettings } from '../../src-preload/contract.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { FormError } from '../ui/form-error.tsx';
import { texts } from '../ui/texts.ts';
import { TickList } from '../ui/tick-list.tsx';
import { errorsIn, fieldsFrom, inputFrom, type ProgramField, spelledOutIn } from './edit-program-form.ts';
import { InFile } from './in-file.tsx';
import { PinToolsChoice, pinToolsInput } from './pin-tools-choice.tsx';
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
    <Form
      ref={form}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
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
      <Disclosure className="disclosure">
        <Button kind="link" slot="trigger">
          {words.others}
        </Button>
        <DisclosurePanel>
          <PinToolsChoice value={pinTools} onChange={setPinTools} />
          <InFile name={name} />
        </DisclosurePanel>
      </Disclosure>
      <FormError sentence={errors.form} />
      <div className="dialog-end">
        <Button onPress={onClose}>{texts.cancel}</Button>
        <Button kind="filled" type="submit" isPending={isBusy}>
          {words.submit}
        </Button>
      </div>
    </Form>
  );
}
