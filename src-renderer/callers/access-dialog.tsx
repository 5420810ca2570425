import type { CallerRow } from '../../src-preload/contract.ts';
import { useWindow } from '../store.ts';
import { Dialog } from '../ui/dialog.tsx';
import { DialogForm } from '../ui/dialog-form.tsx';
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
      <DialogForm
        form={form}
        onSubmit={submit}
        submit={texts.edit.submit}
        isBusy={isBusy}
        onClose={onClose}
        error={formError}
      >
        <AccessFields {...access} />
        <p className="hint">{words.changeText}</p>
      </DialogForm>
    </Dialog>
  );
}
