import type { ReactNode, RefObject } from 'react';
import { Form } from 'react-aria-components/Form';
import { Button } from './button.tsx';
import { FormError } from './form-error.tsx';
import { texts } from './texts.ts';

interface DialogFormProps {
  readonly form?: RefObject<HTMLFormElement | null>;
  readonly onSubmit: () => Promise<void>;
  readonly submit: string;
  readonly isBusy?: boolean;
  readonly onClose: () => void;
  /** What was refused and belongs to no field. */
  readonly error?: string | undefined;
  /** Beside the buttons, while something is looked for. */
  readonly status?: ReactNode;
  readonly children: ReactNode;
}

/** What is filled in within a dialog: the fields, what was refused, and the two ways out. */
export function DialogForm(props: DialogFormProps) {
  const { form, onSubmit, submit, isBusy = false, onClose, error, status, children } = props;
  return (
    <Form
      {...(form ? { ref: form } : {})}
      onSubmit={(event) => {
        event.preventDefault();
        void onSubmit();
      }}
    >
      {children}
      <FormError sentence={error} />
      <div className="dialog-end">
        {status}
        <Button onPress={onClose}>{texts.cancel}</Button>
        <Button kind="filled" type="submit" isPending={isBusy}>
          {submit}
        </Button>
      </div>
    </Form>
  );
}
