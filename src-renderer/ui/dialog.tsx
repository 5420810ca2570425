import type { ReactNode } from 'react';
import { Dialog as AriaDialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { Button } from './button.tsx';
import { CloseIcon } from './icons.tsx';
import { texts } from './texts.ts';

interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** `question`: a yes or no that interrupts. */
  readonly role?: 'dialog' | 'alertdialog';
  /** False where a click beside it would lose something that is shown once. */
  readonly isDismissable?: boolean;
  /** For what is compared. */
  readonly isWide?: boolean;
  readonly children: ReactNode;
}

export function Dialog(props: DialogProps) {
  const { title, isOpen, onClose, role = 'dialog', isDismissable = true, isWide = false, children } = props;
  return (
    <ModalOverlay
      className="overlay"
      isOpen={isOpen}
      isDismissable={isDismissable}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Modal className={isWide ? 'modal modal-wide' : 'modal'}>
        <AriaDialog className="dialog" role={role}>
          <header>
            <Heading slot="title">{title}</Heading>
            {role === 'dialog' ? (
              <Button kind="icon" aria-label={texts.close} onPress={onClose}>
                <CloseIcon />
              </Button>
            ) : null}
          </header>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
