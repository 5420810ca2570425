import { Form } from 'react-aria-components/Form';
import type { CallerRow } from '../../src-preload/contract.ts';
import { useWindow } from '../store.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { FormError } from '../ui/form-error.tsx';
import { texts } from '../ui/texts.ts';
import { laterTexts } from '../ui/texts-later.ts';
import { AccessFields } from './access-fields.tsx';
import { useAccessForm } from './use-access-form.ts';

const { access: words } = laterTexts;

interface AccessDialogProps {
  readonly caller: CallerRow;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}

export function AccessDialog({ caller, onClose, onChanged }: AccessDialogProps) {
  const { name } = caller;
  const { form, access, formError, isBusy, submit } = useAccessForm(caller.limit, async (limit) => {
    const reply = await useWindow.getState().client?.limitCaller({ name, limit: limit ?? null });
    if (!reply?.ok) return reply?.problem;
    onChanged();
    onClose();
    return undefined;
  });
  return (
    <Dialog title={words.title(name)} isOpen onClose={onClose}>
      <Form
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <AccessFields {...access} />
        <FormError sentence={formError} />
        <p className="hint">{words.changeText}</p>
        <div className="dialog-end">
          <Button onPress={onClose}>{texts.cancel}</Button>
          <Button kind="filled" type="submit" isPending={isBusy}>
            {texts.edit.submit}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
