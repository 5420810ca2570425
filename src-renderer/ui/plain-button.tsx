import type { ComponentProps } from 'react';
import type { ButtonKind } from './button.tsx';

interface PlainButtonProps extends Omit<ComponentProps<'button'>, 'type' | 'className' | 'onClick'> {
  readonly kind: ButtonKind;
  readonly onPress: () => void;
}

/** The browser's own button, for what stands in each row of a long list: react-aria's costs ten times as much to draw. */
export function PlainButton({ kind, onPress, ...rest }: PlainButtonProps) {
  return (
    <button
      {...rest}
      type="button"
      className={kind === 'link' ? 'link' : `btn btn-${kind}`}
      onClick={(event) => {
        // Safari leaves the focus where it was; what the press opens gives it back to this button.
        event.currentTarget.focus({ preventScroll: true });
        onPress();
      }}
    />
  );
}
